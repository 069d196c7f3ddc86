import type { Digest } from '../vault/digest.ts';
import { sha256 } from '../vault/digest.ts';
import type { AdminClient } from './admin-client.ts';
import { CatalogError, MediaGoneError, ShopifyUnreachableError } from './errors.ts';
import { FileRefusedError, updateFile, waitUntilReady } from './file-update.ts';
import { isSameContent, readMediaImage, type ShopImage } from './media.ts';
import { stageUpload, type Upload } from './staged-upload.ts';

export interface PublishDeps {
  readonly client: AdminClient;
  readonly upload: Upload;
  /** Fetches from an allow-listed host. */
  readonly download: (url: string, signal?: AbortSignal) => Promise<Uint8Array>;
  readonly clock: () => number;
  /** How long Shopify may take to process the new bytes. */
  readonly readyDeadlineMs?: number;
}

export interface PublishRequest {
  readonly mediaId: string;
  /** What the shop showed when the work was decided, and the digest of its bytes. */
  readonly expected: ShopImage;
  readonly expectedDigest: Digest;
  readonly bytes: Uint8Array;
  readonly digest: Digest;
  /** With the extension of the file it replaces: Shopify refuses any other. */
  readonly fileName: string;
  readonly mimeType: string;
}

/** The merchant, or another app, changed the file meanwhile: it is left alone. */
export class SupersededError extends CatalogError {
  constructor() {
    super('superseded', 'The image was changed in the shop while it was worked on, so it was left alone.', {
      isReported: false,
    });
  }
}

/** What the shop shows after the write is not what was written. */
export class ReadBackError extends CatalogError {
  constructor(detail: string) {
    super('read-back-differs', 'The shop does not show the bytes that were written; look at the image.', {
      detail,
    });
  }
}

/**
 * Writes bytes over a file, only if the file is still what was read, and proves by reading back that they are there.
 * Calling it again after a crash is safe: where the bytes already arrived, it only reads them back.
 * @throws SupersededError, MediaGoneError, FileRefusedError, ReadBackError, CatalogError
 */
export async function publishInPlace(
  deps: PublishDeps,
  request: PublishRequest,
  signal?: AbortSignal,
): Promise<ShopImage> {
  const { client } = deps;
  const { mediaId } = request;
  const ready = () =>
    waitUntilReady(client, mediaId, {
      deadlineMs: deps.readyDeadlineMs ?? 120_000,
      clock: deps.clock,
      signal,
    }).catch(async (cause: unknown) => {
      if (cause instanceof FileRefusedError) await proveOldBytes(deps, request, signal);
      throw cause;
    });

  const before = await ready();
  let doubt: ShopifyUnreachableError | null = null;
  if (!(await showsBytes(deps, before, request.bytes.length, request.digest, signal))) {
    await requireUnchanged(deps, request, before, signal);
    const resourceUrl = await stageUpload(
      { client, upload: deps.upload },
      { bytes: request.bytes, fileName: request.fileName, mimeType: request.mimeType },
      signal,
    );
    const check = async () => {
      const now = await readMediaImage(client, mediaId, signal);
      if (now === null) throw new MediaGoneError(mediaId);
      // A file that is being processed shows no URL; the mutation itself refuses it until it is READY.
      if (now.fileStatus === 'READY') await requireUnchanged(deps, request, now, signal);
    };
    doubt = await updateFile(client, { mediaId, resourceUrl }, check, signal).then(
      () => null,
      (cause: unknown) => {
        if (cause instanceof ShopifyUnreachableError) return cause;
        throw cause;
      },
    );
  }
  const after = await ready();
  if (!(await showsBytes(deps, after, request.bytes.length, request.digest, signal))) {
    // No answer, and the old bytes are there: it was not carried out, and may be tried again.
    if (doubt !== null) throw doubt;
    throw new ReadBackError(`${mediaId}: ${after.originalBytes} bytes, ${after.widthPx}×${after.heightPx}`);
  }
  return after;
}

/** What an acknowledged failure promises: the shop shows the old bytes again, or else somebody wrote it meanwhile. */
async function proveOldBytes(
  deps: PublishDeps,
  { mediaId, expectedDigest }: PublishRequest,
  signal?: AbortSignal,
): Promise<void> {
  const { client, clock } = deps;
  const deadlineMs = deps.readyDeadlineMs ?? 120_000;
  const back = await waitUntilReady(client, mediaId, { deadlineMs, clock, signal });
  const url = back.originalUrl ?? back.url;
  if (url === null || sha256(await deps.download(url, signal)) !== expectedDigest)
    throw new SupersededError();
}

/** Whether the shop holds exactly these bytes: by number first, which is free, then by digest. */
export async function showsBytes(
  deps: Pick<PublishDeps, 'download'>,
  image: ShopImage,
  bytes: number,
  digest: Digest,
  signal?: AbortSignal,
): Promise<boolean> {
  if (image.originalBytes !== null && image.originalBytes !== bytes) return false;
  const url = image.originalUrl ?? image.url;
  if (url === null) return false;
  return sha256(await deps.download(url, signal)) === digest;
}

/** The compare of compare-and-set: what Shopify tells first; where that differs, the bytes themselves decide. */
export async function requireUnchanged(
  deps: Pick<PublishDeps, 'download'>,
  { expected, expectedDigest }: Pick<PublishRequest, 'expected' | 'expectedDigest'>,
  now: ShopImage,
  signal?: AbortSignal,
): Promise<void> {
  if (isSameContent(expected, now) && expected.updatedAt === now.updatedAt) return;
  if (
    now.originalBytes !== null &&
    expected.originalBytes !== null &&
    now.originalBytes !== expected.originalBytes
  ) {
    throw new SupersededError();
  }
  const url = now.originalUrl ?? now.url;
  if (url === null || sha256(await deps.download(url, signal)) !== expectedDigest)
    throw new SupersededError();
}
