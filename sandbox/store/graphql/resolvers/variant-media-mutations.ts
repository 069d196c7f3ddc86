/** productVariantAppendMedia and productVariantDetachMedia. */
import { fromGid } from '../../gid.ts';
import type { ProductRecord } from '../../records.ts';
import { type StoreContext, type TypeResolvers, type UserError, userError } from '../context.ts';

const maxPairs = 100;

interface Pair {
  readonly variantId: string;
  readonly mediaIds: readonly string[];
}

interface Arguments {
  readonly productId: string;
  readonly variantMedia: readonly Pair[];
}

type Check = (
  product: ProductRecord,
  variantIndex: number,
  fileId: number,
) => [message: string, code: string] | null;

function faultOf(product: ProductRecord, pair: Pair, check: Check): [string, string] | null {
  const number = fromGid('ProductVariant', pair.variantId);
  const index = product.variants.findIndex((variant) => variant.id === number);
  if (index < 0) {
    return [
      `Variant ${pair.variantId} does not exist on the specified product.`,
      'PRODUCT_VARIANT_DOES_NOT_EXIST_ON_PRODUCT',
    ];
  }
  if (pair.mediaIds.length > 1)
    return ['Only one mediaId is allowed per input pair.', 'TOO_MANY_MEDIA_PER_INPUT_PAIR'];
  const fileId = fromGid('MediaImage', pair.mediaIds[0] ?? '') ?? -1;
  if (!product.media.some((link) => link.fileId === fileId)) {
    return [
      `Media ${pair.mediaIds[0]} does not exist on the specified product.`,
      'MEDIA_DOES_NOT_EXIST_ON_PRODUCT',
    ];
  }
  return check(product, index, fileId);
}

function change(
  args: Arguments,
  context: StoreContext,
  check: Check,
  apply: (fileId: number) => number | null,
) {
  const product = context.shop.products.get(fromGid('Product', args.productId) ?? -1);
  const refuse = (userErrors: UserError[]) => ({
    product: product ?? null,
    productVariants: null,
    userErrors,
  });
  if (product === undefined) {
    return refuse([userError(['productId'], 'Product does not exist.', 'PRODUCT_DOES_NOT_EXIST')]);
  }
  if (args.variantMedia.length > maxPairs) {
    const message = `Only ${maxPairs} variant media pairs are allowed.`;
    return refuse([userError(['variantMedia'], message, 'MAXIMUM_VARIANT_MEDIA_PAIRS_EXCEEDED')]);
  }
  const ids = args.variantMedia.map((pair) => pair.variantId);
  if (new Set(ids).size < ids.length) {
    const message = 'A variant cannot be specified more than once.';
    return refuse([userError(['variantMedia'], message, 'PRODUCT_VARIANT_SPECIFIED_MULTIPLE_TIMES')]);
  }
  const userErrors = args.variantMedia.flatMap((pair, index) => {
    const fault = faultOf(product, pair, check);
    return fault === null ? [] : userError(['variantMedia', index], ...fault);
  });
  if (userErrors.length > 0) return refuse(userErrors);
  const productVariants = args.variantMedia.flatMap((pair) => {
    const variant = product.variants.find((one) => one.id === fromGid('ProductVariant', pair.variantId));
    if (variant === undefined) return [];
    variant.fileId = apply(fromGid('MediaImage', pair.mediaIds[0] ?? '') ?? -1);
    variant.updatedAtMs = context.clock.nowMs();
    return [variant];
  });
  context.catalog.touch(product);
  return { product, productVariants, userErrors };
}

const canAppend: Check = (product, index, fileId) => {
  if (product.shop.files.get(fileId)?.status !== 'READY')
    return ['Non-ready media cannot be attached to variants.', 'NON_READY_MEDIA'];
  const held = product.variants[index]?.fileId;
  return held == null
    ? null
    : ['This variant already has a media attached.', 'PRODUCT_VARIANT_ALREADY_HAS_MEDIA'];
};

const canDetach: Check = (product, index, fileId) =>
  product.variants[index]?.fileId === fileId
    ? null
    : ['The specified media is not attached to the specified variant.', 'MEDIA_IS_NOT_ATTACHED_TO_VARIANT'];

export const variantMediaMutations: TypeResolvers<undefined> = {
  productVariantAppendMedia: (_root, args: Arguments, context) =>
    change(args, context, canAppend, (fileId) => fileId),
  productVariantDetachMedia: (_root, args: Arguments, context) =>
    change(args, context, canDetach, () => null),
};
