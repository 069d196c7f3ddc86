import { dropAllLeases } from '../../core/store/leases.ts';
import type { Store } from '../../core/store/store.ts';
import type { AnyJob } from './define.ts';

/**
 * A worker says that it is alive every few seconds; a job that has not been heard of for this long is taken back from
 * a process that died. pg-boss allows no less than 10.
 */
const heartbeatSeconds = 10;

/** Creates what is missing of the queues and brings their rules up to date. Every process that sends needs it once. */
export async function ensureQueues<Deps>(store: Store, jobs: readonly AnyJob<Deps>[]): Promise<void> {
  const existing = new Map((await store.boss.getQueues()).map((queue) => [queue.name, queue]));
  for (const job of jobs) {
    const rules = {
      retryLimit: job.retry.limit,
      retryDelay: job.retry.delaySeconds,
      retryBackoff: true,
      retryDelayMax: job.retry.maxDelaySeconds,
      expireInSeconds: job.expireInSeconds,
      heartbeatSeconds,
      notify: true,
    };
    if (existing.has(job.name)) await store.boss.updateQueue(job.name, rules);
    else await store.boss.createQueue(job.name, { ...rules, policy: policyOf(job) });
  }
}

/** `short`: one waiting job a key. A queue keeps the policy it was created with. */
function policyOf<Deps>(job: AnyJob<Deps>): 'short' | 'standard' {
  return job.isKeyed === true ? 'short' : 'standard';
}

/**
 * Puts back at once what was active when the process before this one died. Only on the embedded store, whose folder
 * lock proves that no other process can be at work; on PostgreSQL the heartbeat tells. The lost run counts as one
 * try, so that a job which ends its process every time is given up in the end. Returns how many there were.
 */
export async function putBackAbandonedJobs(store: Store): Promise<number> {
  if (store.kind !== 'pglite') return 0;
  await dropAllLeases(store.db);
  return store.db.$executeRaw`
    UPDATE pgboss.job SET
      state = (CASE WHEN retry_count < retry_limit THEN 'retry' ELSE 'failed' END)::pgboss.job_state,
      start_after = now(),
      heartbeat_on = NULL,
      completed_on = CASE WHEN retry_count < retry_limit THEN NULL ELSE now() END,
      output = jsonb_build_object('code', 'process-ended', 'message', 'The process ended while it ran.')
    WHERE state = 'active'`;
}

/**
 * Puts an active job back as if it had not been taken, to run after a while: started_on is cleared, so the next run
 * does not count as a repetition. Returns false when it is no longer this attempt's.
 */
export async function putBackJob(
  store: Store,
  job: { readonly name: string; readonly id: string; readonly retryCount: number },
  afterMs: number,
): Promise<boolean> {
  const count = await store.db.$executeRaw`
    UPDATE pgboss.job SET state = 'retry', started_on = NULL, heartbeat_on = NULL,
      start_after = now() + ${afterMs} * interval '1 millisecond'
    WHERE name = ${job.name} AND id = ${job.id}::uuid AND state = 'active' AND retry_count = ${job.retryCount}`;
  return count === 1;
}
