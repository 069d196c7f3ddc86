/** productCreate, productUpdate, productDelete, productReorderMedia, variants in bulk, tags. */
import { randomUUID } from 'node:crypto';
import { type NewVariant, toCents, toHandle } from '../../catalog.ts';
import { fromGid, toGid } from '../../gid.ts';
import { nameOfSource } from '../../media/source-name.ts';
import type { ProductRecord, ProductStatus, ShopState } from '../../records.ts';
import {
  checkInputSize,
  type StoreContext,
  type TypeResolvers,
  type UserError,
  userError,
} from '../context.ts';
import { maxMediaPerProduct } from './file-update.ts';

interface ProductInput {
  readonly id?: string | null;
  readonly title?: string | null;
  readonly handle?: string | null;
  readonly descriptionHtml?: string | null;
  readonly vendor?: string | null;
  readonly productType?: string | null;
  readonly status?: ProductStatus | null;
  readonly tags?: readonly string[] | null;
  readonly templateSuffix?: string | null;
  readonly seo?: { readonly title?: string | null; readonly description?: string | null } | null;
  readonly collectionsToJoin?: readonly string[] | null;
  readonly collectionsToLeave?: readonly string[] | null;
}

interface MediaInput {
  readonly originalSource: string;
  readonly alt?: string | null;
  readonly mediaContentType: string;
}

interface VariantInput {
  readonly id?: string | null;
  readonly price?: string | null;
  readonly compareAtPrice?: string | null;
  readonly barcode?: string | null;
  readonly mediaId?: string | null;
  readonly inventoryItem?: { readonly sku?: string | null } | null;
  readonly optionValues?: readonly { readonly name?: string | null }[] | null;
}

const findProduct = (shop: ShopState, gid: string): ProductRecord | undefined =>
  shop.products.get(fromGid('Product', gid) ?? -1);

function mediaFaults(media: readonly MediaInput[], held: number): UserError[] {
  const faults = media.flatMap((input, index) => {
    if (input.mediaContentType !== 'IMAGE')
      return userError(['media', index], 'This store holds images only');
    return nameOfSource(input.originalSource) === null
      ? userError(['media', index, 'originalSource'], 'Image URL is invalid')
      : [];
  });
  if (held + media.length > maxMediaPerProduct) {
    faults.push(userError(['media'], `Products can have at most ${maxMediaPerProduct} media`));
  }
  return faults;
}

const toNewMedia = (input: MediaInput) => ({
  fileName: nameOfSource(input.originalSource) ?? 'image',
  alt: input.alt ?? '',
  source: { url: input.originalSource },
});

function applyCollections(product: ProductRecord, input: ProductInput, context: StoreContext): void {
  for (const id of input.collectionsToJoin ?? []) {
    const collection = context.shop.collections.get(fromGid('Collection', id) ?? -1);
    if (collection !== undefined) context.catalog.joinCollection(product, collection);
  }
  for (const id of input.collectionsToLeave ?? []) {
    const number = fromGid('Collection', id) ?? -1;
    product.collectionIds.delete(number);
    context.shop.collections.get(number)?.productIds.delete(product.id);
  }
}

function productCreate(
  args: { product?: ProductInput; input?: ProductInput; media?: readonly MediaInput[] },
  context: StoreContext,
) {
  const input = args.product ?? args.input ?? {};
  const media = args.media ?? [];
  const userErrors = mediaFaults(media, 0);
  if (input.title == null || input.title.trim() === '')
    userErrors.push(userError(['title'], "Title can't be blank"));
  if (userErrors.length > 0) return { product: null, shop: context.shop, userErrors };
  const product = context.catalog.addProduct(context.shop, {
    title: input.title ?? '',
    ...(input.handle == null ? {} : { handle: toHandle(input.handle) }),
    ...(input.descriptionHtml == null ? {} : { descriptionHtml: input.descriptionHtml }),
    ...(input.vendor == null ? {} : { vendor: input.vendor }),
    ...(input.productType == null ? {} : { productType: input.productType }),
    ...(input.status == null ? {} : { status: input.status }),
    ...(input.tags == null ? {} : { tags: input.tags }),
    media: media.map(toNewMedia),
  });
  applyCollections(product, input, context);
  return { product, shop: context.shop, userErrors };
}

function productUpdate(
  args: {
    product?: ProductInput;
    input?: ProductInput;
    identifier?: { id?: string; handle?: string };
    media?: readonly MediaInput[];
  },
  context: StoreContext,
) {
  const input = args.product ?? args.input ?? {};
  const handle = args.identifier?.handle;
  const product =
    handle === undefined
      ? findProduct(context.shop, args.identifier?.id ?? input.id ?? '')
      : context.shop.products.ascending().find((one) => one.handle === handle);
  if (product === undefined)
    return { product: null, userErrors: [userError(['id'], 'Product does not exist')] };
  const media = args.media ?? [];
  const userErrors = mediaFaults(media, product.media.length);
  if (product.isSuspended) userErrors.push(userError(['id'], 'Product is suspended'));
  if (input.title?.trim() === '') userErrors.push(userError(['title'], "Title can't be blank"));
  if (userErrors.length > 0) return { product: null, userErrors };
  product.title = input.title ?? product.title;
  product.handle = input.handle ?? product.handle;
  product.descriptionHtml = input.descriptionHtml ?? product.descriptionHtml;
  product.vendor = input.vendor ?? product.vendor;
  product.productType = input.productType ?? product.productType;
  product.status = input.status ?? product.status;
  product.tags = input.tags == null ? product.tags : [...input.tags].sort();
  product.templateSuffix = input.templateSuffix === undefined ? product.templateSuffix : input.templateSuffix;
  if (input.seo != null)
    product.seo = { title: input.seo.title ?? null, description: input.seo.description ?? null };
  applyCollections(product, input, context);
  for (const one of media) context.catalog.addMedia(product, toNewMedia(one));
  context.catalog.touch(product);
  return { product, userErrors };
}

/** The moves take effect in a job, in the order given; a new position is zero-based. */
function reorder(
  args: { id: string; moves: readonly { id: string; newPosition: string }[] },
  context: StoreContext,
) {
  const product = findProduct(context.shop, args.id);
  if (product === undefined) {
    const error = userError(['id'], 'Product does not exist', 'PRODUCT_DOES_NOT_EXIST');
    return { job: null, mediaUserErrors: [error], userErrors: [error] };
  }
  const errors = args.moves.flatMap((move, index) =>
    product.media.some((link) => link.fileId === fromGid('MediaImage', move.id))
      ? []
      : userError(
          ['moves', index, 'id'],
          `Media id ${move.id} does not exist`,
          'MEDIA_DOES_NOT_EXIST_ON_PRODUCT',
        ),
  );
  if (errors.length > 0) return { job: null, mediaUserErrors: errors, userErrors: errors };
  const id = toGid('Job', randomUUID());
  context.shop.jobs.set(id, false);
  const end = context.activity.begin();
  context.clock.schedule(0, () => {
    for (const move of args.moves) {
      const from = product.media.findIndex((link) => link.fileId === fromGid('MediaImage', move.id));
      const [link] = from < 0 ? [] : product.media.splice(from, 1);
      if (link !== undefined) product.media.splice(Number(move.newPosition), 0, link);
    }
    context.shop.jobs.set(id, true);
    if (context.shop.products.get(product.id) === product) context.catalog.touch(product);
    end();
  });
  return { job: { id, done: false }, mediaUserErrors: [], userErrors: [] };
}

function productDelete(args: { input: { id: string } }, context: StoreContext) {
  const product = findProduct(context.shop, args.input.id);
  if (product === undefined) {
    return {
      deletedProductId: null,
      shop: context.shop,
      userErrors: [userError(['id'], 'Product does not exist')],
    };
  }
  context.catalog.deleteProduct(product);
  return { deletedProductId: args.input.id, shop: context.shop, userErrors: [] };
}

function variantsCreate(
  args: { productId: string; variants: readonly VariantInput[] },
  context: StoreContext,
) {
  const product = findProduct(context.shop, args.productId);
  if (product === undefined) {
    const error = userError(['productId'], 'Product does not exist', 'PRODUCT_DOES_NOT_EXIST');
    return { product: null, productVariants: null, userErrors: [error] };
  }
  const productVariants = args.variants.map((input) => {
    const values = (input.optionValues ?? []).map((value) => value.name ?? '');
    const created: NewVariant = {
      ...(values.length > 0 ? { optionValues: values } : {}),
      ...(input.price == null ? {} : { price: input.price }),
      ...(input.inventoryItem?.sku == null ? {} : { sku: input.inventoryItem.sku }),
      ...(input.barcode == null ? {} : { barcode: input.barcode }),
    };
    return context.catalog.addVariant(product, created);
  });
  context.catalog.touch(product);
  return { product, productVariants, userErrors: [] };
}

function variantsUpdate(
  args: { productId: string; variants: readonly VariantInput[] },
  context: StoreContext,
) {
  const product = findProduct(context.shop, args.productId);
  if (product === undefined) {
    const error = userError(['productId'], 'Product does not exist', 'PRODUCT_DOES_NOT_EXIST');
    return { product: null, productVariants: null, userErrors: [error] };
  }
  const found = args.variants.map((input) => {
    const number = fromGid('ProductVariant', input.id ?? '');
    return product.variants.find((variant) => variant.id === number);
  });
  const userErrors = found.flatMap((variant, index) => {
    const path = ['variants', index];
    if (variant === undefined) {
      return userError([...path, 'id'], 'Product variant does not exist', 'PRODUCT_VARIANT_DOES_NOT_EXIST');
    }
    const mediaId = args.variants[index]?.mediaId;
    const isHeld =
      mediaId == null || product.media.some((link) => link.fileId === fromGid('MediaImage', mediaId));
    if (isHeld) return [];
    return userError(
      [...path, 'mediaId'],
      'The media does not exist on this product',
      'MUST_BE_FOR_THIS_PRODUCT',
    );
  });
  if (userErrors.length > 0) return { product, productVariants: null, userErrors };
  const productVariants = args.variants.flatMap((input, index) => {
    const variant = found[index];
    if (variant === undefined) return [];
    if (input.price != null) variant.priceCents = toCents(input.price);
    if (input.compareAtPrice != null) variant.compareAtCents = toCents(input.compareAtPrice);
    if (input.barcode != null) variant.barcode = input.barcode;
    if (input.inventoryItem?.sku != null) variant.sku = input.inventoryItem.sku;
    if (input.mediaId != null) variant.fileId = fromGid('MediaImage', input.mediaId);
    variant.updatedAtMs = context.clock.nowMs();
    return [variant];
  });
  context.catalog.touch(product);
  return { product, productVariants, userErrors };
}

function changeTags(id: string, change: (tags: readonly string[]) => string[], context: StoreContext) {
  const product = findProduct(context.shop, id);
  if (product === undefined) return { node: null, userErrors: [userError(['id'], 'Product does not exist')] };
  product.tags = change(product.tags).sort();
  context.catalog.touch(product);
  return { node: product, userErrors: [] };
}

export const productMutations: TypeResolvers<undefined> = {
  productCreate: (_root, args, context) => {
    checkInputSize(args);
    return productCreate(args, context);
  },
  productUpdate: (_root, args, context) => {
    checkInputSize(args);
    return productUpdate(args, context);
  },
  productDelete: (_root, args, context) => productDelete(args, context),
  productReorderMedia: (_root, args, context) => {
    checkInputSize(args);
    return reorder(args, context);
  },
  productVariantsBulkCreate: (_root, args, context) => {
    checkInputSize(args);
    return variantsCreate(args, context);
  },
  productVariantsBulkUpdate: (_root, args, context) => {
    checkInputSize(args);
    return variantsUpdate(args, context);
  },
  tagsAdd: (_root, args: { id: string; tags: readonly string[] }, context) =>
    changeTags(args.id, (tags) => [...new Set([...tags, ...args.tags])], context),
  tagsRemove: (_root, args: { id: string; tags: readonly string[] }, context) =>
    changeTags(args.id, (tags) => tags.filter((tag) => !args.tags.includes(tag)), context),
};
