import type { AdminClient } from './admin-client.ts';
import { placeOf, readProductContext } from './product.ts';

/** Where a file stands in a product. */
export interface FileUse {
  readonly productId: string;
  readonly title: string;
  /** 1 is first. */
  readonly position: number;
  readonly variantIds: readonly string[];
}

/**
 * Which of these products show the file now. Shopify has no way from a file to its products, so the ones to ask about
 * are those that were ever seen with it; pages and themes that use it are not among them.
 */
export async function readUses(
  client: AdminClient,
  mediaId: string,
  productIds: readonly string[],
  signal?: AbortSignal,
): Promise<FileUse[]> {
  const uses: FileUse[] = [];
  for (const productId of productIds) {
    const context = await readProductContext(client, productId, signal);
    if (context === null) continue;
    const { position, variantIds } = placeOf(context, mediaId);
    if (position !== null) uses.push({ productId, title: context.title, position, variantIds });
  }
  return uses;
}
