import { deleteFile, findFileByName } from '../catalog/file-create.ts';
import {
  becauseOf,
  isReplaced,
  publishByReplacement,
  type ReplaceDeps,
  type Replacement,
  ReplacementUndoneError,
  type ReplaceRequest,
  undoingOf,
  undoReplacement,
} from '../catalog/publish-by-replacement.ts';
import { isPassing } from './passing.ts';
import type { StepContext } from './step.ts';
import { requireDigest, requireSource, type WorkPatch } from './work.ts';

/** For the merchant, beside the result. */
const note =
  'A new file took the place of the old one because all images are to have one format: the image’s URL is another now. The old file is still among the shop’s files.';

/**
 * Puts the result as a new file in the place of the old one. How far it came is the attempt's intent, so that the next
 * try goes on from there; where there is no next try, everything is put back as it was.
 * @throws CatalogError; ReplacementUndoneError once it is undone
 */
export async function replace(context: StepContext): Promise<WorkPatch> {
  const { deps, shop, image, work, signal } = context;
  const { shownDigest, output } = work.facts;
  if (work.before === null || shownDigest === undefined || output === undefined) {
    throw new Error('publish needs what assess, acquire and finish leave behind');
  }
  const digest = requireDigest(work.outputDigest, 'finish');
  let progress = work.intent as Replacement | null;
  const replacing: ReplaceDeps = {
    client: await context.client(),
    upload: (url, request) => deps.net.put(url, request),
    download: async (url, abort) => (await deps.net.download(url, abort ? { signal: abort } : {})).bytes,
    clock: () => shop.now().getTime(),
    async save(next, newMediaId) {
      await context.saveIntent(next, newMediaId);
      progress = next;
    },
  };
  const request: ReplaceRequest = {
    mediaId: work.mediaId,
    expected: work.before,
    expectedDigest: shownDigest,
    bytes: await deps.vault.read(digest),
    digest,
    fileName: requireSource(work.facts).fileName,
    mimeType: output.mimeType,
    productIds: [...new Set([...(image.productId === null ? [] : [image.productId]), ...image.productIds])],
    token: work.id,
    extension: output.format,
    progress,
  };
  try {
    const { after, plan } = await publishByReplacement(replacing, request, signal);
    const { url } = work.before;
    return { after, facts: { replaced: { mediaId: work.mediaId, url, uses: plan.uses, note } } };
  } catch (cause) {
    if (signal.aborted || (isPassing(cause) && !context.isLastTry)) throw cause;
    if (cause instanceof ReplacementUndoneError || isReplaced(progress)) throw cause;
    await undo(replacing, work.mediaId, progress, cause, signal);
    throw cause instanceof Error && progress === null
      ? cause
      : new ReplacementUndoneError(becauseOf(cause), cause);
  }
}

async function undo(
  replacing: ReplaceDeps,
  oldMediaId: string,
  progress: Replacement | null,
  cause: unknown,
  signal: AbortSignal,
): Promise<void> {
  const { client } = replacing;
  const undoing = undoingOf(progress, becauseOf(cause));
  if (undoing !== null) {
    if (progress?.stage !== 'undoing') await replacing.save(undoing, null);
    await undoReplacement(replacing, oldMediaId, undoing, signal);
  } else if (progress?.stage === 'begun') {
    // It may have been made although no answer came.
    const made = await findFileByName(client, progress.fileName, signal);
    if (made !== null) await deleteFile(client, made, signal);
  }
}
