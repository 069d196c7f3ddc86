import { toPrice } from '../../catalog.ts';
import { fromGid, toDateTime, toGid } from '../../gid.ts';
import type { CollectionRecord, FileRecord, ProductRecord, VariantRecord } from '../../records.ts';
import type { TypeResolvers } from '../context.ts';
import { type PageArguments, pageById, pageOf } from '../pagination.ts';
import { parseSearch } from '../search.ts';
import { collectionFields, mediaFields, textOf } from '../search-fields.ts';
import { imageOf } from './media.ts';

export const mediaOf = (product: ProductRecord): FileRecord[] =>
  product.media.flatMap((link) => product.shop.files.get(link.fileId) ?? []);

const money = (cents: number) => ({ amount: toPrice(cents), currencyCode: 'EUR' });
const exact = (count: number) => ({ count, precision: 'EXACT' });

function priceRange(product: ProductRecord) {
  const cents = product.variants.map((variant) => variant.priceCents);
  return { minVariantPrice: money(Math.min(...cents)), maxVariantPrice: money(Math.max(...cents)) };
}

const plain = (html: string): string => html.replaceAll(/<[^>]*>/g, '').trim();
const truncated = (text: string, args: { truncateAt?: number | null }): string =>
  args.truncateAt == null || text.length <= args.truncateAt
    ? text
    : `${text.slice(0, args.truncateAt - 3)}...`;

const collectionsOf = (product: ProductRecord): CollectionRecord[] =>
  [...product.collectionIds].flatMap((id) => product.shop.collections.get(id) ?? []);

const isDefaultOnly = (product: ProductRecord): boolean =>
  product.variants.length === 1 && product.variants[0]?.title === 'Default Title';

const valuesOf = (product: ProductRecord, index: number): string[] => [
  ...new Set(product.variants.map((variant) => variant.optionValues[index] ?? '')),
];

const optionValue = (product: ProductRecord, index: number, name: string) => ({
  id: toGid(
    'ProductOptionValue',
    (product.options[index]?.id ?? 0) * 1000 + valuesOf(product, index).indexOf(name),
  ),
  name,
  hasVariants: true,
  linkedMetafieldValue: null,
});

export const productResolvers: TypeResolvers<ProductRecord> = {
  id: (product) => toGid('Product', product.id),
  legacyResourceId: (product) => String(product.id),
  defaultCursor: (product) => Buffer.from(String(product.id)).toString('base64'),
  createdAt: (product) => toDateTime(product.createdAtMs),
  updatedAt: (product) => toDateTime(product.updatedAtMs),
  publishedAt: (product) => (product.status === 'ACTIVE' ? toDateTime(product.createdAtMs) : null),
  bodyHtml: (product) => product.descriptionHtml,
  description: (product, args) => truncated(plain(product.descriptionHtml), args),
  descriptionPlainSummary: (product) => plain(product.descriptionHtml),
  customProductType: (product) => product.productType,
  onlineStoreUrl: (product) =>
    product.status === 'ACTIVE' ? `https://${product.shop.domain}/products/${product.handle}` : null,
  onlineStorePreviewUrl: (product) => `https://${product.shop.domain}/products/${product.handle}`,
  media: (product, args: PageArguments & { query?: string; sortKey?: string }) => {
    const search = parseSearch(args.query, mediaFields, () => true);
    const list = mediaOf(product).filter(search.matches);
    if (args.sortKey === 'ID') list.sort((a, b) => a.id - b.id);
    return pageOf(args.reverse === true ? list.reverse() : list, args, 'media');
  },
  mediaCount: (product) => exact(product.media.length),
  featuredMedia: (product) => mediaOf(product)[0] ?? null,
  featuredImage: (product) => {
    const [file] = mediaOf(product);
    return file === undefined ? null : imageOf(file);
  },
  images: (product, args: PageArguments) => {
    const list = product.media.flatMap((link) => {
      const file = product.shop.files.get(link.fileId);
      return file === undefined || file.current === null ? [] : [{ id: link.productImageId, file }];
    });
    const page = pageOf(list, args, 'images');
    const view = ({ id, file }: { id: number; file: FileRecord }) => imageOf(file, toGid('ProductImage', id));
    const edges = page.edges.map(({ cursor, node }) => ({ cursor, node: view(node) }));
    return { ...page, edges, nodes: page.nodes.map(view) };
  },
  options: (product, args: { first?: number | null }) =>
    product.options.slice(0, args.first ?? product.options.length).map((option, index) => {
      const values = valuesOf(product, index);
      return {
        id: toGid('ProductOption', option.id),
        name: option.name,
        position: index + 1,
        values,
        optionValues: values.map((name) => optionValue(product, index, name)),
      };
    }),
  variants: (product, args: PageArguments) =>
    pageOf(args.reverse === true ? [...product.variants].reverse() : product.variants, args, 'variants'),
  variantsCount: (product) => exact(product.variants.length),
  totalVariants: (product) => product.variants.length,
  variantsInCollection: (product, args: PageArguments & { collectionId: string }) =>
    product.collectionIds.has(fromGid('Collection', args.collectionId) ?? 0)
      ? pageOf(product.variants, args, 'variantsInCollection')
      : null,
  variantsInCollectionCount: (product, args: { collectionId: string }) =>
    exact(
      product.collectionIds.has(fromGid('Collection', args.collectionId) ?? 0) ? product.variants.length : 0,
    ),
  totalInventory: (product) => product.variants.reduce((sum, variant) => sum + variant.inventoryQuantity, 0),
  tracksInventory: () => true,
  hasOnlyDefaultVariant: isDefaultOnly,
  hasOutOfStockVariants: (product) => product.variants.some((variant) => variant.inventoryQuantity <= 0),
  priceRange,
  priceRangeV2: priceRange,
  collections: (product, args: PageArguments & { query?: string }) => {
    const search = parseSearch(
      args.query,
      collectionFields,
      textOf((one) => [one.title]),
    );
    const list = collectionsOf(product)
      .filter(search.matches)
      .sort((a, b) => a.id - b.id);
    return pageOf(args.reverse === true ? list.reverse() : list, args, 'collections');
  },
  inCollection: (product, args: { id: string }) =>
    product.collectionIds.has(fromGid('Collection', args.id) ?? 0),
};

export const variantResolvers: TypeResolvers<VariantRecord> = {
  id: (variant) => toGid('ProductVariant', variant.id),
  legacyResourceId: (variant) => String(variant.id),
  defaultCursor: (variant) => Buffer.from(String(variant.id)).toString('base64'),
  displayName: (variant) => `${variant.product.title} - ${variant.title}`,
  createdAt: (variant) => toDateTime(variant.createdAtMs),
  updatedAt: (variant) => toDateTime(variant.updatedAtMs),
  price: (variant) => toPrice(variant.priceCents),
  compareAtPrice: (variant) => (variant.compareAtCents === null ? null : toPrice(variant.compareAtCents)),
  unitPrice: () => null,
  showUnitPrice: () => false,
  availableForSale: (variant) => variant.inventoryQuantity > 0,
  sellableOnlineQuantity: (variant) => variant.inventoryQuantity,
  inventoryPolicy: () => 'DENY',
  taxable: () => true,
  taxCode: () => null,
  position: (variant) => variant.product.variants.indexOf(variant) + 1,
  selectedOptions: (variant) =>
    variant.product.options.map((option, index) => {
      const value = variant.optionValues[index] ?? '';
      return { name: option.name, value, optionValue: optionValue(variant.product, index, value) };
    }),
  image: (variant) => {
    const file = variant.fileId === null ? undefined : variant.product.shop.files.get(variant.fileId);
    return file === undefined ? null : imageOf(file);
  },
  media: (variant, args: PageArguments) => {
    const file = variant.fileId === null ? undefined : variant.product.shop.files.get(variant.fileId);
    return pageOf(file === undefined ? [] : [file], args, 'media');
  },
};

export const collectionResolvers: TypeResolvers<CollectionRecord> = {
  id: (collection) => toGid('Collection', collection.id),
  legacyResourceId: (collection) => String(collection.id),
  description: () => '',
  descriptionHtml: () => '',
  image: () => null,
  seo: () => ({ title: null, description: null }),
  sortOrder: () => 'BEST_SELLING',
  templateSuffix: () => null,
  updatedAt: (collection) => toDateTime(collection.updatedAtMs),
  hasProduct: (collection, args: { id: string }) =>
    collection.productIds.has(fromGid('Product', args.id) ?? 0),
  productsCount: (collection) => exact(collection.productIds.size),
  products: (collection, args: PageArguments) => {
    const ids = [...collection.productIds].sort((a, b) => a - b);
    const from = (fromId: number) =>
      ids.filter((id) => id >= fromId).flatMap((id) => collection.shop.products.get(id) ?? []);
    return pageById(from, () => true, args, 'products');
  },
};
