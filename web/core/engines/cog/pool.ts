import type { Clock } from '../ports.ts';

export interface Lease<T> {
  readonly member: T;
  /** Gives it back; `restMs` keeps it out for a while. */
  giveBack(restMs?: number): void;
}

/** Members that do one thing at a time. Whoever comes first gets the first that is free and rested. */
export interface Pool<T> {
  /** Rejects with the signal's reason. */
  take(signal: AbortSignal): Promise<Lease<T>>;
}

export function createPool<T>(members: readonly T[], clock: Clock): Pool<T> {
  const seats = members.map((member) => ({ member, isTaken: false, restsUntilMs: 0 }));
  const waiting = new Set<() => void>();

  const wakeAll = (): void => {
    for (const wake of waiting) wake();
  };

  return {
    async take(signal) {
      for (;;) {
        signal.throwIfAborted();
        const nowMs = clock.now().getTime();
        const seat = seats.find(({ isTaken, restsUntilMs }) => !isTaken && restsUntilMs <= nowMs);
        if (seat !== undefined) {
          seat.isTaken = true;
          let isGiven = false;
          return {
            member: seat.member,
            giveBack(restMs = 0) {
              if (isGiven) return;
              isGiven = true;
              seat.isTaken = false;
              seat.restsUntilMs = restMs === 0 ? 0 : clock.now().getTime() + restMs;
              wakeAll();
            },
          };
        }
        const resting = seats
          .filter(({ isTaken }) => !isTaken)
          .map(({ restsUntilMs }) => restsUntilMs - nowMs);
        const woken = new AbortController();
        const wake = (): void => woken.abort();
        waiting.add(wake);
        try {
          await clock.sleep(Math.min(60_000, ...resting), AbortSignal.any([signal, woken.signal]));
        } catch (error) {
          signal.throwIfAborted();
          if (!woken.signal.aborted) throw error;
        } finally {
          waiting.delete(wake);
        }
      }
    },
  };
}
