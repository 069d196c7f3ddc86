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
const variantsPage = nodes(
  z.object({ id: z.string(), media: nodes(z.object({ id: z.string().optional() })) }),
).extend({ pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }) });
type VariantsPage = z.infer<typeof variantsPage>;
const pageAnswerSchema = z.object({ product: z.object({ variants: variantsPage }).nullable() });
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
      variants: variantsPage,
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
    variants: await readAllVariants(client, productId, product.variants, signal),
  };
}

/** A product has up to 2,048 variants; a page with their media costs too much for more than 100. */
async function readAllVariants(
  client: AdminClient,
  productId: string,
  first: VariantsPage,
  signal: AbortSignal | undefined,
): Promise<ProductContext['variants']> {
  const variants: { variantId: string; mediaId: string | null }[] = [];
  for (let page: VariantsPage | null = first; page !== null; ) {
    for (const { id, media } of page.nodes)
      variants.push({ variantId: id, mediaId: media.nodes[0]?.id ?? null });
    const { hasNextPage, endCursor } = page.pageInfo;
    if (!hasNextPage) break;
    const variables = { id: productId, after: endCursor };
    const answer: z.infer<typeof pageAnswerSchema> = await client.run(
      'productVariantsPage',
      variables,
      pageAnswerSchema,
      { signal },
    );
    page = answer.product?.variants ?? null;
  }
  return variants;
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
