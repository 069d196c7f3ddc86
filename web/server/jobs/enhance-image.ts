import { z } from 'zod';
import { enhanceBackfillQueue, enhanceQueue } from '../../core/enhancement/queues.ts';
import { defineJob, type JobLane } from './define.ts';
import type { JobDeps } from './deps.ts';

export const enhanceImageSchema = z.object({
  shopId: z.uuid(),
  imageId: z.uuid(),
  trigger: z.enum(['webhook', 'merchant', 'backfill', 'reconcile', 'flow', 'operator']),
});
export type EnhanceImageData = z.infer<typeof enhanceImageSchema>;

/** How often an image is tried again before its failure is told to the merchant. */
export const enhanceRetryLimit = 6;

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
