import { publishInPlace } from '../../catalog/publish-in-place.ts';
import { formatOfFile } from '../file-format.ts';
import { replace } from '../replace.ts';
import type { StepContext, StepDefinition } from '../step.ts';
import { type End, requireDigest, requireSource, type Work } from '../work.ts';

/** Writes the file in place, or a new one in its place where the format is another; only if the shop still shows what was read, and reads it back. */
export const publish: StepDefinition = {
  name: 'publish',
  async run(context) {
    const { deps, shop, image, work, signal } = context;
    const wait = waitForPerson(work);
    if (wait !== null) return { end: wait };
    const { shownDigest, output } = work.facts;
    if (work.before === null || shownDigest === undefined || output === undefined) {
      throw new Error('publish needs what assess, acquire and finish leave behind');
    }
    await requireOriginal(context);
    const digest = requireDigest(work.outputDigest, 'finish');
    const { fileName } = requireSource(work.facts);
    if (formatOfFile(fileName) !== output.format) return { patch: await replace(context) };
    await context.saveIntent({ mediaId: image.mediaId, from: shownDigest, to: digest });
    const after = await publishInPlace(
      {
        client: await context.client(),
        upload: (url, request) => deps.net.put(url, request),
        download: async (url, abort) => (await deps.net.download(url, abort ? { signal: abort } : {})).bytes,
        clock: () => shop.now().getTime(),
      },
      {
        mediaId: image.mediaId,
        expected: work.before,
        expectedDigest: shownDigest,
        bytes: await deps.vault.read(digest),
        digest,
        fileName,
        mimeType: output.mimeType,
      },
      signal,
    );
    return { patch: { after } };
  },
};

/** The gate, and approve-first: such a result waits, finished and in the vault, until a person decides. */
function waitForPerson({ verdict, settings, facts }: Work): End | null {
  if (facts.approvedBy !== undefined) return null;
  if (verdict?.kind === 'hold') {
    const reason = verdict.reasons[0];
    return {
      state: 'held',
      imageStatus: 'review',
      code: reason?.code ?? 'held',
      sentence: reason?.sentence ?? 'The result differs from the original; please look at it.',
    };
  }
  if (settings.mode !== 'approve-first') return null;
  return {
    state: 'held',
    imageStatus: 'review',
    code: 'approve-first',
    sentence: 'The result is ready and waits for your approval.',
  };
}

/** The shop is not touched before its original is proven to be in the vault: reading checks the digest. */
async function requireOriginal({ deps, image, work }: StepContext): Promise<void> {
  await deps.vault.read(requireDigest(work.sourceDigest, 'acquire'));
  if (image.originalDigest !== null) await deps.vault.read(image.originalDigest);
}
