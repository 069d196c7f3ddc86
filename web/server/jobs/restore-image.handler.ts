import { markRestoreFailed, restoreImage } from '../../core/audit/rollback.ts';
import { VitrineError } from '../../core/errors.ts';
import type { JobHandler } from './define.ts';
import type { JobDeps } from './deps.ts';
import { GiveUpError } from './errors.ts';
import { type RestoreImageData, restoreRetryLimit } from './restore-image.data.ts';

const busyDelayMs = 2_000;

/** Puts one original back. Safe to repeat: where the bytes already arrived it only proves and records it. */
export const restoreImageHandler: JobHandler<RestoreImageData, JobDeps> = async (
  data,
  { deps, signal, log, attempt },
) => {
  try {
    const outcome = await restoreImage(deps.enhancement, data, signal);
    if (outcome.kind === 'busy') return { againAfterMs: busyDelayMs };
    log.info({ imageId: data.imageId, digest: outcome.digest }, 'original restored');
    return undefined;
  } catch (cause) {
    const mayPass =
      !(cause instanceof VitrineError) || ('isRetriable' in cause && cause.isRetriable === true);
    if (signal.aborted || (mayPass && attempt < restoreRetryLimit)) throw cause;
    await markRestoreFailed(deps.enhancement, data, cause);
    throw new GiveUpError(cause);
  }
};
