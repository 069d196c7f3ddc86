import { z } from 'zod';
import { defineJob } from './define.ts';
import type { JobDeps } from './deps.ts';

export const retentionSchema = z.object({});

/** Every night: old deliveries, references whose time has come, and bytes that nobody refers to any more. */
export const retentionJob = defineJob<z.infer<typeof retentionSchema>, JobDeps>({
  name: 'retention',
  schema: retentionSchema,
  lane: 'system',
  retry: { limit: 2, delaySeconds: 60, maxDelaySeconds: 600 },
  expireInSeconds: 3600,
  cron: '41 3 * * *',
  load: async () => (await import('./retention.handler.ts')).retentionHandler,
});
