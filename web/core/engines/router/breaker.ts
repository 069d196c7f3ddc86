import { CircuitOpenError } from '../errors.ts';
import type { Clock } from '../ports.ts';

/** What a failure says about the engine as a whole. */
export interface Trouble {
  /** Failures of this kind in a row that open the circuit; 1: at once. */
  readonly threshold: number;
  /** How long it stays open the first time; it doubles with each probe that fails, up to an hour. */
  readonly openMs: number;
  /** What a merchant reads while it is open: what is wrong, and what to do. */
  readonly sentence: string;
}

export type BreakerState = 'closed' | 'open' | 'probing';

export interface BreakerStatus {
  readonly key: string;
  readonly state: BreakerState;
  /** Null while closed. */
  readonly sentence: string | null;
  readonly retryAt: Date | null;
}

/** One engine, or one account on it. While it is open nothing new is asked; then one call goes ahead as a probe. */
export interface Breaker {
  /** @throws CircuitOpenError */
  check(): void;
  succeeded(): void;
  /** Null: a failure that says nothing about the engine, such as a photo that it cannot read. */
  failed(trouble: Trouble | null): void;
  status(): BreakerStatus;
}

export interface Breakers {
  of(key: string): Breaker;
  /** Those that are not closed. */
  troubled(): readonly BreakerStatus[];
}

const longestOpenMs = 3_600_000;
/** A probe that never reports back, because its process ended, is given up after this. */
const probePatienceMs = 120_000;

export function createBreakers({ clock }: { readonly clock: Clock }): Breakers {
  const breakers = new Map<string, Breaker>();
  return {
    of(key) {
      const known = breakers.get(key);
      if (known) return known;
      const made = createBreaker(key, clock);
      breakers.set(key, made);
      return made;
    },
    troubled: () =>
      [...breakers.values()].map((each) => each.status()).filter(({ state }) => state !== 'closed'),
  };
}

function createBreaker(key: string, clock: Clock): Breaker {
  let failuresInARow = 0;
  let timesOpened = 0;
  let open: { readonly sentence: string; readonly untilMs: number } | null = null;
  let probeSinceMs: number | null = null;
  const nowMs = (): number => clock.now().getTime();

  return {
    check() {
      if (open === null) return;
      const isProbeOut = probeSinceMs !== null && nowMs() - probeSinceMs < probePatienceMs;
      if (nowMs() < open.untilMs || isProbeOut) {
        throw new CircuitOpenError(open.sentence, new Date(Math.max(open.untilMs, nowMs() + 1000)));
      }
      probeSinceMs = nowMs();
    },
    succeeded() {
      failuresInARow = 0;
      timesOpened = 0;
      open = null;
      probeSinceMs = null;
    },
    failed(trouble) {
      const wasProbe = probeSinceMs !== null;
      probeSinceMs = null;
      if (trouble === null) return;
      failuresInARow += 1;
      if (failuresInARow < trouble.threshold && !wasProbe) return;
      // Calls that were under way when it opened fail too: they are not another opening.
      if (open !== null && !wasProbe && nowMs() < open.untilMs) return;
      const openMs = Math.min(longestOpenMs, trouble.openMs * 2 ** timesOpened);
      timesOpened += 1;
      open = { sentence: trouble.sentence, untilMs: nowMs() + openMs };
    },
    status() {
      if (open === null) return { key, state: 'closed', sentence: null, retryAt: null };
      const state = nowMs() < open.untilMs ? 'open' : 'probing';
      return { key, state, sentence: open.sentence, retryAt: new Date(open.untilMs) };
    },
  };
}
