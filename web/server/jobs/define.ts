import type { z } from 'zod';
import type { ShopTx, Tx } from '../../core/store/door.ts';
import { newId } from '../../core/store/ids.ts';
import type { StoreLog } from '../../core/store/store.ts';

/** `live` never waits for `backfill`: each lane has workers of its own. `system` is upkeep. */
export type JobLane = 'live' | 'backfill' | 'system';

export interface RetryRule {
  /** How often after the first failure; 0…100. */
  readonly limit: number;
  /** Before the first repetition; doubled, with jitter, for each further one. */
  readonly delaySeconds: number;
  readonly maxDelaySeconds: number;
}

/** What a handler is given beside its data. */
export interface JobContext<Deps> {
  readonly deps: Deps;
  /** Aborted when the process shuts down or the job's time is over: stop at the next safe point. */
  readonly signal: AbortSignal;
  readonly log: StoreLog;
  readonly jobId: string;
  /** 0 the first time. */
  readonly attempt: number;
}

/** Ends this run without a failure: the same job runs again later and loses no repetition by it. */
export interface RunAgain {
  readonly againAfterMs: number;
}

/**
 * Does the job. Must be safe to run twice and beside its twin: a job is delivered at least once. Throwing repeats it
 * by its rule; throw GiveUpError to end it at once.
 */
export type JobHandler<Data, Deps> = (data: Data, context: JobContext<Deps>) => Promise<RunAgain | undefined>;

export interface JobDefinition<Data, Deps> {
  /** Stable: jobs that wait in a database carry it. */
  readonly name: string;
  /** Ids and small facts, never blobs or secrets. Read when the job is taken. */
  readonly schema: z.ZodType<Data>;
  readonly lane: JobLane;
  readonly retry: RetryRule;
  /** The longest one run may take before it counts as failed. */
  readonly expireInSeconds: number;
  /** How many run at once in one process; default: the lane's number. */
  readonly concurrency?: number;
  /** Whether a job may name a key, and a second one with the same key is not added while the first waits. */
  readonly isKeyed?: boolean;
  /** Recurring, by a cron expression in UTC; its payload is then `{}`. */
  readonly cron?: string;
  /** Imports the handler only where it runs, so that a web process never loads an engine. */
  readonly load: () => Promise<JobHandler<Data, Deps>>;
}

/** Any job of a list: what it takes is checked by its own schema. */
// biome-ignore lint/suspicious/noExplicitAny: a list of jobs is one of different payloads; each parses its own
export type AnyJob<Deps> = JobDefinition<any, Deps>;

export function defineJob<Data, Deps>(job: JobDefinition<Data, Deps>): JobDefinition<Data, Deps> {
  return job;
}

export interface SendJobOptions {
  /** While a job of this name with the same key waits, a second is not added. */
  readonly onceKey?: string;
  readonly startAfter?: Date;
  /** Higher first within its queue; default 0. */
  readonly priority?: number;
}

/** Sends within a transaction: the job exists exactly when the record does. Null: one with the same key waits. */
export function sendJob<Data extends object, Deps>(
  tx: Pick<Tx | ShopTx, 'send'>,
  job: JobDefinition<Data, Deps>,
  data: NoInfer<Data>,
  { onceKey, startAfter, priority }: SendJobOptions = {},
): Promise<string | null> {
  if (onceKey !== undefined && job.isKeyed !== true) {
    throw new RangeError(`onceKey: the job ${job.name} is not declared with isKeyed`);
  }
  return tx.send(job.name, data, {
    // On a keyed queue jobs without a key would count as having the same one.
    ...(job.isKeyed === true ? { singletonKey: onceKey ?? newId() } : {}),
    ...(startAfter === undefined ? {} : { startAfter }),
    ...(priority === undefined ? {} : { priority }),
  });
}
