import type { Job, JobResult } from 'pg-boss';
import { VitrineError } from '../../core/errors.ts';
import type { Store, StoreLog } from '../../core/store/store.ts';
import type { AnyJob, JobLane } from './define.ts';
import { GiveUpError, JobPayloadError } from './errors.ts';
import { ensureQueues, putBackAbandonedJobs, putBackJob } from './queues.ts';

export interface StartWorkersOptions<Deps> {
  readonly store: Store;
  readonly deps: Deps;
  readonly jobs: readonly AnyJob<Deps>[];
  /** How many jobs of each queue of a lane run at once in this process; 0: this process leaves the lane alone. */
  readonly lanes: Readonly<Record<JobLane, number>>;
  readonly log: StoreLog;
}

export interface Workers {
  /**
   * Takes no more jobs, aborts those that run and waits for them; what was not finished is put back without losing
   * a repetition. May be called twice.
   */
  stop(): Promise<void>;
}

/** NOTIFY wakes a worker at once; this is for what no notification tells of: the time of a later job coming. */
const pollSeconds = 2;

/** Starts taking jobs. On the embedded store what a dead process left comes first. */
export async function startWorkers<Deps>(options: StartWorkersOptions<Deps>): Promise<Workers> {
  const { store, jobs, lanes, log } = options;
  await ensureQueues(store, jobs);
  const abandoned = await putBackAbandonedJobs(store);
  if (abandoned > 0) log.info({ abandoned }, 'jobs of the process before this one put back');
  await warnOfUnknownQueues(options);
  await scheduleRecurring(options);

  const shutdown = new AbortController();
  const names = new Set<string>();
  for (const job of jobs) {
    const concurrency = lanes[job.lane] === 0 ? 0 : (job.concurrency ?? lanes[job.lane]);
    for (let index = 0; index < concurrency; index += 1) {
      names.add(job.name);
      await startOne(options, job, shutdown.signal);
    }
  }
  let stopping: Promise<void> | null = null;
  return {
    stop() {
      stopping ??= (async () => {
        shutdown.abort();
        await Promise.all([...names].map((name) => store.boss.offWork(name, { wait: true })));
      })();
      return stopping;
    },
  };
}

/** One job at a time. Workers of a queue are separate so that each can be woken by its own id. */
async function startOne<Deps>(
  options: StartWorkersOptions<Deps>,
  definition: AnyJob<Deps>,
  shutdown: AbortSignal,
): Promise<void> {
  const { boss } = options.store;
  const workerId = await boss.work<unknown, unknown>(
    definition.name,
    {
      batchSize: 1,
      perJobResults: true,
      pollingIntervalSeconds: pollSeconds,
      notifyPollingIntervalSeconds: pollSeconds,
    },
    async (batch: Job<unknown>[]): Promise<JobResult[]> => {
      const results: JobResult[] = [];
      for (const job of batch) results.push(await runOne(options, definition, job, shutdown));
      // Where one job was there may be more: look again now instead of at the next poll.
      boss.notifyWorker(workerId);
      return results;
    },
  );
}

async function runOne<Deps>(
  { store, deps, log }: StartWorkersOptions<Deps>,
  definition: AnyJob<Deps>,
  job: Job<unknown>,
  shutdown: AbortSignal,
): Promise<JobResult> {
  const fields = { job: definition.name, jobId: job.id, attempt: job.retryCount };
  const signal = AbortSignal.any([job.signal, shutdown]);
  const putBack = async (afterMs: number): Promise<JobResult> => {
    await putBackJob(store, job, afterMs);
    // The row is no longer active, so this settles nothing.
    return { id: job.id, status: 'completed' };
  };
  try {
    const parsed = definition.schema.safeParse(job.data ?? {});
    if (!parsed.success) {
      const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
      throw new GiveUpError(new JobPayloadError(definition.name, problems.join('; ')));
    }
    if (shutdown.aborted) return await putBack(0);
    const handle = await definition.load();
    const context = { deps, signal, log, jobId: job.id, attempt: job.retryCount };
    const outcome = await handle(parsed.data, context);
    if (outcome !== undefined) return await putBack(outcome.againAfterMs);
    return { id: job.id, status: 'completed' };
  } catch (error) {
    if (shutdown.aborted && !(error instanceof GiveUpError)) {
      log.info(fields, 'job put back by the shutdown');
      return putBack(0);
    }
    const isFinal = error instanceof GiveUpError;
    log.warn({ ...fields, isFinal, err: error }, 'job failed');
    return { id: job.id, status: isFinal ? 'deadletter' : 'failed', output: describe(error) };
  }
}

/** What is kept with the failed job: enough to tell what happened, never a payload. */
function describe(error: unknown): { name: string; code: string; message: string } {
  if (error instanceof VitrineError) {
    return { name: error.name, code: error.code, message: error.sentence };
  }
  if (error instanceof Error) return { name: error.name, code: 'unexpected', message: error.message };
  return { name: 'unknown', code: 'unexpected', message: 'something that is not an error was thrown' };
}

/** During an update, old and new processes share the queues: what one does not know is left for the other. */
async function warnOfUnknownQueues<Deps>({ store, jobs, log }: StartWorkersOptions<Deps>): Promise<void> {
  const known = new Set(jobs.map(({ name }) => name));
  for (const queue of await store.boss.getQueues()) {
    if (known.has(queue.name) || queue.name.startsWith('__pgboss__')) continue;
    log.warn({ queue: queue.name, queued: queue.queuedCount }, 'this version does not know the queue');
  }
}

async function scheduleRecurring<Deps>({ store, jobs }: StartWorkersOptions<Deps>): Promise<void> {
  const wanted = new Map(jobs.flatMap((job) => (job.cron === undefined ? [] : [[job.name, job.cron]])));
  for (const [name, cron] of wanted)
    await store.boss.schedule(name, cron, {}, { tz: 'UTC', singletonKey: 'recurring' });
  const known = new Set(jobs.map(({ name }) => name));
  for (const { name } of await store.boss.getSchedules()) {
    if (known.has(name) && !wanted.has(name)) await store.boss.unschedule(name);
  }
}
