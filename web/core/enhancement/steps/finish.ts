import { finish as finishImage } from '../../image/finish.ts';
import { keepBlob } from '../blobs.ts';
import { formatOfFile } from '../file-format.ts';
import { inspectedOf } from '../pixels.ts';
import type { StepDefinition } from '../step.ts';
import { requireSource } from '../work.ts';

/** Makes the file that the shop will get: alpha back on, size, format, Shopify's limits. */
export const finish: StepDefinition = {
  name: 'finish',
  async run(context) {
    const { work, signal } = context;
    const { settings, facts } = work;
    const { repaired, alpha } = await inspectedOf(context);
    const made = await finishImage(
      { rgb: repaired, alpha },
      {
        ...settings.finish,
        // Keeping means the format of the file that is there, not of an older original.
        sourceFormat: formatOfFile(requireSource(facts).fileName) ?? requireSource(facts).format,
        keep: settings.keepsRights ? (facts.prepared?.rights ?? null) : null,
        // A plain enlargement sharpens what is there; a generative model adds what was not.
        sourceType:
          facts.raw?.provenance.engine === 'local'
            ? 'algorithmicallyEnhanced'
            : 'compositeWithTrainedAlgorithmicMedia',
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
