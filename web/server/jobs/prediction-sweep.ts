import { z } from 'zod';
import { defineJob } from './define.ts';
import type { JobDeps } from './deps.ts';

export const predictionSweepSchema = z.object({});

/**
 * Takes further what a lost webhook or a dead process left, and copies outputs well inside the hour that they live.
 * Every minute; safe beside its twin.
 */
export const predictionSweepJob = defineJob<z.infer<typeof predictionSweepSchema>, JobDeps>({
  name: 'prediction-sweep',
  schema: predictionSweepSchema,
  lane: 'system',
  retry: { limit: 0, delaySeconds: 1, maxDelaySeconds: 1 },
  expireInSeconds: 600,
  concurrency: 1,
  cron: '* * * * *',
  load: async () => (await import('./prediction-sweep.handler.ts')).predictionSweepHandler,
});
