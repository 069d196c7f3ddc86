import type { AdminClient } from '../catalog/admin-client.ts';
import { CatalogError, MediaGoneError } from '../catalog/errors.ts';
import { fileNameOf, readMediaImage, type ShopImage } from '../catalog/media.ts';
import { publishInPlace, SupersededError } from '../catalog/publish-in-place.ts';
import { lastingFacts, shownColumns } from '../catalog/shown.ts';
import { VitrineError } from '../errors.ts';
import { readHeader } from '../image/header.ts';
import type { GuardedFetch } from '../net/guarded-fetch.ts';
import type { ShopDb, ShopTx } from '../store/door.ts';
import { moveImageToMedia } from '../store/image-aliases.ts';
import type { ImageEvents } from '../store/image-events.ts';
import { getImage, setImageStatus } from '../store/images.ts';
import { keepLease, leaseMs } from '../store/kept-lease.ts';
import { claimLease, guardLease, type Lease, releaseLease } from '../store/leases.ts';
import type { ImageRecord } from '../store/records.ts';
import type { Store } from '../store/store.ts';
import { type Digest, sha256 } from '../vault/digest.ts';
import type { Vault } from '../vault/vault.ts';
import { type Actor, appendEntry } from './ledger.ts';
import { swapBack } from './rollback-replacement.ts';

export interface RollbackDeps {
  readonly store: Store;
  readonly vault: Vault;
  readonly net: GuardedFetch;
  readonly clientFor: (shopId: string) => Promise<AdminClient>;
  readonly events: ImageEvents;
}

export interface RestoreRequest {
  readonly shopId: string;
  readonly imageId: string;
  /** Names this request: however often it is tried, the ledger has one entry. */
  readonly restoreId: string;
  readonly actor: Actor;
  /** Write over a change that was made in the shop since. */
  readonly isForced: boolean;
}

export type RestoreOutcome =
  | { readonly kind: 'busy' }
  /** The shop shows the original, and its bytes were read back and compared. */
  | { readonly kind: 'restored'; readonly digest: Digest };

/** The original cannot be put back as things are. */
export class RestoreError extends VitrineError {
  declare readonly code: 'nothing-to-restore' | 'restore-conflict';
  constructor(code: 'nothing-to-restore' | 'restore-conflict', sentence: string) {
    super(code, sentence, { isReported: false });
  }
}

export const restoreQueue = 'restore-image';

/** Asks for the original to be put back; the panel shows that it is under way. */
export async function requestRestore(
  tx: ShopTx,
  request: Pick<RestoreRequest, 'imageId' | 'restoreId' | 'actor' | 'isForced'>,
): Promise<void> {
  const image = await getImage(tx, request.imageId);
  requireOriginal(image);
  await tx.send(restoreQueue, { shopId: tx.shopId, ...request }, { singletonKey: request.imageId });
}

/**
 * Puts the original bytes back in place, proves it by reading back, and records it. Alt text, order and variant links
 * are the file's and are not touched; where a new file took the place of the old one, the old one takes them back. Safe to repeat after a crash: where the bytes already arrived, it records.
 * @throws RestoreError, VaultError, CatalogError; then the shop shows what it showed before
 */
export async function restoreImage(
  deps: RollbackDeps,
  request: RestoreRequest,
  signal: AbortSignal,
): Promise<RestoreOutcome> {
  const shop = deps.store.forShop(request.shopId);
  const lease = await claimLease(shop, request.imageId, leaseMs);
  if (lease === null) return { kind: 'busy' };
  const kept = keepLease(shop, lease, signal);
  try {
    return await restoreLeased(deps, shop, request, lease, kept.signal);
  } finally {
    kept.stop();
    await releaseLease(shop, lease);
  }
}

async function restoreLeased(
  deps: RollbackDeps,
  shop: ShopDb,
  request: RestoreRequest,
  lease: Lease,
  signal: AbortSignal,
): Promise<RestoreOutcome> {
  const image = await getImage(shop, request.imageId);
  const { originalDigest, contentDigest } = requireOriginal(image);
  const bytes = await deps.vault.read(originalDigest);
  const client = await deps.clientFor(request.shopId);
  const shown = await readMediaImage(client, image.mediaId, signal);
  if (shown === null) throw new MediaGoneError(image.mediaId);
  const download = async (url: string, abort?: AbortSignal) =>
    (await deps.net.download(url, abort ? { signal: abort } : {})).bytes;
  const expectedDigest = request.isForced ? await digestOfShown(shown, download, signal) : contentDigest;
  const publishing = {
    client,
    upload: deps.net.put,
    download,
    clock: () => shop.now().getTime(),
  };
  const fileName = fileNameOf(shown.url ?? image.url);
  // Compared by digest unless nothing at all changed since the row was written.
  const expected: ShopImage = {
    ...shown,
    updatedAt: image.seenUpdatedAt?.toISOString() ?? '',
    url: image.url,
  };
  const { format, mimeType } = await formatOf(bytes);
  const publish = isNamedAs(fileName, format)
    ? publishInPlace(
        publishing,
        {
          mediaId: image.mediaId,
          expected,
          expectedDigest,
          bytes,
          digest: originalDigest,
          fileName,
          mimeType: shown.mimeType ?? image.mimeType ?? 'application/octet-stream',
        },
        signal,
      )
    : swapBack(
        { ...publishing, store: deps.store, lease },
        {
          shopId: request.shopId,
          restoreId: request.restoreId,
          image,
          expected: { expected, expectedDigest },
          shown,
          original: { bytes, digest: originalDigest, extension: format, mimeType },
        },
        signal,
      );
  const after = await publish.catch((cause: unknown) => {
    throw cause instanceof SupersededError ? conflict() : cause;
  });
  await deps.store.transaction((tx) =>
    record(tx.forShop(request.shopId), { request, image, lease, shown, after }),
  );
  deps.events.changed(request.shopId, image.id, 'restored');
  return { kind: 'restored', digest: originalDigest };
}

/** What the original's bytes are; they were read as an image before. */
async function formatOf(bytes: Uint8Array): Promise<{ format: string; mimeType: string }> {
  const { format } = await readHeader(bytes);
  return { format, mimeType: format === 'jpg' ? 'image/jpeg' : `image/${format}` };
}

/** Whether bytes of this format can be written over a file of this name. */
function isNamedAs(fileName: string, format: string): boolean {
  const extension = fileName.split('.').at(-1)?.toLowerCase() ?? '';
  return (extension === 'jpeg' ? 'jpg' : extension) === format;
}

function requireOriginal(image: ImageRecord): { originalDigest: Digest; contentDigest: Digest } {
  const { originalDigest, contentDigest } = image;
  if (originalDigest === null || contentDigest === null) {
    throw new RestoreError(
      'nothing-to-restore',
      'Vitrine has not changed this image, so there is nothing to put back.',
    );
  }
  return { originalDigest, contentDigest };
}

function conflict(): RestoreError {
  return new RestoreError(
    'restore-conflict',
    'The image was changed in the shop since Vitrine wrote it, so it was left alone; restore it anyway if the old picture is wanted.',
  );
}

async function digestOfShown(
  shown: ShopImage,
  download: (url: string, signal?: AbortSignal) => Promise<Uint8Array>,
  signal: AbortSignal,
): Promise<Digest> {
  const url = shown.originalUrl ?? shown.url;
  if (url === null) {
    throw new CatalogError(
      'media-not-ready',
      'Shopify is still processing the image; try again in a moment.',
      {
        isRetriable: true,
      },
    );
  }
  return sha256(await download(url, signal));
}

interface Restored {
  readonly request: RestoreRequest;
  readonly image: ImageRecord;
  readonly lease: Lease;
  readonly shown: ShopImage;
  readonly after: ShopImage;
}

async function record(tx: ShopTx, { request, image, lease, shown, after }: Restored): Promise<void> {
  await guardLease(tx, lease);
  await appendEntry(tx, {
    kind: 'restored',
    imageId: image.id,
    subject: request.restoreId,
    body: {
      actor: request.actor,
      mediaId: image.mediaId,
      isForced: request.isForced,
      before: { ...lastingFacts(shown), digest: image.contentDigest },
      after: { mediaId: after.mediaId, ...lastingFacts(after), digest: image.originalDigest },
    },
  });
  if (after.mediaId !== image.mediaId)
    await moveImageToMedia(tx, { imageId: image.id, from: image.mediaId, to: after.mediaId });
  await setImageStatus(
    tx,
    image.id,
    { status: 'restored' },
    { ...shownColumns(after), contentDigest: image.originalDigest },
  );
}

/** Tells the merchant, on the image itself, why the original could not be put back; the image stays as it is. */
export async function markRestoreFailed(
  deps: Pick<RollbackDeps, 'store' | 'events'>,
  { shopId, imageId }: Pick<RestoreRequest, 'shopId' | 'imageId'>,
  cause: unknown,
): Promise<void> {
  const reason =
    cause instanceof VitrineError
      ? cause.sentence
      : 'Something went wrong on our side; the image in your shop was not changed. Try again later.';
  const shop = deps.store.forShop(shopId);
  const { status } = await getImage(shop, imageId);
  const reasonCode = cause instanceof VitrineError ? cause.code : 'internal';
  await setImageStatus(shop, imageId, { status, reasonCode, reason, from: [status] });
  deps.events.changed(shopId, imageId, status);
}
