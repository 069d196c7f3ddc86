/** Counts what is under way, so that a test can wait for quiet without sleeping. */
export interface Activity {
  /** Marks something as begun; the answer marks it as ended (a second call does nothing). */
  begin(): () => void;
  /** Resolves as soon as nothing is under way. */
  whenIdle(): Promise<void>;
}

export function createActivity(): Activity {
  let running = 0;
  let waiting: (() => void)[] = [];
  const settle = (): void => {
    // One turn of the loop later: what has just ended may be about to begin something else.
    setImmediate(() => {
      if (running > 0) return;
      const resolved = waiting;
      waiting = [];
      for (const resolve of resolved) resolve();
    });
  };
  return {
    begin() {
      running += 1;
      let hasEnded = false;
      return () => {
        if (hasEnded) return;
        hasEnded = true;
        running -= 1;
        if (running === 0) settle();
      };
    },
    whenIdle() {
      return new Promise((resolve) => {
        waiting.push(resolve);
        if (running === 0) settle();
      });
    },
  };
}
