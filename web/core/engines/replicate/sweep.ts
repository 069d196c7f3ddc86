import type { Clock, EngineLog, PredictionRecord, PredictionStore } from '../ports.ts';
import { notAccepted } from './attempt.ts';
import type { Hints } from './hints.ts';
import type { Lifecycle } from './lifecycle.ts';

export interface SweepSummary {
  /** Attempts that were looked at. */
  readonly looked: number;
  /** Of these, how many got further. */
  readonly moved: number;
  /** Runs that were thought never accepted and turned up. */
  readonly late: number;
  /** Attempts that could not be looked at; the log says why. */
  readonly failed: number;
}

export interface SweeperDeps {
  readonly predictions: PredictionStore;
  readonly lifecycle: Lifecycle;
  readonly hints: Hints;
  readonly clock: Clock;
  readonly log: EngineLog;
}

export interface Sweeper {
  /**
   * Takes every attempt further that nobody has touched for a while, each once, without waiting for a model: what a
   * lost webhook or a dead process left is finished, and outputs are copied well inside the hour that they live.
   * Run it every minute or so; two at once do no harm.
   */
  sweep(signal: AbortSignal): Promise<SweepSummary>;
  /** Something was heard of this attempt: whoever waits for it in this process asks Replicate now. */
  hear(predictionId: string): void;
}

const untouchedMs = 20_000;
const abandonedMs = 60 * 60_000;
const lateWindowMs = 30 * 60_000;
const batch = 1000;

export function createSweeper({ predictions, lifecycle, hints, clock, log }: SweeperDeps): Sweeper {
  async function advance(row: PredictionRecord): Promise<PredictionRecord> {
    let current = row;
    for (let waitMs: number | null = 0; waitMs === 0; ) {
      const step = await lifecycle.step(current, { expected: null, mostSeconds: null });
      current = step.row;
      waitMs = step.waitMs;
    }
    if (current.state !== row.state) hints.notify(row.id);
    return current;
  }

  return {
    async sweep(signal) {
      const nowMs = clock.now().getTime();
      const summary = { looked: 0, moved: 0, late: 0, failed: 0 };
      for (const row of await predictions.listOpen(new Date(nowMs - untouchedMs), batch)) {
        signal.throwIfAborted();
        summary.looked += 1;
        try {
          const isAbandoned = row.state === 'planned' && nowMs - row.updatedAt.getTime() > abandonedMs;
          const after = isAbandoned ? await lifecycle.giveUp(row, 'replicate-abandoned') : await advance(row);
          if (after.state !== row.state) summary.moved += 1;
        } catch (error) {
          summary.failed += 1;
          log.warn(
            { predictionId: row.id, err: error },
            'an attempt could not be looked at; the next sweep will',
          );
        }
      }
      const since = new Date(nowMs - lateWindowMs);
      for (const row of await predictions.listGivenUp(since, notAccepted, batch)) {
        signal.throwIfAborted();
        try {
          summary.late += await lifecycle.lookAgain([row]);
        } catch (error) {
          summary.failed += 1;
          log.warn({ predictionId: row.id, err: error }, 'a given-up attempt could not be looked for');
        }
      }
      return summary;
    },
    hear: hints.notify,
  };
}
