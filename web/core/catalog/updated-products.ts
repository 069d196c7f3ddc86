import { z } from 'zod';
import type { AdminClient } from './admin-client.ts';

/** A product as a reader of the whole catalogue meets it, with all its images. */
export interface UpdatedProduct {
  readonly productId: string;
  readonly title: string;
  readonly updatedAt: Date;
  readonly media: readonly ListedMedia[];
}

export interface ListedMedia {
  readonly mediaId: string;
  readonly alt: string | null;
  /** Null while Shopify processes it. */
  readonly url: string | null;
  readonly widthPx: number | null;
  readonly heightPx: number | null;
  /** ISO 8601. */
  readonly updatedAt: string | null;
}

/** With 25 media each this costs about 800 points; one query may cost 1,000. */
const productsPerPage = 15;
const mediaPerPage = 100;

const pageInfo = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() });
const mediaSchema = z.object({
  nodes: z.array(
    z.object({
      __typename: z.string(),
      id: z.string().optional(),
      alt: z.string().nullish(),
      updatedAt: z.iso.datetime().optional(),
      image: z
        .object({ width: z.number().nullable(), height: z.number().nullable(), url: z.string() })
        .nullish(),
    }),
  ),
  pageInfo,
});
type MediaPage = z.infer<typeof mediaSchema>;

const productsSchema = z.object({
  products: z.object({
    nodes: z.array(
      z.object({ id: z.string(), title: z.string(), updatedAt: z.iso.datetime(), media: mediaSchema }),
    ),
    pageInfo,
  }),
});
const productMediaSchema = z.object({ product: z.object({ media: mediaSchema }).nullable() });

/**
 * The products that were changed at or after `since`, the one changed first first, page by page. A product that is
 * changed meanwhile may come twice; none is left out. Throws CatalogError.
 */
export async function* readUpdatedProducts(
  client: AdminClient,
  since: Date,
  signal: AbortSignal,
): AsyncGenerator<readonly UpdatedProduct[]> {
  let after: string | null = null;
  do {
    const variables: Record<string, unknown> = {
      first: productsPerPage,
      after,
      query: `updated_at:>='${since.toISOString()}'`,
    };
    const { products }: z.infer<typeof productsSchema> = await client.run(
      'productsUpdatedPage',
      variables,
      productsSchema,
      { signal },
    );
    const page: UpdatedProduct[] = [];
    for (const { id: productId, title, updatedAt, media } of products.nodes) {
      const images = [...imagesOf(media), ...(await readFurtherMedia(client, productId, media, signal))];
      page.push({ productId, title, updatedAt: new Date(updatedAt), media: images });
    }
    yield page;
    after = products.pageInfo.hasNextPage ? products.pageInfo.endCursor : null;
  } while (after !== null);
}

/** What a product has beyond the first page of its media; a product may have 250. */
async function readFurtherMedia(
  client: AdminClient,
  productId: string,
  first: MediaPage,
  signal: AbortSignal,
): Promise<ListedMedia[]> {
  const found: ListedMedia[] = [];
  let page: MediaPage | null = first;
  while (page?.pageInfo.hasNextPage) {
    const variables = { id: productId, first: mediaPerPage, after: page.pageInfo.endCursor };
    const answer: z.infer<typeof productMediaSchema> = await client.run(
      'productMediaPage',
      variables,
      productMediaSchema,
      { signal },
    );
    page = answer.product?.media ?? null;
    if (page !== null) found.push(...imagesOf(page));
  }
  return found;
}

function imagesOf({ nodes }: MediaPage): ListedMedia[] {
  return nodes.flatMap(({ __typename, id, alt, updatedAt, image }) =>
    __typename !== 'MediaImage' || id === undefined
      ? []
      : [
          {
            mediaId: id,
            alt: alt ?? null,
            url: image?.url ?? null,
            widthPx: image?.width ?? null,
            heightPx: image?.height ?? null,
            updatedAt: updatedAt ?? null,
          },
        ],
  );
}
