import type { AnyJob } from './define.ts';
import type { JobDeps } from './deps.ts';
import { enhanceImageBackfillJob, enhanceImageJob } from './enhance-image.ts';
import { predictionSweepJob } from './prediction-sweep.ts';
import { processDeliveryJob } from './process-delivery.ts';
import { reconcileJob } from './reconcile.ts';
import { restoreImageJob } from './restore-image.ts';
import { retentionJob } from './retention.ts';
import { tokenRefreshJob } from './token-refresh.ts';

/** Every queue of the house. A new job is one file and one name here. */
export const jobs: readonly AnyJob<JobDeps>[] = [
  processDeliveryJob,
  enhanceImageJob,
  enhanceImageBackfillJob,
  restoreImageJob,
  predictionSweepJob,
  reconcileJob,
  retentionJob,
  tokenRefreshJob,
];
