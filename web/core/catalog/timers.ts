/** What waits: the time, and a task after a while. A test shares one that it moves by hand with the sandbox. */
export interface Timers {
  /** Milliseconds since 1970, UTC. */
  nowMs(): number;
  /** Runs the task once after the delay; the answer cancels it. */
  schedule(delayMs: number, task: () => void): () => void;
}

export const systemTimers: Timers = {
  nowMs: Date.now,
  schedule(delayMs, task) {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Resolves after the delay; an aborted signal rejects with its reason. */
export function waitFor(timers: Timers, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    let cancel = (): void => {};
    const abort = () => {
      cancel();
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', abort, { once: true });
    cancel = timers.schedule(delayMs, () => {
      signal?.removeEventListener('abort', abort);
      resolve();
    });
  });
}
