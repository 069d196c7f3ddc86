import { expect, test } from 'vitest';
import { createActivity } from '../../../sandbox/store/clock/activity.ts';
import { createManualClock, createSystemClock } from '../../../sandbox/store/clock/clock.ts';

test('a manual clock runs what falls due in order of time, and what that schedules in turn', () => {
  const clock = createManualClock(0);
  const seen: string[] = [];
  clock.schedule(20, () => seen.push(`b ${clock.nowMs()}`));
  clock.schedule(10, () => {
    seen.push(`a ${clock.nowMs()}`);
    clock.schedule(5, () => seen.push(`c ${clock.nowMs()}`));
  });
  const cancel = clock.schedule(12, () => seen.push('never'));
  cancel();
  expect(clock.nextDueMs()).toBe(10);
  clock.advance(19);
  expect(seen).toEqual(['a 10', 'c 15']);
  clock.advance(1);
  expect(seen).toEqual(['a 10', 'c 15', 'b 20']);
  expect([clock.nowMs(), clock.nextDueMs()]).toEqual([20, null]);
});

test('a fast system clock reaches a day within a moment', async () => {
  const clock = createSystemClock(86_400_000);
  const startMs = clock.nowMs();
  await new Promise<void>((resolve) => {
    const keepAlive = setInterval(() => undefined, 1000);
    clock.schedule(86_400_000, () => {
      clearInterval(keepAlive);
      resolve();
    });
  });
  expect(clock.nowMs() - startMs).toBeGreaterThanOrEqual(86_400_000);
});

test('idle comes when the last begun thing ends, not between two that follow each other', async () => {
  const activity = createActivity();
  const seen: string[] = [];
  const endFirst = activity.begin();
  const idle = activity.whenIdle().then(() => seen.push('idle'));
  endFirst();
  const endSecond = activity.begin();
  endFirst();
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
  seen.push('second ends');
  endSecond();
  await idle;
  expect(seen).toEqual(['second ends', 'idle']);
  await activity.whenIdle();
});
