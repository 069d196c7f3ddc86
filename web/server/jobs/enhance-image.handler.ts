import { enhanceImage } from '../../core/enhancement/run.ts';
import type { Lane } from '../../core/store/records.ts';
import type { JobHandler } from './define.ts';
import type { JobDeps } from './deps.ts';
import { type EnhanceImageData, enhanceRetryLimit } from './enhance-image.data.ts';

const busyDelayMs = 3_000;

/** Takes one image along its way. Safe beside its twin: an image that is worked on is looked at again later. */
export function handlerFor(lane: Lane): JobHandler<EnhanceImageData, JobDeps> {
  return async ({ shopId, imageId, trigger }, { deps, signal, log, attempt }) => {
    const isLastTry = attempt >= enhanceRetryLimit;
    const outcome = await enhanceImage(
      deps.enhancement,
      { shopId, imageId, trigger, lane, isLastTry },
      signal,
    );
    if (outcome.kind === 'busy') return { againAfterMs: busyDelayMs };
    const code = outcome.kind === 'ended' ? outcome.end.code : null;
    log.info({ imageId, outcome: outcome.kind, code }, 'image done');
    return undefined;
  };
}
