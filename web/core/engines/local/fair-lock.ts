/** Lets one holder in at a time, in the order of asking. */
export interface FairLock {
  /**
   * Runs `work` alone. Callers that ask again after each turn alternate, so a long job does not hold up a short one.
   * An aborted signal rejects at once with its reason: before the turn `work` never starts, during it `work` runs on
   * to its end (native code cannot be stopped) and only then is the next one let in.
   */
  run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
  /** Settles when nobody holds the lock or waits for it. */
  idle(): Promise<void>;
}

export function createFairLock(): FairLock {
  let last: Promise<unknown> = Promise.resolve();
  return {
    run(work, signal) {
      const turn = last.then(() => {
        signal.throwIfAborted();
        return work();
      });
      last = turn.catch(() => undefined);
      return raceAbort(turn, signal);
    },
    async idle() {
      for (let seen: unknown = null; seen !== last; ) {
        seen = last;
        await last;
      }
    },
  };
}

function raceAbort<T>(turn: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    turn.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
