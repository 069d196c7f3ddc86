import type { Digest } from '../vault/digest.ts';
import { CatalogError, MediaGoneError } from './errors.ts';
import { createFile, deleteFile, uniqueFileName } from './file-create.ts';
import { editFile, FileRefusedError, waitUntilReady } from './file-update.ts';
import { readMediaImage, type ShopImage } from './media.ts';
import {
  type PublishDeps,
  type PublishRequest,
  ReadBackError,
  requireUnchanged,
  SupersededError,
  showsBytes,
} from './publish-in-place.ts';
import { stageUpload } from './staged-upload.ts';
import { linkSwap, planSwap, type SwapPlan, unlinkSwap } from './swap-media.ts';

/** How far a replacement has come. Stored after each step; what is stored is where the next try begins. */
export type Replacement =
  | { readonly stage: 'begun'; readonly fileName: string }
  | { readonly stage: 'created'; readonly fileName: string; readonly newMediaId: string }
  | { readonly stage: 'planned' | 'linked' | 'unlinked'; readonly fileName: string; readonly plan: SwapPlan }
  | {
      readonly stage: 'undoing';
      readonly fileName: string;
      readonly newMediaId: string;
      readonly plan: SwapPlan | null;
      readonly because: Undone;
    };

export interface Undone {
  readonly code: string;
  readonly sentence: string;
}

export interface ReplaceDeps extends PublishDeps {
  /** Stores how far it has come, before the next step. `newMediaId`: a file that is ours from now on. */
  readonly save: (progress: Replacement, newMediaId: string | null) => Promise<void>;
}

export interface ReplaceRequest extends PublishRequest {
  /** Where the file is known to stand. */
  readonly productIds: readonly string[];
  /** Names the attempt, so that a repeated create is found out. */
  readonly token: string;
  readonly extension: string;
  /** What an earlier try left behind. */
  readonly progress: Replacement | null;
}

export interface Replaced {
  readonly after: ShopImage;
  readonly plan: SwapPlan;
}

/** The replacement failed and everything is as it was. */
export class ReplacementUndoneError extends CatalogError {
  constructor({ code, sentence }: Undone, cause?: unknown) {
    super(code, sentence, { cause, isReported: code !== 'superseded' });
  }
}

/**
 * Puts a new file in the place of another: made from staged bytes, READY and proven by digest; then, on each product,
 * attached at the same position with the variants moved to it; then the old one is taken out of the products and stays
 * in the shop's files. The URL and the id change.
 * @throws CatalogError; call `undoReplacement` where it is not tried again
 */
export async function publishByReplacement(
  deps: ReplaceDeps,
  request: ReplaceRequest,
  signal?: AbortSignal,
): Promise<Replaced> {
  const { client } = deps;
  const { mediaId: from } = request;
  let progress: Replacement = request.progress ?? {
    stage: 'begun',
    fileName: uniqueFileName(request.fileName, request.token, request.extension),
  };
  const reach = async (next: Replacement, newMediaId: string | null = null): Promise<void> => {
    await deps.save(next, newMediaId);
    progress = next;
  };
  const old = async (): Promise<ShopImage> => {
    const now = await readMediaImage(client, from, signal);
    if (now === null) throw new MediaGoneError(from);
    await requireUnchanged(deps, request, now, signal);
    return now;
  };

  if (progress.stage === 'undoing') {
    await undoReplacement(deps, from, progress, signal);
    throw new ReplacementUndoneError(progress.because);
  }
  const { fileName } = progress;
  if (progress.stage === 'begun') {
    const { alt } = await old();
    if (request.progress === null) await reach(progress);
    const resourceUrl = await stageUpload(
      { client, upload: deps.upload },
      { bytes: request.bytes, fileName, mimeType: request.mimeType },
      signal,
    );
    const newMediaId = await createFile(client, { resourceUrl, fileName, alt: alt ?? '' }, signal);
    await reach({ stage: 'created', fileName, newMediaId }, newMediaId);
  }
  const to = newMediaOf(progress);
  const made = await waitUntilReady(client, to, {
    deadlineMs: deps.readyDeadlineMs ?? 120_000,
    clock: deps.clock,
    isNew: true,
    signal,
  });
  await requireShown(deps, made, request, signal);
  if (progress.stage === 'created') {
    await old();
    const plan = await planSwap(client, { from, to, productIds: request.productIds }, signal);
    await reach({ stage: 'planned', fileName, plan });
  }
  const { plan } = progress as { plan: SwapPlan };
  if (progress.stage === 'planned') {
    await linkSwap({ client }, plan, signal);
    // The last look: from here on the old file is only taken out.
    const { alt } = await old();
    if ((alt ?? '') !== (made.alt ?? '')) await editFile(client, { mediaId: to, alt: alt ?? '' }, signal);
    await reach({ stage: 'linked', fileName, plan });
  }
  if (progress.stage === 'linked') {
    await unlinkSwap({ client }, plan, signal);
    await reach({ stage: 'unlinked', fileName, plan });
  }
  const after = await readMediaImage(client, to, signal);
  if (after === null) throw new MediaGoneError(to);
  await requireShown(deps, after, request, signal);
  return { after, plan };
}

/** Whether the new file has taken the old one's place: from here on nothing is undone. */
export const isReplaced = (progress: Replacement | null): boolean => progress?.stage === 'unlinked';

/**
 * Puts everything back as it was: the old file at its place with its variants, the new one out of the products and
 * deleted (its bytes are in the vault). Says why before it begins, so that it can be taken up. Safe to repeat.
 * @throws CatalogError, where Shopify does not let it
 */
export async function undoReplacement(
  deps: ReplaceDeps,
  oldMediaId: string,
  undoing: Replacement & { readonly stage: 'undoing' },
  signal?: AbortSignal,
): Promise<void> {
  const { client } = deps;
  const { plan, newMediaId } = undoing;
  if (plan !== null) {
    const back: SwapPlan = { from: newMediaId, to: oldMediaId, uses: plan.uses };
    // An old file that the merchant deleted is not brought back; the new one goes all the same.
    if ((await readMediaImage(client, oldMediaId, signal)) !== null) {
      await linkSwap({ client }, back, signal);
      await unlinkSwap({ client }, back, signal);
    }
  }
  await deleteFile(client, newMediaId, signal);
}

/** What is to be stored before an undo begins; null: nothing was made that has to go. */
export function undoingOf(
  progress: Replacement | null,
  because: Undone,
): (Replacement & { readonly stage: 'undoing' }) | null {
  if (progress === null || progress.stage === 'begun') return null;
  if (progress.stage === 'undoing') return progress;
  const plan = 'plan' in progress ? progress.plan : null;
  return { stage: 'undoing', fileName: progress.fileName, newMediaId: newMediaOf(progress), plan, because };
}

export function becauseOf(cause: unknown): Undone {
  if (cause instanceof SupersededError || cause instanceof MediaGoneError) {
    return { code: cause.code, sentence: cause.sentence };
  }
  if (cause instanceof FileRefusedError) {
    const sentence = 'Shopify could not process the new file; the old image is in its place, unchanged.';
    return { code: cause.code, sentence };
  }
  if (cause instanceof CatalogError) {
    return { code: cause.code, sentence: `${cause.sentence} The old image is in its place, unchanged.` };
  }
  return {
    code: 'internal',
    sentence: 'Something went wrong on our side; the old image is in its place, unchanged.',
  };
}

function newMediaOf(progress: Replacement): string {
  if ('plan' in progress && progress.plan !== null) return progress.plan.to;
  if ('newMediaId' in progress) return progress.newMediaId;
  throw new Error('the replacement has made no file yet');
}

async function requireShown(
  deps: PublishDeps,
  shown: ShopImage,
  { bytes, digest }: { readonly bytes: Uint8Array; readonly digest: Digest },
  signal: AbortSignal | undefined,
): Promise<void> {
  if (await showsBytes(deps, shown, bytes.length, digest, signal)) return;
  throw new ReadBackError(
    `${shown.mediaId}: ${shown.originalBytes} bytes, ${shown.widthPx}×${shown.heightPx}`,
  );
}
