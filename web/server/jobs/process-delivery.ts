import { defineJob } from './define.ts';
import type { JobDeps } from './deps.ts';
import { type ProcessDeliveryData, processDeliverySchema } from './process-delivery.data.ts';

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
