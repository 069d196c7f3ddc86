import { z } from 'zod';
import type { AdminClient } from './admin-client.ts';
import { CatalogError, UserErrorsError } from './errors.ts';
import { editFile } from './file-update.ts';
import { type ProductContext, readProductContext } from './product.ts';
import { systemTimers, type Timers, waitFor } from './timers.ts';
import { type FileUse, readUses } from './uses.ts';
import { moveVariants } from './variant-media.ts';

/** One file takes another's place on products. Stored before the first product is touched. */
export interface SwapPlan {
  readonly from: string;
  /** READY. */
  readonly to: string;
  /** Where `from` stood. */
  readonly uses: readonly FileUse[];
}

export interface SwapDeps {
  readonly client: AdminClient;
  readonly timers?: Timers;
}

const reorderSchema = z.object({
  productReorderMedia: z
    .object({
      mediaUserErrors: z.array(
        z.object({ code: z.string().nullable(), field: z.array(z.string()).nullable(), message: z.string() }),
      ),
    })
    .nullable(),
});

/** Reordering is a job of Shopify's; how long it may take. */
const settleDeadlineMs = 30_000;

export async function planSwap(
  client: AdminClient,
  { from, to, productIds }: { from: string; to: string; productIds: readonly string[] },
  signal?: AbortSignal,
): Promise<SwapPlan> {
  return { from, to, uses: await readUses(client, from, productIds, signal) };
}

/**
 * First half: on each product `to` stands right before `from`, and the variants of `from` point at it. Each product is
 * read and only what is missing is done, so that it can be taken up anywhere. A product that is gone, or shows neither
 * file any more, is left alone.
 * @throws CatalogError
 */
export async function linkSwap(deps: SwapDeps, plan: SwapPlan, signal?: AbortSignal): Promise<void> {
  for (const use of plan.uses) await linkOn(deps, plan, use, signal);
}

async function linkOn(deps: SwapDeps, plan: SwapPlan, use: FileUse, signal?: AbortSignal): Promise<void> {
  const { client } = deps;
  const { from, to } = plan;
  const { productId } = use;
  let context = await readProductContext(client, productId, signal);
  if (context === null) return;
  if (!context.mediaIds.includes(to)) {
    if (!context.mediaIds.includes(from)) return;
    await editFile(client, { mediaId: to, addTo: [productId] }, signal);
    context = await settle(deps, productId, ({ mediaIds }) => mediaIds.includes(to), signal);
    if (context === null) return;
  }
  if (!isBefore(context, to, from)) {
    const at = context.mediaIds.indexOf(from);
    const newPosition = context.mediaIds.indexOf(to) < at ? at - 1 : at;
    const moves = [{ id: to, newPosition: String(newPosition) }];
    const answer = await client.run('productReorderMedia', { id: productId, moves }, reorderSchema, {
      signal,
    });
    const errors = answer.productReorderMedia?.mediaUserErrors ?? [];
    if (errors.length > 0) throw new UserErrorsError('productReorderMedia', errors);
    context = await settle(deps, productId, (now) => isBefore(now, to, from), signal);
    if (context === null) return;
  }
  const idsWith = (mediaId: string | null) =>
    (context?.variants ?? [])
      .filter((variant) => variant.mediaId === mediaId)
      .map(({ variantId }) => variantId);
  // Those of the plan that point at nothing were on their way when the work was broken off.
  const underWay = idsWith(null).filter((variantId) => use.variantIds.includes(variantId));
  await moveVariants(client, { productId, variantIds: underWay, from: null, to }, signal);
  await moveVariants(client, { productId, variantIds: idsWith(from), from, to }, signal);
}

/** Whether `to` stands right before `from`, or `from` is not there to stand before. */
function isBefore({ mediaIds }: ProductContext, to: string, from: string): boolean {
  const at = mediaIds.indexOf(from);
  return at < 0 || mediaIds.indexOf(to) === at - 1;
}

/**
 * Second half: takes `from` out of each product, after a last look that no variant points at it and `to` is there. The
 * file itself stays in the shop. @throws CatalogError
 */
export async function unlinkSwap(deps: SwapDeps, plan: SwapPlan, signal?: AbortSignal): Promise<void> {
  const { from, to } = plan;
  for (const { productId, variantIds } of plan.uses) {
    const before = await readProductContext(deps.client, productId, signal);
    if (before === null || !before.mediaIds.includes(to)) continue;
    const isLinked = before.variants.every(
      ({ variantId, mediaId }) => mediaId !== from && !(mediaId === null && variantIds.includes(variantId)),
    );
    if (!isLinked) throw notSettled(productId);
    if (!before.mediaIds.includes(from)) continue;
    await editFile(deps.client, { mediaId: from, removeFrom: [productId] }, signal);
    const links = linksOf(before);
    await settle(
      deps,
      productId,
      (now) => !now.mediaIds.includes(from) && now.mediaIds.includes(to) && linksOf(now) === links,
      signal,
    );
  }
}

const linksOf = ({ variants }: ProductContext): string => JSON.stringify(variants);

/** Reads a product until it is as wanted; null when it is gone. @throws CatalogError (retriable) */
async function settle(
  { client, timers = systemTimers }: SwapDeps,
  productId: string,
  isAsWanted: (context: ProductContext) => boolean,
  signal: AbortSignal | undefined,
): Promise<ProductContext | null> {
  const untilMs = timers.nowMs() + settleDeadlineMs;
  for (let delayMs = 50; ; delayMs = Math.min(delayMs * 1.6, 2_000)) {
    const context = await readProductContext(client, productId, signal);
    if (context === null || isAsWanted(context)) return context;
    if (timers.nowMs() + delayMs > untilMs) throw notSettled(productId);
    await waitFor(timers, delayMs, signal);
  }
}

function notSettled(productId: string): CatalogError {
  return new CatalogError(
    'product-not-settled',
    'The product does not show the new image as it should yet; it is looked at again later.',
    { isRetriable: true, detail: productId },
  );
}
