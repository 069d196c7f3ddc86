import type { JobHandler } from './define.ts';
import type { JobDeps } from './deps.ts';

export const predictionSweepHandler: JobHandler<object, Pick<JobDeps, 'sweeper'>> = async (
  _data,
  { deps, signal, log },
) => {
  const summary = await deps.sweeper.sweep(signal);
  if (summary.looked > 0 || summary.late > 0 || summary.failed > 0)
    log.info({ ...summary }, 'attempts swept');
  return undefined;
};
