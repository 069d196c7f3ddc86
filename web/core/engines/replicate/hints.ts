import type { Clock } from '../ports.ts';

/** Wakes whoever waits for a prediction in this process when something was heard about it. */
export interface Hints {
  notify(predictionId: string): void;
  /** Resolves after the delay, or before it when a hint comes. Rejects with the signal's reason. */
  wait(predictionId: string, delayMs: number, signal: AbortSignal): Promise<void>;
}

export function createHints(clock: Clock): Hints {
  const waiting = new Map<string, Set<() => void>>();
  return {
    notify(predictionId) {
      for (const wake of waiting.get(predictionId) ?? []) wake();
    },
    async wait(predictionId, delayMs, signal) {
      const woken = new AbortController();
      const wake = (): void => woken.abort();
      const others = waiting.get(predictionId) ?? new Set();
      waiting.set(predictionId, others.add(wake));
      try {
        await clock.sleep(delayMs, AbortSignal.any([signal, woken.signal]));
      } catch (error) {
        signal.throwIfAborted();
        if (!woken.signal.aborted) throw error;
      } finally {
        others.delete(wake);
        if (others.size === 0) waiting.delete(predictionId);
      }
    },
  };
}
