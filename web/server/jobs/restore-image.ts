import { restoreQueue } from '../../core/audit/rollback.ts';
import { defineJob } from './define.ts';
import type { JobDeps } from './deps.ts';
import { type RestoreImageData, restoreImageSchema, restoreRetryLimit } from './restore-image.data.ts';

export const restoreImageJob = defineJob<RestoreImageData, JobDeps>({
  name: restoreQueue,
  schema: restoreImageSchema,
  lane: 'live',
  retry: { limit: restoreRetryLimit, delaySeconds: 2, maxDelaySeconds: 300 },
  expireInSeconds: 900,
  isKeyed: true,
  load: async () => (await import('./restore-image.handler.ts')).restoreImageHandler,
});
