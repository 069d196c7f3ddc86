import { z } from 'zod';
import { defineJob } from './define.ts';
import type { JobDeps } from './deps.ts';

export const tokenRefreshSchema = z.object({});

/** Every day: a shop in which nothing happens keeps its refresh token alive, which ends after 90 days without use. */
export const tokenRefreshJob = defineJob<z.infer<typeof tokenRefreshSchema>, JobDeps>({
  name: 'token-refresh',
  schema: tokenRefreshSchema,
  lane: 'system',
  retry: { limit: 3, delaySeconds: 300, maxDelaySeconds: 3600 },
  expireInSeconds: 1800,
  cron: '5 4 * * *',
  load: async () => (await import('./token-refresh.handler.ts')).tokenRefreshHandler,
});
