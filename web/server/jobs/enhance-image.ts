import { enhanceBackfillQueue, enhanceQueue } from '../../core/enhancement/queues.ts';
import { defineJob, type JobLane } from './define.ts';
import type { JobDeps } from './deps.ts';
import { type EnhanceImageData, enhanceImageSchema, enhanceRetryLimit } from './enhance-image.data.ts';

function enhanceJob(name: string, lane: JobLane) {
  return defineJob<EnhanceImageData, JobDeps>({
    name,
    schema: enhanceImageSchema,
    lane,
    retry: { limit: enhanceRetryLimit, delaySeconds: 5, maxDelaySeconds: 600 },
    // A thick network on two slow cores takes minutes; a cold start of a remote model does too.
    expireInSeconds: 3600,
    isKeyed: true,
    load: async () =>
      (await import('./enhance-image.handler.ts')).handlerFor(lane === 'backfill' ? 'backfill' : 'live'),
  });
}

export const enhanceImageJob = enhanceJob(enhanceQueue, 'live');
export const enhanceImageBackfillJob = enhanceJob(enhanceBackfillQueue, 'backfill');
