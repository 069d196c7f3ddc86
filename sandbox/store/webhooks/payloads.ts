/** Webhook bodies as Shopify's REST-shaped payloads of 2026-10 have them. */
import { toPrice } from '../catalog.ts';
import { toDateTime, toGid } from '../gid.ts';
import type { MediaUrls } from '../media/urls.ts';
import type { FileRecord, MediaLink, ProductRecord, ShopState } from '../records.ts';

export type Payload = Readonly<Record<string, unknown>>;

const linksWithFiles = (product: ProductRecord): [MediaLink, FileRecord][] =>
  product.media.flatMap((link): [MediaLink, FileRecord][] => {
    const file = product.shop.files.get(link.fileId);
    return file === undefined ? [] : [[link, file]];
  });

const variantIdsOf = (product: ProductRecord, fileId: number): number[] =>
  product.variants.filter((variant) => variant.fileId === fileId).map((variant) => variant.id);

/** products/create and products/update: `images[]` with ProductImage ids, `media[]` with MediaImage ids. */
export function productPayload(product: ProductRecord, urls: MediaUrls): Payload {
  const links = linksWithFiles(product);
  const positionOf = (fileId: number): number =>
    product.media.findIndex((link) => link.fileId === fileId) + 1;
  const images = links.flatMap(([link, file]) =>
    file.current === null
      ? []
      : [
          {
            id: link.productImageId,
            alt: file.alt === '' ? null : file.alt,
            position: positionOf(file.id),
            product_id: product.id,
            created_at: toDateTime(link.createdAtMs),
            updated_at: toDateTime(file.updatedAtMs),
            admin_graphql_api_id: toGid('ProductImage', link.productImageId),
            width: file.current.widthPx,
            height: file.current.heightPx,
            src: urls.publicUrl(file, file.current),
            variant_ids: variantIdsOf(product, file.id),
          },
        ],
  );
  return {
    admin_graphql_api_id: toGid('Product', product.id),
    body_html: product.descriptionHtml,
    created_at: toDateTime(product.createdAtMs),
    handle: product.handle,
    id: product.id,
    product_type: product.productType,
    published_at: product.status === 'ACTIVE' ? toDateTime(product.createdAtMs) : null,
    template_suffix: product.templateSuffix,
    title: product.title,
    updated_at: toDateTime(product.updatedAtMs),
    vendor: product.vendor,
    status: product.status.toLowerCase(),
    published_scope: 'global',
    tags: product.tags.join(', '),
    variants: product.variants.map((variant, index) => ({
      admin_graphql_api_id: toGid('ProductVariant', variant.id),
      barcode: variant.barcode,
      compare_at_price: variant.compareAtCents === null ? null : toPrice(variant.compareAtCents),
      created_at: toDateTime(variant.createdAtMs),
      id: variant.id,
      inventory_policy: 'deny',
      position: index + 1,
      price: toPrice(variant.priceCents),
      product_id: product.id,
      sku: variant.sku,
      taxable: true,
      title: variant.title,
      updated_at: toDateTime(variant.updatedAtMs),
      option1: variant.optionValues[0] ?? null,
      option2: variant.optionValues[1] ?? null,
      option3: variant.optionValues[2] ?? null,
      image_id: product.media.find((link) => link.fileId === variant.fileId)?.productImageId ?? null,
      inventory_quantity: variant.inventoryQuantity,
      old_inventory_quantity: variant.inventoryQuantity,
    })),
    options: product.options.map((option, index) => ({
      name: option.name,
      id: option.id,
      product_id: product.id,
      position: index + 1,
      values: [...new Set(product.variants.map((variant) => variant.optionValues[index] ?? ''))],
    })),
    images,
    image: images[0] ?? null,
    media: links.map(([link, file]) => ({
      id: file.id,
      product_id: product.id,
      position: positionOf(file.id),
      created_at: toDateTime(link.createdAtMs),
      updated_at: toDateTime(file.updatedAtMs),
      alt: file.alt === '' ? null : file.alt,
      status: file.status,
      media_content_type: 'IMAGE',
      preview_image:
        file.current === null
          ? { width: null, height: null, src: null, status: file.status }
          : {
              width: file.current.widthPx,
              height: file.current.heightPx,
              src: urls.publicUrl(file, file.current),
              status: 'READY',
            },
      variant_ids: variantIdsOf(product, file.id),
      admin_graphql_api_id: toGid('MediaImage', file.id),
    })),
    variant_gids: product.variants.map((variant) => ({
      admin_graphql_api_id: toGid('ProductVariant', variant.id),
      updated_at: toDateTime(variant.updatedAtMs),
    })),
    has_variants_that_requires_components: false,
    category: null,
  };
}

const planNames = {
  standard: 'basic',
  advanced: 'unlimited',
  plus: 'shopify_plus',
  enterprise: 'enterprise',
} as const;

/** shop/update and app/uninstalled carry the shop. */
export const shopPayload = (shop: ShopState): Payload => ({
  id: shop.id,
  name: shop.name,
  email: shop.email,
  domain: shop.domain,
  myshopify_domain: shop.domain,
  created_at: toDateTime(shop.createdAtMs),
  updated_at: toDateTime(shop.updatedAtMs),
  country_code: 'DE',
  currency: 'EUR',
  timezone: '(GMT+00:00) UTC',
  iana_timezone: 'Etc/UTC',
  shop_owner: 'Sam Merchant',
  money_format: '€{{amount}}',
  primary_locale: 'en',
  plan_name: shop.status === 'frozen' ? 'frozen' : planNames[shop.plan],
  plan_display_name: shop.plan,
});

export const scopesPayload = (
  shop: ShopState,
  previous: readonly string[],
  updatedAtMs: number,
): Payload => ({
  id: shop.id,
  previous,
  current: shop.scopes,
  updated_at: new Date(updatedAtMs).toISOString(),
});

export type CompliancePayloads = {
  'customers/data_request': (shop: ShopState) => Payload;
  'customers/redact': (shop: ShopState) => Payload;
  'shop/redact': (shop: ShopState) => Payload;
};

const customer = { id: 191167, email: 'john@example.com', phone: '555-625-1199' };

export const compliancePayloads: CompliancePayloads = {
  'customers/data_request': (shop) => ({
    shop_id: shop.id,
    shop_domain: shop.domain,
    orders_requested: [299938, 280263],
    customer,
    data_request: { id: 9999 },
  }),
  'customers/redact': (shop) => ({
    shop_id: shop.id,
    shop_domain: shop.domain,
    customer,
    orders_to_redact: [299938, 280263],
  }),
  'shop/redact': (shop) => ({ shop_id: shop.id, shop_domain: shop.domain }),
};
