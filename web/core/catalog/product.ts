import { z } from 'zod';
import type { AdminClient } from './admin-client.ts';

/** Where a file stands in one product. */
export interface ProductContext {
  readonly productId: string;
  readonly title: string;
  readonly status: string;
  readonly tags: readonly string[];
  readonly vendor: string;
  readonly productType: string;
  /** Titles. */
  readonly collections: readonly string[];
  /** Media ids in the product's order: a position is an index + 1. */
  readonly mediaIds: readonly string[];
  /** Variants that point at a media. */
  readonly variants: readonly { readonly variantId: string; readonly mediaId: string | null }[];
}

const nodes = <T extends z.ZodType>(node: T) => z.object({ nodes: z.array(node) });
const answerSchema = z.object({
  product: z
    .object({
      id: z.string(),
      title: z.string(),
      status: z.string(),
      tags: z.array(z.string()),
      vendor: z.string(),
      productType: z.string(),
      collections: nodes(z.object({ title: z.string() })),
      media: nodes(z.object({ id: z.string() })),
      variants: nodes(z.object({ id: z.string(), media: nodes(z.object({ id: z.string().optional() })) })),
    })
    .nullable(),
});

/** Reads a product with the order of its media and the links of its variants; null when it is gone. */
export async function readProductContext(
  client: AdminClient,
  productId: string,
  signal?: AbortSignal,
): Promise<ProductContext | null> {
  const { product } = await client.run('productContext', { id: productId }, answerSchema, { signal });
  if (product === null) return null;
  return {
    productId: product.id,
    title: product.title,
    status: product.status,
    tags: product.tags,
    vendor: product.vendor,
    productType: product.productType,
    collections: product.collections.nodes.map(({ title }) => title),
    mediaIds: product.media.nodes.map(({ id }) => id),
    variants: product.variants.nodes.map(({ id, media }) => ({
      variantId: id,
      mediaId: media.nodes[0]?.id ?? null,
    })),
  };
}

/** Position (1 is first; null when it is not on the product) and variants of one media. */
export function placeOf(
  context: ProductContext,
  mediaId: string,
): { position: number | null; variantIds: string[] } {
  const index = context.mediaIds.indexOf(mediaId);
  return {
    position: index < 0 ? null : index + 1,
    variantIds: context.variants
      .filter((variant) => variant.mediaId === mediaId)
      .map(({ variantId }) => variantId),
  };
}
