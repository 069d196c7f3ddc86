import type { Lane } from '../store/records.ts';
import { systemTimers, type Timers } from './timers.ts';

/** `extensions.cost` of an answer. */
export interface AnsweredCost {
  readonly requestedQueryCost?: number | undefined;
  readonly throttleStatus?:
    | {
        readonly currentlyAvailable: number;
        readonly restoreRate: number;
        readonly maximumAvailable: number;
      }
    | undefined;
}

/** The right to make one call now. */
export interface Turn {
  /** Gives the turn back, with what the answer said of the cost; null where no answer came. Once. */
  done(cost: AnsweredCost | null, isThrottled?: boolean): void;
}

export interface TurnRequest {
  readonly lane: Lane;
  /** Calls of one key cost alike: what the last one was said to cost is what the next one waits for. */
  readonly key: string;
  /** A call that had its turn and was answered THROTTLED: it goes before those of its lane that had none. */
  readonly isRepeat?: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface Throttle {
  /** Resolves when the call may leave. An aborted signal rejects with its reason. */
  takeTurn(request: TurnRequest): Promise<Turn>;
}

export interface ThrottleDeps {
  readonly timers?: Timers;
}

/** Guess for a call of a kind that has not been answered yet; Shopify allows no call above 1000. */
const unknownCostPoints = 50;

/**
 * The part of the restored points that this process counts on: less after each THROTTLED answer, which says that others
 * drink too, and slowly more again (additive increase, multiplicative decrease; Chiu and Jain 1989).
 */
const share = { least: 0.05, afterThrottled: 0.6, growth: 0.02 } as const;

/**
 * Paces all calls of one shop in this process by the points that Shopify says are left (a leaky bucket: points come
 * back at `restoreRate` a second up to `maximumAvailable`), so that THROTTLED answers stay rare. Other processes of
 * the shop drink from the same bucket; each learns of the rest from every answer that it gets.
 *
 * Two lanes: a live call goes before every backfill call, and backfill leaves as much in the bucket as the dearest
 * live call needs to wait no longer than `longestLiveWaitSeconds`. Before the first answer one call goes alone.
 */
export function createThrottle({ timers = systemTimers }: ThrottleDeps = {}): Throttle {
  interface Waiting {
    readonly key: string;
    readonly lane: Lane;
    readonly go: () => void;
  }
  interface Known {
    points: number;
    atMs: number;
    /** What Shopify restores, and what of it is counted on here. */
    perSecond: number;
    expectedPerSecond: number;
    maximum: number;
  }
  const queues: Readonly<Record<Lane, Waiting[]>> = { live: [], backfill: [] };
  const costOfKey = new Map<string, number>();
  let dearestLive = 0;
  let inFlightPoints = 0;
  let inFlight = 0;
  let known: Known | null = null;
  let ownShare = 1;
  let cancelTimer: (() => void) | null = null;

  const costOf = (key: string): number => costOfKey.get(key) ?? unknownCostPoints;

  function available(from: Known): number {
    const elapsedSeconds = Math.max(0, timers.nowMs() - from.atMs) / 1000;
    return Math.min(from.maximum, from.points + elapsedSeconds * from.expectedPerSecond);
  }

  /** What a lane must find in the bucket before a call of this cost leaves. */
  function neededBy(lane: Lane, cost: number, from: Known): number {
    const alone = Math.min(cost, from.maximum);
    if (lane === 'live') return alone;
    const longestLiveWaitSeconds = 1.5;
    const reserve = Math.max(from.perSecond, dearestLive - longestLiveWaitSeconds * from.perSecond);
    return Math.min(cost + Math.min(reserve, from.maximum / 2), from.maximum);
  }

  /** Ms until the next call of this lane may leave; 0: now; null: an answer decides. */
  function delayOf(lane: Lane, cost: number): number | null {
    if (known === null) return inFlight === 0 ? 0 : null;
    const missing = neededBy(lane, cost, known) - available(known);
    if (missing <= 0) return 0;
    return Math.max(1, Math.ceil((missing / known.expectedPerSecond) * 1000));
  }

  function pump(): void {
    cancelTimer?.();
    cancelTimer = null;
    for (;;) {
      const queue = queues.live.length > 0 ? queues.live : queues.backfill;
      const [next] = queue;
      if (next === undefined) return;
      const cost = costOf(next.key);
      const delayMs = delayOf(next.lane, cost);
      if (delayMs === null) return;
      if (delayMs > 0) {
        cancelTimer = timers.schedule(delayMs, pump);
        return;
      }
      queue.shift();
      if (known !== null) known = { ...known, points: available(known) - cost, atMs: timers.nowMs() };
      inFlight += 1;
      inFlightPoints += cost;
      next.go();
    }
  }

  function turnOf(key: string, lane: Lane): Turn {
    const reserved = costOf(key);
    let isDone = false;
    return {
      done(cost, isThrottled = false) {
        if (isDone) return;
        isDone = true;
        inFlight -= 1;
        inFlightPoints -= reserved;
        const requested = cost?.requestedQueryCost;
        if (requested !== undefined) {
          costOfKey.set(key, requested);
          if (lane === 'live') dearestLive = Math.max(dearestLive, requested);
        }
        const status = cost?.throttleStatus;
        if (status !== undefined) {
          ownShare = isThrottled
            ? Math.max(share.least, ownShare * share.afterThrottled)
            : Math.min(1, ownShare + share.growth);
          const perSecond = Math.max(1, status.restoreRate);
          // Those under way may or may not be in what Shopify counts; to count them twice costs nothing but patience.
          known = {
            points: status.currentlyAvailable - inFlightPoints,
            atMs: timers.nowMs(),
            perSecond,
            expectedPerSecond: perSecond * ownShare,
            maximum: Math.max(1, status.maximumAvailable),
          };
        }
        pump();
      },
    };
  }

  return {
    takeTurn({ lane, key, isRepeat = false, signal }) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason);
          return;
        }
        const queue = queues[lane];
        const waiting: Waiting = {
          key,
          lane,
          go() {
            signal?.removeEventListener('abort', abort);
            resolve(turnOf(key, lane));
          },
        };
        const abort = () => {
          const index = queue.indexOf(waiting);
          if (index < 0) return;
          queue.splice(index, 1);
          reject(signal?.reason);
          pump();
        };
        signal?.addEventListener('abort', abort, { once: true });
        if (isRepeat) queue.unshift(waiting);
        else queue.push(waiting);
        pump();
      });
    },
  };
}
