/** Time as the sandbox sees it. Everything that waits (media, webhook retries, expiries, buckets) goes through it. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  nowMs(): number;
  /** Runs the task once after the delay; the answer cancels it. */
  schedule(delayMs: number, task: () => void): () => void;
}

/** The longest delay that setTimeout takes; longer ones are split. */
const longestTimeoutMs = 2 ** 31 - 1;

/** Real time, or real time that runs `speed` times as fast. Timers do not keep the process alive. */
export function createSystemClock(speed = 1): Clock {
  const startMs = Date.now();
  const nowMs = (): number => startMs + (Date.now() - startMs) * speed;
  return {
    nowMs,
    schedule(delayMs, task) {
      const dueMs = nowMs() + delayMs;
      let timer: NodeJS.Timeout;
      const arm = (): void => {
        const leftMs = Math.max(0, (dueMs - nowMs()) / speed);
        timer = setTimeout(
          leftMs > longestTimeoutMs ? arm : task,
          Math.min(leftMs, longestTimeoutMs),
        ).unref();
      };
      arm();
      return () => clearTimeout(timer);
    },
  };
}

export interface ManualClock extends Clock {
  /** Moves time on and runs what falls due, in order of time. */
  advance(byMs: number): void;
  /** When the next task is due, or null. */
  nextDueMs(): number | null;
}

/** A clock that stands still until it is told to move. */
export function createManualClock(startMs = Date.UTC(2026, 10, 2, 9)): ManualClock {
  let currentMs = startMs;
  let serial = 0;
  const tasks = new Map<number, { dueMs: number; task: () => void }>();
  const next = () =>
    [...tasks].reduce<[number, { dueMs: number; task: () => void }] | null>(
      (best, one) => (best === null || one[1].dueMs < best[1].dueMs ? one : best),
      null,
    );
  return {
    nowMs: () => currentMs,
    schedule(delayMs, task) {
      const id = serial++;
      tasks.set(id, { dueMs: currentMs + Math.max(0, delayMs), task });
      return () => tasks.delete(id);
    },
    nextDueMs: () => next()?.[1].dueMs ?? null,
    advance(byMs) {
      const untilMs = currentMs + byMs;
      for (let due = next(); due !== null && due[1].dueMs <= untilMs; due = next()) {
        tasks.delete(due[0]);
        currentMs = Math.max(currentMs, due[1].dueMs);
        due[1].task();
      }
      currentMs = untilMs;
    },
  };
}
