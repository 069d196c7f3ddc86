import { finish as finishImage } from '../../image/finish.ts';
import { keepBlob } from '../blobs.ts';
import { enlargedAlphaOf, repairedOf } from '../pixels.ts';
import type { StepDefinition } from '../step.ts';
import { requireSource } from '../work.ts';

/** Makes the file that the shop will get: alpha back on, size, format, Shopify's limits. */
export const finish: StepDefinition = {
  name: 'finish',
  async run(context) {
    const { work, signal } = context;
    const { settings, facts } = work;
    const made = await finishImage(
      { rgb: await repairedOf(context), alpha: await enlargedAlphaOf(context) },
      {
        ...settings.finish,
        sourceFormat: requireSource(facts).format,
        keep: settings.keepsRights ? (facts.prepared?.rights ?? null) : null,
        // A plain enlargement sharpens what is there; a generative model adds what was not.
        sourceType:
          settings.engine === 'local' ? 'algorithmicallyEnhanced' : 'compositeWithTrainedAlgorithmicMedia',
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
