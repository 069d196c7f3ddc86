import { finish as finishImage } from '../../image/finish.ts';
import { keepBlob } from '../blobs.ts';
import { enlargedAlphaOf, repairedOf } from '../pixels.ts';
import type { StepDefinition } from '../step.ts';
import { requireDigest } from '../work.ts';

/** Makes the file that the shop will get: alpha back on, size, format, Shopify's limits. */
export const finish: StepDefinition = {
  name: 'finish',
  async run(context) {
    const { deps, work, signal } = context;
    const { settings, facts } = work;
    const source = await deps.vault.read(requireDigest(work.sourceDigest, 'acquire'));
    const made = await finishImage(
      { rgb: await repairedOf(context), alpha: await enlargedAlphaOf(context) },
      {
        format: settings.finish.format,
        sourceFormat: facts.source?.format ?? 'jpg',
        longestSidePx: settings.finish.longestSidePx,
        byteGoal: settings.finish.byteGoal,
        source,
      },
      signal,
    );
    const { bytes, format, mimeType, widthPx, heightPx, notes } = made;
    const outputDigest = await keepBlob(context, bytes, 'output', mimeType);
    return {
      patch: {
        outputDigest,
        facts: { output: { format, mimeType, widthPx, heightPx, bytes: bytes.length, notes } },
      },
    };
  },
};
