import { z } from 'zod';
import type { AdminClient } from './admin-client.ts';
import { UserErrorsError } from './errors.ts';

/** Shopify takes no more pairs in one call. */
const maxPairs = 100;

const payload = z
  .object({
    userErrors: z.array(
      z.object({ code: z.string().nullable(), field: z.array(z.string()).nullable(), message: z.string() }),
    ),
  })
  .nullable();
const appendSchema = z.object({ productVariantAppendMedia: payload });
const detachSchema = z.object({ productVariantDetachMedia: payload });

export interface VariantMove {
  readonly productId: string;
  readonly variantIds: readonly string[];
  /** What they point at now; null: nothing. */
  readonly from: string | null;
  /** READY, and on the product. */
  readonly to: string;
}

/** Points variants at another media. A variant holds one, so for a moment each has none. @throws UserErrorsError */
export async function moveVariants(
  client: AdminClient,
  move: VariantMove,
  signal?: AbortSignal,
): Promise<void> {
  const { productId, from, to } = move;
  for (let start = 0; start < move.variantIds.length; start += maxPairs) {
    const part = move.variantIds.slice(start, start + maxPairs);
    const pairs = (mediaId: string) => part.map((variantId) => ({ variantId, mediaIds: [mediaId] }));
    const options = { signal, isRepeatable: false };
    if (from !== null) {
      const variables = { productId, variantMedia: pairs(from) };
      const answer = await client.run('productVariantDetachMedia', variables, detachSchema, options);
      refuse('productVariantDetachMedia', answer.productVariantDetachMedia);
    }
    const variables = { productId, variantMedia: pairs(to) };
    const answer = await client.run('productVariantAppendMedia', variables, appendSchema, options);
    refuse('productVariantAppendMedia', answer.productVariantAppendMedia);
  }
}

function refuse(operation: string, answer: z.infer<typeof payload>): void {
  if (answer !== null && answer.userErrors.length > 0)
    throw new UserErrorsError(operation, answer.userErrors);
}
