import { CatalogError } from '../catalog/errors.ts';
import { createFile, uniqueFileName } from '../catalog/file-create.ts';
import { editFile, waitUntilReady } from '../catalog/file-update.ts';
import { readMediaImage, type ShopImage } from '../catalog/media.ts';
import {
  type PublishDeps,
  type PublishRequest,
  ReadBackError,
  requireUnchanged,
  showsBytes,
} from '../catalog/publish-in-place.ts';
import { stageUpload } from '../catalog/staged-upload.ts';
import { linkSwap, planSwap, type SwapPlan, unlinkSwap } from '../catalog/swap-media.ts';
import { listAliasesOfImage, saveAlias } from '../store/image-aliases.ts';
import { guardLease, type Lease } from '../store/leases.ts';
import type { ImageRecord } from '../store/records.ts';
import type { Store } from '../store/store.ts';
import type { Digest } from '../vault/digest.ts';

export interface SwapBackDeps extends PublishDeps {
  readonly store: Store;
  readonly lease: Lease;
}

export interface SwapBackRequest {
  readonly shopId: string;
  readonly restoreId: string;
  readonly image: ImageRecord;
  /** What the shop must still show; compared by digest unless nothing changed. */
  readonly expected: Pick<PublishRequest, 'expected' | 'expectedDigest'>;
  readonly shown: ShopImage;
  readonly original: {
    readonly bytes: Uint8Array;
    readonly digest: Digest;
    readonly extension: string;
    readonly mimeType: string;
  };
}

/**
 * Puts the file with the original bytes in the place of the one that took its place: the old file where it is still
 * among the shop's files, else a new one made of the vault's bytes. What stood where is stored before the first product
 * is touched, so that a crash loses no variant. Where it cannot be done everything is as it was.
 * @throws SupersededError, CatalogError
 */
export async function swapBack(
  deps: SwapBackDeps,
  request: SwapBackRequest,
  signal: AbortSignal,
): Promise<ShopImage> {
  const { client } = deps;
  const { image, original } = request;
  await requireUnchanged(deps, request.expected, request.shown, signal);
  const { mediaId: to, plan: stored } = await originalFile(deps, request, signal);
  const ready = await waitUntilReady(client, to, {
    deadlineMs: 120_000,
    clock: deps.clock,
    isNew: true,
    signal,
  });
  if (!(await showsBytes(deps, ready, original.bytes.length, original.digest, signal))) {
    throw new ReadBackError(`${to}: ${ready.originalBytes} bytes`);
  }
  const plan = stored ?? (await storePlan(deps, request, to, signal));
  try {
    await linkSwap({ client }, plan, signal);
    if ((ready.alt ?? '') !== (request.shown.alt ?? ''))
      await editFile(client, { mediaId: to, alt: request.shown.alt ?? '' }, signal);
    await unlinkSwap({ client }, plan, signal);
  } catch (cause) {
    if (signal.aborted || (cause instanceof CatalogError && cause.isRetriable)) throw cause;
    const forth: SwapPlan = { from: to, to: image.mediaId, uses: plan.uses };
    await linkSwap({ client }, forth, signal);
    await unlinkSwap({ client }, forth, signal);
    throw cause;
  }
  const after = await readMediaImage(client, to, signal);
  if (after === null || !(await showsBytes(deps, after, original.bytes.length, original.digest, signal))) {
    throw new ReadBackError(to);
  }
  return after;
}

/** The file that holds the original bytes, and what an earlier try of this swap stored. */
async function originalFile(
  deps: SwapBackDeps,
  { shopId, restoreId, image, shown, original }: SwapBackRequest,
  signal: AbortSignal,
): Promise<{ mediaId: string; plan: SwapPlan | null }> {
  const { client } = deps;
  for (const { mediaId, plan } of await listAliasesOfImage(deps.store.forShop(shopId), image.id)) {
    const file = await readMediaImage(client, mediaId, signal);
    if (file === null || file.fileStatus === 'FAILED') continue;
    const begun = plan as unknown as SwapPlan | null;
    const isBegun = begun !== null && begun.from === image.mediaId;
    if (isBegun) return { mediaId, plan: begun };
    const { bytes, digest } = original;
    if (file.fileStatus !== 'READY' || !(await showsBytes(deps, file, bytes.length, digest, signal)))
      continue;
    return { mediaId, plan: null };
  }
  const fileName = uniqueFileName(image.fileName, restoreId, original.extension);
  const resourceUrl = await stageUpload(
    { client, upload: deps.upload },
    { bytes: original.bytes, fileName, mimeType: original.mimeType },
    signal,
  );
  const mediaId = await createFile(client, { resourceUrl, fileName, alt: shown.alt ?? '' }, signal);
  await save(deps, shopId, { mediaId, imageId: image.id });
  return { mediaId, plan: null };
}

async function storePlan(
  deps: SwapBackDeps,
  { shopId, image }: SwapBackRequest,
  to: string,
  signal: AbortSignal,
): Promise<SwapPlan> {
  const productIds = [
    ...new Set([...(image.productId === null ? [] : [image.productId]), ...image.productIds]),
  ];
  const plan = await planSwap(deps.client, { from: image.mediaId, to, productIds }, signal);
  await save(deps, shopId, { mediaId: to, imageId: image.id, plan: JSON.parse(JSON.stringify(plan)) });
  return plan;
}

function save(deps: SwapBackDeps, shopId: string, alias: Parameters<typeof saveAlias>[1]): Promise<void> {
  return deps.store.transaction(async (tx) => {
    const shop = tx.forShop(shopId);
    await guardLease(shop, deps.lease);
    await saveAlias(shop, alias);
  });
}
