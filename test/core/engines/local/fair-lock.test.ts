import { expect, test } from 'vitest';
import { createFairLock } from '../../../../web/core/engines/local/fair-lock.ts';

const never = new AbortController().signal;
/** Lets every promise that is already settled be heard. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

test('two jobs that ask turn by turn alternate', async () => {
  const lock = createFairLock();
  const order: string[] = [];
  const job = async (name: string, turns: number) => {
    for (let turn = 0; turn < turns; turn++) {
      await lock.run(async () => {
        order.push(name);
        await settle();
      }, never);
    }
  };
  await Promise.all([job('long', 6), job('short', 2)]);
  expect(order.join(' ')).toBe('long short long short long long long long');
});

test('only one holder is inside at a time', async () => {
  const lock = createFairLock();
  let inside = 0;
  let most = 0;
  const work = async () => {
    most = Math.max(most, ++inside);
    await settle();
    inside--;
  };
  await Promise.all(Array.from({ length: 8 }, () => lock.run(work, never)));
  expect(most).toBe(1);
});

test('a cancelled wait rejects at once with the reason and never starts', async () => {
  const lock = createFairLock();
  let open = () => {};
  const holder = lock.run(() => new Promise<void>((resolve) => (open = resolve)), never);
  const controller = new AbortController();
  let isStarted = false;
  const waiting = lock.run(async () => {
    isStarted = true;
  }, controller.signal);
  const reason = new Error('the merchant changed their mind');
  controller.abort(reason);
  await expect(waiting).rejects.toBe(reason);
  open();
  await holder;
  await lock.run(async () => undefined, never);
  expect(isStarted).toBe(false);
});

test('a turn that is cancelled while it runs rejects at once, and the next one waits for its real end', async () => {
  const lock = createFairLock();
  const controller = new AbortController();
  let finish = () => {};
  const running = lock.run(() => new Promise<void>((resolve) => (finish = resolve)), controller.signal);
  await settle();
  controller.abort(new Error('stop'));
  await expect(running).rejects.toThrow('stop');
  let isNextIn = false;
  const next = lock.run(async () => {
    isNextIn = true;
  }, never);
  await settle();
  expect(isNextIn).toBe(false);
  finish();
  await next;
  expect(isNextIn).toBe(true);
});

test('a failing turn lets the next one in', async () => {
  const lock = createFairLock();
  await expect(lock.run(() => Promise.reject(new Error('broken')), never)).rejects.toThrow('broken');
  await expect(lock.run(async () => 7, never)).resolves.toBe(7);
});
