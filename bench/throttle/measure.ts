import { z } from 'zod';
import type { AdminClient } from '../../web/core/catalog/admin-client.ts';
import { createThrottle } from '../../web/core/catalog/throttle.ts';
import type { SharedTime } from './shared-time.ts';

const anything = z.unknown();
const noFile = { files: [{ id: 'gid://shopify/MediaImage/1', alt: 'x' }] };

export interface Pace {
  /** Mutations that the store carried out. */
  readonly carriedOut: number;
  readonly throttled: number;
  /** Time of the store's clock, and the least that its bucket allows for the points that were used. */
  readonly seconds: number;
  readonly idealSeconds: number;
}

/** Mutations of several processes at once; each process has its own throttle, as it would have on its own machine. */
export async function measurePace(
  time: SharedTime,
  {
    mutations,
    processes,
    workers,
    startPoints,
  }: { mutations: number; processes: number; workers: number; startPoints: number },
): Promise<Pace> {
  const { clock, sandbox, shop } = time;
  sandbox.clearLogs();
  shop.setAvailablePoints(startPoints);
  const startMs = clock.nowMs();
  const all = Array.from({ length: processes }, () => {
    const client = time.client(createThrottle({ timers: clock }), 'live');
    return repeat(mutations / processes, workers, () => mutate(client));
  });
  await time.drive(Promise.all(all));
  const operations = sandbox.operations();
  const done = operations.filter(({ wasThrottled }) => !wasThrottled);
  const points = done.reduce((sum, { actualCost }) => sum + actualCost, 0);
  return {
    carriedOut: done.length,
    throttled: operations.length - done.length,
    seconds: (clock.nowMs() - startMs) / 1000,
    idealSeconds: (points - startPoints) / shop.throttle().restoreRate,
  };
}

/**
 * How long live work waited while backfill took all it could get: each time one dear query and one mutation, in
 * seconds of the store's clock.
 */
export async function measureLiveWaits(
  time: SharedTime,
  { uploads, backfillMutations, workers }: { uploads: number; backfillMutations: number; workers: number },
): Promise<number[]> {
  const { clock, shop } = time;
  shop.setAvailablePoints(2000);
  const throttle = createThrottle({ timers: clock });
  const [live, backfill] = [time.client(throttle, 'live'), time.client(throttle, 'backfill')];
  const dear = () => live.run('productContext', { id: 'gid://shopify/Product/1' }, anything);
  // What a kind of call costs is known once one was answered.
  await time.drive(dear());
  const waits: number[] = [];
  const comeAndGo = async () => {
    for (let index = 0; index < uploads; index += 1) {
      await new Promise<void>((resolve) => clock.schedule(4000, resolve));
      const atMs = clock.nowMs();
      await dear();
      await mutate(live);
      waits.push((clock.nowMs() - atMs) / 1000);
    }
  };
  await time.drive(Promise.all([comeAndGo(), repeat(backfillMutations, workers, () => mutate(backfill))]));
  return waits;
}

const mutate = (client: AdminClient) => client.run('fileUpdate', noFile, anything);

async function repeat(calls: number, workers: number, call: () => Promise<unknown>): Promise<void> {
  let left = calls;
  const work = async () => {
    while (left > 0) {
      left -= 1;
      await call();
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
}
