import { prepare as prepareImage } from '../../image/prepare.ts';
import { keepBlob } from '../blobs.ts';
import type { StepDefinition } from '../step.ts';
import { requireDigest } from '../work.ts';

/** Makes of the source exactly what the engine gets, and keeps it: its digest names the work. */
export const prepare: StepDefinition = {
  name: 'prepare',
  async run(context) {
    const { deps, work, pixels, signal } = context;
    const source = await deps.vault.read(requireDigest(work.sourceDigest, 'acquire'));
    const { image, png, alphaPng, keep } = await prepareImage(
      source,
      { maxInputSidePx: work.settings.params.resize },
      signal,
    );
    pixels.prepared = image;
    const preparedDigest = await keepBlob(context, png, 'prepared', 'image/png');
    const alphaDigest = alphaPng === null ? null : await keepBlob(context, alphaPng, 'alpha', 'image/png');
    return {
      patch: {
        preparedDigest,
        alphaDigest,
        facts: {
          prepared: {
            widthPx: image.rgb.widthPx,
            heightPx: image.rgb.heightPx,
            jpeg: image.jpeg,
            rights: keep,
          },
        },
      },
    };
  },
};
