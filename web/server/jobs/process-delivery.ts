import { z } from 'zod';
import { defineJob } from './define.ts';
import type { JobDeps } from './deps.ts';

export const processDeliverySchema = z.object({ deliveryId: z.string().min(1).max(128) });
export type ProcessDeliveryData = z.infer<typeof processDeliverySchema>;

/** Turns a stored webhook into what it means. */
export const processDeliveryJob = defineJob<ProcessDeliveryData, JobDeps>({
  name: 'process-delivery',
  schema: processDeliverySchema,
  lane: 'live',
  concurrency: 4,
  retry: { limit: 10, delaySeconds: 2, maxDelaySeconds: 300 },
  expireInSeconds: 60,
  load: async () => (await import('./process-delivery.handler.ts')).processDelivery,
});
