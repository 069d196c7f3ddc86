import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from './ports.ts';

/** The wall's clock. */
export const wallClock: Clock = {
  now: () => new Date(),
  async sleep(delayMs, signal) {
    signal?.throwIfAborted();
    try {
      await wait(Math.max(0, delayMs), undefined, signal ? { signal } : {});
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
};
