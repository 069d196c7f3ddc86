import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { AdminClient } from './admin-client.ts';
import { CatalogError, MediaGoneError, UserErrorsError } from './errors.ts';
import { readMediaImage, type ShopImage } from './media.ts';

const userErrors = z.array(
  z.object({ code: z.string().nullable(), field: z.array(z.string()).nullable(), message: z.string() }),
);
const fileUpdateSchema = z.object({ fileUpdate: z.object({ userErrors }).nullable() });
const acknowledgeSchema = z.object({ fileAcknowledgeUpdateFailed: z.object({ userErrors }).nullable() });

const lockedRetryMs = 2_000;
const lockedAttempts = 15;

/**
 * Gives a file new bytes in place. A file that Shopify has locked, or is still working on, is tried again for half
 * a minute. `check` runs immediately before each try: it throws when the file is no longer what was decided about.
 * @throws UserErrorsError; ShopifyUnreachableError, after which the update may have been carried out; and whatever
 * `check` throws.
 */
export function updateFile(
  client: AdminClient,
  update: { readonly mediaId: string; readonly resourceUrl: string },
  check: () => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  return runFileUpdate(client, { id: update.mediaId, originalSource: update.resourceUrl }, check, signal);
}

/** Puts a file into products, takes it out of them, or gives it another alt text; tried again like updateFile. */
export function editFile(
  client: AdminClient,
  edit: {
    readonly mediaId: string;
    readonly alt?: string;
    readonly addTo?: readonly string[];
    readonly removeFrom?: readonly string[];
  },
  signal?: AbortSignal,
): Promise<void> {
  const input = {
    id: edit.mediaId,
    ...(edit.alt === undefined ? {} : { alt: edit.alt }),
    ...(edit.addTo === undefined ? {} : { referencesToAdd: edit.addTo }),
    ...(edit.removeFrom === undefined ? {} : { referencesToRemove: edit.removeFrom }),
  };
  return runFileUpdate(client, input, async () => {}, signal);
}

async function runFileUpdate(
  client: AdminClient,
  input: { readonly id: string } & Readonly<Record<string, unknown>>,
  check: () => Promise<void>,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    await check();
    const answer = await client.run('fileUpdate', { files: [input] }, fileUpdateSchema, {
      signal,
      isRepeatable: false,
    });
    const errors = answer.fileUpdate?.userErrors ?? [];
    if (errors.length === 0) return;
    const error = new UserErrorsError('fileUpdate', errors);
    if (!error.isRetriable || attempt >= lockedAttempts) throw error;
    await sleep(lockedRetryMs, undefined, { signal });
  }
}

/** Shopify tried to take the new bytes and could not. The file shows its old bytes again. */
export class FileRefusedError extends CatalogError {
  constructor(errors: readonly string[]) {
    super(
      'file-refused',
      `Shopify could not process the new image (${errors.join('; ') || 'no reason given'}); the old one is back in place.`,
    );
  }
}

/**
 * Waits until the file is READY and gives back what the shop shows. A FAILED update is acknowledged, which returns the
 * file to its old bytes, and thrown as FileRefusedError.
 * @throws MediaGoneError; CatalogError `file-not-ready` (retriable) when the deadline passes.
 */
export async function waitUntilReady(
  client: AdminClient,
  mediaId: string,
  options: {
    readonly deadlineMs: number;
    readonly clock: () => number;
    readonly signal?: AbortSignal | undefined;
    /** A file that never was READY has no old bytes to go back to: it is left FAILED. */
    readonly isNew?: boolean;
  },
): Promise<ShopImage> {
  const untilMs = options.clock() + options.deadlineMs;
  for (let delayMs = 250; ; delayMs = Math.min(delayMs * 1.6, 5_000)) {
    const image = await readMediaImage(client, mediaId, options.signal);
    if (image === null) throw new MediaGoneError(mediaId);
    if (image.fileStatus === 'READY') return image;
    if (image.fileStatus === 'FAILED') {
      if (options.isNew !== true) await acknowledgeFailure(client, mediaId, options.signal);
      throw new FileRefusedError(image.errors);
    }
    if (options.clock() + delayMs > untilMs) {
      throw new CatalogError(
        'file-not-ready',
        'Shopify is still processing the image; it is looked at again later.',
        {
          isRetriable: true,
          detail: mediaId,
        },
      );
    }
    await sleep(delayMs, undefined, { signal: options.signal });
  }
}

async function acknowledgeFailure(client: AdminClient, mediaId: string, signal?: AbortSignal): Promise<void> {
  const answer = await client.run('fileAcknowledgeUpdateFailed', { fileIds: [mediaId] }, acknowledgeSchema, {
    signal,
  });
  const errors = answer.fileAcknowledgeUpdateFailed?.userErrors ?? [];
  if (errors.length > 0) throw new UserErrorsError('fileAcknowledgeUpdateFailed', errors);
}
