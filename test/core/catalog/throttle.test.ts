import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { measureLiveWaits, measurePace } from '../../../bench/throttle/measure.ts';
import { type SharedTime, startSharedTime } from '../../../bench/throttle/shared-time.ts';
import { createManualClock, type ManualClock } from '../../../sandbox/store/clock/clock.ts';
import { createThrottle, type Throttle } from '../../../web/core/catalog/throttle.ts';

const status = (currentlyAvailable: number, restoreRate = 100, maximumAvailable = 2000) => ({
  currentlyAvailable,
  restoreRate,
  maximumAvailable,
});
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('turns', () => {
  /** A throttle whose last answer said so much, with both kinds of calls costing 10. */
  async function throttleAt(points: number, clock: ManualClock): Promise<Throttle> {
    const throttle = createThrottle({ timers: clock });
    for (const [lane, left] of [
      ['live', 2000],
      ['backfill', 2000],
      ['live', points],
    ] as const) {
      const first = await throttle.takeTurn({ lane, key: lane });
      first.done({ requestedQueryCost: 10, throttleStatus: status(left) });
    }
    return throttle;
  }
  const count = async (throttle: Throttle, lane: 'live' | 'backfill', calls: number) => {
    let granted = 0;
    for (let index = 0; index < calls; index += 1) {
      throttle.takeTurn({ lane, key: lane }).then(() => {
        granted += 1;
      });
    }
    await turn();
    return () => granted;
  };

  test('before the first answer one call goes alone', async () => {
    const throttle = createThrottle({ timers: createManualClock() });
    const first = await throttle.takeTurn({ lane: 'live', key: 'a' });
    const granted = await count(throttle, 'live', 5);
    expect(granted()).toBe(0);
    first.done({ requestedQueryCost: 10, throttleStatus: status(2000) });
    await turn();
    expect(granted()).toBe(5);
  });

  test('a first call without an answer leaves the way to the next', async () => {
    const throttle = createThrottle({ timers: createManualClock() });
    const first = await throttle.takeTurn({ lane: 'live', key: 'a' });
    const granted = await count(throttle, 'live', 2);
    first.done(null);
    await turn();
    expect(granted()).toBe(1);
  });

  test('as many live calls leave as there are points, the rest as they come back', async () => {
    const clock = createManualClock();
    const throttle = await throttleAt(50, clock);
    const granted = await count(throttle, 'live', 20);
    expect(granted()).toBe(5);
    clock.advance(1000);
    await turn();
    expect(granted()).toBe(15);
  });

  test('backfill leaves a second’s worth for live calls', async () => {
    const clock = createManualClock();
    const throttle = await throttleAt(150, clock);
    expect((await count(throttle, 'backfill', 20))()).toBe(5);
    expect((await count(throttle, 'live', 10))()).toBe(10);
  });

  test('backfill leaves enough for the dearest live call to come within two seconds', async () => {
    const clock = createManualClock();
    const throttle = await throttleAt(2000, clock);
    const dear = await throttle.takeTurn({ lane: 'live', key: 'dear' });
    dear.done({ requestedQueryCost: 700, throttleStatus: status(2000) });
    const granted = await count(throttle, 'backfill', 1000);
    expect(granted()).toBe(145);
    let isGranted = false;
    throttle.takeTurn({ lane: 'live', key: 'dear' }).then(() => {
      isGranted = true;
    });
    clock.advance(1999);
    await turn();
    expect(isGranted).toBe(true);
  });

  test('a live call goes before all backfill that waited before it', async () => {
    const clock = createManualClock();
    const throttle = await throttleAt(0, clock);
    const backfill = await count(throttle, 'backfill', 50);
    const live = await count(throttle, 'live', 5);
    clock.advance(500);
    await turn();
    expect([live(), backfill()]).toEqual([5, 0]);
  });

  test('what other processes took is known from the next answer', async () => {
    const clock = createManualClock();
    const throttle = await throttleAt(2000, clock);
    const one = await throttle.takeTurn({ lane: 'live', key: 'live' });
    one.done({ requestedQueryCost: 10, throttleStatus: status(25) });
    expect((await count(throttle, 'live', 100))()).toBe(2);
  });

  test('a call that costs more than the bucket holds leaves when it is full', async () => {
    const clock = createManualClock();
    const throttle = await throttleAt(100, clock);
    const dear = await throttle.takeTurn({ lane: 'live', key: 'dear' });
    dear.done({ requestedQueryCost: 9000, throttleStatus: status(100) });
    let isGranted = false;
    throttle.takeTurn({ lane: 'live', key: 'dear' }).then(() => {
      isGranted = true;
    });
    clock.advance(18_000);
    await turn();
    expect(isGranted).toBe(false);
    clock.advance(1000);
    await turn();
    expect(isGranted).toBe(true);
  });

  test('a call that is given up while it waits is out of the queue', async () => {
    const clock = createManualClock();
    const throttle = await throttleAt(0, clock);
    const controller = new AbortController();
    const given = throttle.takeTurn({ lane: 'live', key: 'live', signal: controller.signal });
    const granted = await count(throttle, 'live', 1);
    controller.abort(new Error('enough'));
    await expect(given).rejects.toThrow('enough');
    clock.advance(100);
    await turn();
    expect(granted()).toBe(1);
    expect(clock.nextDueMs()).toBeNull();
  });
});

describe('against the store’s bucket, on a clock that both share', () => {
  let time: SharedTime;
  beforeAll(async () => {
    time = await startSharedTime();
  });
  afterAll(() => time.sandbox.close());

  test.each([
    ['one process', 1, 8, 0],
    ['four processes that know nothing of each other', 4, 4, 0.4],
  ])(
    '%s: mutations take at most 1.1 of the ideal time, and none is lost',
    async (_name, processes, workers, mayBeThrottled) => {
      const mutations = 240;
      const pace = await measurePace(time, { mutations, processes, workers, startPoints: 200 });
      expect(pace.carriedOut).toBe(mutations);
      expect(pace.idealSeconds).toBeGreaterThan(20);
      expect(pace.seconds / pace.idealSeconds).toBeLessThan(1.1);
      expect(pace.throttled / mutations).toBeLessThanOrEqual(mayBeThrottled);
    },
  );

  test('a live call never waits for backfill for more than two seconds', async () => {
    const waits = await measureLiveWaits(time, { uploads: 5, backfillMutations: 240, workers: 8 });
    expect(waits.length).toBe(5);
    expect(Math.max(...waits)).toBeLessThanOrEqual(2);
  });
});
