import { defineJob } from './define.ts';
import type { JobDeps } from './deps.ts';
import { type ReconcileData, reconcileQueue, reconcileSchema } from './reconcile.data.ts';

/** Once an hour for every shop, and on demand for one: finds what webhooks missed. */
export const reconcileJob = defineJob<ReconcileData, JobDeps>({
  name: reconcileQueue,
  schema: reconcileSchema,
  lane: 'system',
  retry: { limit: 3, delaySeconds: 30, maxDelaySeconds: 600 },
  expireInSeconds: 1800,
  isKeyed: true,
  cron: '17 * * * *',
  load: async () => (await import('./reconcile.handler.ts')).reconcileHandler,
});
