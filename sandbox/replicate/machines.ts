import type { Clock } from '../store/clock/clock.ts';

export interface MachinesOptions {
  readonly clock: Clock;
  /** GPUs of the model. */
  readonly count: number;
  readonly coldBootMs: number;
  /** A machine that had nothing to do for so long goes cold. */
  readonly idleMs: number;
}

/** The GPUs behind a model: first come, first served. */
export interface Machines {
  /** Calls `start` when a machine is up and free; `start` gets what sets it free. The answer takes it out of the queue. */
  enqueue(extraBootMs: number, start: (free: () => void) => void): () => void;
  /** When a machine was in use, each run by itself; boots and what still runs do not count. */
  readonly uses: readonly { readonly fromMs: number; readonly toMs: number }[];
}

export function createMachines({ clock, count, coldBootMs, idleMs }: MachinesOptions): Machines {
  interface Waiting {
    readonly extraBootMs: number;
    readonly start: (free: () => void) => void;
    isGone: boolean;
  }
  const queue: Waiting[] = [];
  const lastUsedMs: (number | null)[] = Array.from({ length: count }, () => null);
  const isTaken: boolean[] = Array.from({ length: count }, () => false);
  const uses: { fromMs: number; toMs: number }[] = [];

  function pump(): void {
    const machine = isTaken.indexOf(false);
    if (machine < 0) return;
    const next = queue.shift();
    if (next === undefined) return;
    if (next.isGone) {
      pump();
      return;
    }
    isTaken[machine] = true;
    const usedMs = lastUsedMs[machine];
    const isCold = usedMs === null || usedMs === undefined || clock.nowMs() - usedMs > idleMs;
    const bootMs = (isCold ? coldBootMs : 0) + next.extraBootMs;
    const begin = (): void => {
      if (next.isGone) {
        isTaken[machine] = false;
        pump();
        return;
      }
      const beganMs = clock.nowMs();
      let isFree = false;
      next.start(() => {
        if (isFree) return;
        isFree = true;
        const nowMs = clock.nowMs();
        uses.push({ fromMs: beganMs, toMs: nowMs });
        lastUsedMs[machine] = nowMs;
        isTaken[machine] = false;
        pump();
      });
    };
    if (bootMs > 0) clock.schedule(bootMs, begin);
    else begin();
    pump();
  }

  return {
    enqueue(extraBootMs, start) {
      const waiting: Waiting = { extraBootMs, start, isGone: false };
      queue.push(waiting);
      // Not at once: the create is answered first.
      setImmediate(pump);
      return () => {
        waiting.isGone = true;
      };
    },
    uses,
  };
}
