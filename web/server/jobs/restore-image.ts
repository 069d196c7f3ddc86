import { z } from 'zod';
import { restoreQueue } from '../../core/audit/rollback.ts';
import { defineJob } from './define.ts';
import type { JobDeps } from './deps.ts';

export const restoreImageSchema = z.object({
  shopId: z.uuid(),
  imageId: z.uuid(),
  restoreId: z.uuid(),
  actor: z.object({ kind: z.enum(['automation', 'staff', 'flow', 'operator']), id: z.string().nullable() }),
  isForced: z.boolean(),
});
export type RestoreImageData = z.infer<typeof restoreImageSchema>;

export const restoreRetryLimit = 8;

export const restoreImageJob = defineJob<RestoreImageData, JobDeps>({
  name: restoreQueue,
  schema: restoreImageSchema,
  lane: 'live',
  retry: { limit: restoreRetryLimit, delaySeconds: 2, maxDelaySeconds: 300 },
  expireInSeconds: 900,
  isKeyed: true,
  load: async () => (await import('./restore-image.handler.ts')).restoreImageHandler,
});
