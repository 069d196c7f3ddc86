import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openStore } from '../../../web/core/store/open.ts';
import { type AnyJob, defineJob, type JobContext, sendJob } from '../../../web/server/jobs/define.ts';
import { GiveUpError } from '../../../web/server/jobs/errors.ts';
import { ensureQueues } from '../../../web/server/jobs/queues.ts';
import { startWorkers } from '../../../web/server/jobs/workers.ts';
import { silentLog } from '../../support/silent-log.ts';
import { freshPlace, openFreshStore, storeKinds, useStore } from '../../support/stores.ts';

const lanes = { live: 2, backfill: 1, system: 1 } as const;
const schema = z.strictObject({ n: z.number() });
type Data = z.infer<typeof schema>;

interface Recorder {
  handle: (data: Data, context: JobContext<Recorder>) => Promise<undefined | { againAfterMs: number }>;
}

/** A job that does what the test's deps say. */
function jobNamed(name: string, more: Partial<AnyJob<Recorder>> = {}) {
  return defineJob<Data, Recorder>({
    name,
    schema,
    lane: 'live',
    retry: { limit: 2, delaySeconds: 1, maxDelaySeconds: 1 },
    expireInSeconds: 60,
    load: async () => (data, context) => context.deps.handle(data, context),
    ...more,
  });
}

describe.each(storeKinds)('jobs on %s', (kind) => {
  const store = useStore(kind);
  const stateOf = async (id: string | null) => {
    const rows = await store().db.$queryRaw<{ state: string; retry_count: number }[]>`
      SELECT state::text, retry_count FROM pgboss.job WHERE id = ${id}::uuid`;
    return rows[0];
  };

  async function waitForState(id: string | null, state: string): Promise<void> {
    await expect.poll(async () => (await stateOf(id))?.state, { timeout: 20_000, interval: 20 }).toBe(state);
  }

  test('a job that is sent in this process starts at once, and so do all that were sent together', async () => {
    const job = jobNamed('prompt', { concurrency: 1 });
    const done = Promise.withResolvers<void>();
    const seen: number[] = [];
    const deps: Recorder = {
      handle: async ({ n }) => {
        seen.push(n);
        if (seen.length === 20) done.resolve();
        return undefined;
      },
    };
    const workers = await startWorkers({ store: store(), deps, jobs: [job], lanes, log: silentLog });
    const startedAt = performance.now();
    await store().transaction((tx) =>
      tx.insertJobs(
        'prompt',
        Array.from({ length: 20 }, (_, n) => ({ data: { n } })),
      ),
    );
    await done.promise;
    // Twenty polls would take 40 s; the bound is far from both.
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, n) => n));
    await workers.stop();
  });

  test('a payload that is not what the name promises fails without repetition and without the handler', async () => {
    const job = jobNamed('strict');
    let calls = 0;
    const deps: Recorder = {
      handle: async () => {
        calls += 1;
        return undefined;
      },
    };
    const workers = await startWorkers({ store: store(), deps, jobs: [job], lanes, log: silentLog });
    const id = await store().boss.send('strict', { n: 'one', extra: true });
    await waitForState(id, 'failed');
    expect(calls).toBe(0);
    await workers.stop();
  });

  test('a failing job is repeated by its rule, one that gives up is not', async () => {
    const job = jobNamed('shaky');
    const attempts: string[] = [];
    const deps: Recorder = {
      handle: async ({ n }, { attempt }) => {
        attempts.push(`${n}/${attempt}`);
        if (n === 2) throw new GiveUpError(new Error('never'));
        if (attempt === 0) throw new Error('not yet');
        return undefined;
      },
    };
    const workers = await startWorkers({ store: store(), deps, jobs: [job], lanes, log: silentLog });
    const [repeated, given] = await store().transaction(async (tx) => [
      await sendJob(tx, job, { n: 1 }),
      await sendJob(tx, job, { n: 2 }),
    ]);
    await waitForState(repeated ?? null, 'completed');
    await waitForState(given ?? null, 'failed');
    expect(attempts.sort()).toEqual(['1/0', '1/1', '2/0']);
    await workers.stop();
  });

  test('a job that asks to run again later loses no repetition by it', async () => {
    const job = jobNamed('patient', { retry: { limit: 0, delaySeconds: 1, maxDelaySeconds: 1 } });
    const attempts: number[] = [];
    const deps: Recorder = {
      handle: async (_, { attempt }) => {
        attempts.push(attempt);
        return attempts.length < 4 ? { againAfterMs: 1 } : undefined;
      },
    };
    const workers = await startWorkers({ store: store(), deps, jobs: [job], lanes, log: silentLog });
    const id = await store().transaction((tx) => sendJob(tx, job, { n: 1 }));
    await waitForState(id, 'completed');
    expect(attempts).toEqual([0, 0, 0, 0]);
    await workers.stop();
  });

  test('a shutdown aborts the job that runs and puts it back as if it had not been taken', async () => {
    const job = jobNamed('long', { retry: { limit: 0, delaySeconds: 1, maxDelaySeconds: 1 } });
    const started = Promise.withResolvers<void>();
    const deps: Recorder = {
      handle: (_, { signal }) => {
        started.resolve();
        return new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
        });
      },
    };
    const workers = await startWorkers({ store: store(), deps, jobs: [job], lanes, log: silentLog });
    const id = await store().transaction((tx) => sendJob(tx, job, { n: 1 }));
    await started.promise;
    await workers.stop();
    expect(await stateOf(id)).toEqual({ state: 'retry', retry_count: 0 });

    const finished = Promise.withResolvers<number>();
    const again = await startWorkers({
      store: store(),
      deps: {
        handle: async (_, { attempt }) => {
          finished.resolve(attempt);
          return undefined;
        },
      } satisfies Recorder,
      jobs: [job],
      lanes,
      log: silentLog,
    });
    expect(await finished.promise).toBe(0);
    await again.stop();
  });

  test('live work runs while the backfill lane is full', async () => {
    const live = jobNamed('lane-live');
    const backfill = jobNamed('lane-backfill', { lane: 'backfill' });
    const release = Promise.withResolvers<undefined>();
    const liveDone = Promise.withResolvers<void>();
    const deps: Recorder = {
      handle: ({ n }) => {
        if (n < 100) return release.promise;
        liveDone.resolve();
        return Promise.resolve(undefined);
      },
    };
    const workers = await startWorkers({
      store: store(),
      deps,
      jobs: [live, backfill],
      lanes,
      log: silentLog,
    });
    await store().transaction(async (tx) => {
      for (let n = 0; n < 10; n += 1) await sendJob(tx, backfill, { n });
      await sendJob(tx, live, { n: 100 });
    });
    await liveDone.promise;
    release.resolve(undefined);
    await workers.stop();
  });

  test('while a keyed job waits, a second with its key is not added', async () => {
    const job = jobNamed('keyed', { isKeyed: true });
    await ensureQueues(store(), [job]);
    const ids = await store().transaction(async (tx) => [
      await sendJob(tx, job, { n: 1 }, { onceKey: 'a' }),
      await sendJob(tx, job, { n: 2 }, { onceKey: 'a' }),
      await sendJob(tx, job, { n: 3 }, { onceKey: 'b' }),
      await sendJob(tx, job, { n: 4 }),
      await sendJob(tx, job, { n: 5 }),
    ]);
    expect(ids.map((id) => id !== null)).toEqual([true, false, true, true, true]);
  });
});

test('on the embedded store a job of a dead process is put back as soon as the next one starts', async () => {
  const job = jobNamed('orphan');
  const place = await freshPlace('pglite');
  const options = { ...place, log: silentLog, now: () => new Date(), isSupervisor: false };
  const first = await openStore(options);
  await ensureQueues(first, [job]);
  await first.transaction((tx) => sendJob(tx, job, { n: 1 }));
  // As a process leaves it that takes a job and dies.
  expect(await first.boss.fetch('orphan')).toHaveLength(1);
  await first.close();

  const second = await openStore(options);
  const finished = Promise.withResolvers<number>();
  const deps: Recorder = {
    handle: async (_, { attempt }) => {
      finished.resolve(attempt);
      return undefined;
    },
  };
  const workers = await startWorkers({ store: second, deps, jobs: [job], lanes, log: silentLog });
  expect(await finished.promise).toBe(1);
  await workers.stop();
  await second.close();
});

test('a recurring job is scheduled while it is declared so, and no longer', async () => {
  const store = await openFreshStore('pglite');
  const deps: Recorder = { handle: async () => undefined };
  const start = (job: AnyJob<Recorder>) => startWorkers({ store, deps, jobs: [job], lanes, log: silentLog });
  await (await start(jobNamed('hourly', { cron: '7 * * * *' }))).stop();
  expect((await store.boss.getSchedules()).map(({ name, cron }) => [name, cron])).toEqual([
    ['hourly', '7 * * * *'],
  ]);
  await (await start(jobNamed('hourly'))).stop();
  expect(await store.boss.getSchedules()).toEqual([]);
  await store.close();
});
