import type { PlanName } from '../records.ts';

/** Points a second that a plan restores; the bucket holds twenty seconds' worth. */
export const restoreRates: Readonly<Record<PlanName, number>> = {
  standard: 100,
  advanced: 200,
  plus: 1000,
  enterprise: 2000,
};
const bucketSeconds = 20;

export interface ThrottleStatus {
  readonly maximumAvailable: number;
  readonly currentlyAvailable: number;
  readonly restoreRate: number;
}

/** The leaky bucket of one app on one shop. */
export interface Bucket {
  /** Takes the requested cost out, or answers false and takes nothing. */
  take(cost: number): boolean;
  /** Gives back what was asked for but not used. */
  refund(cost: number): void;
  status(): ThrottleStatus;
  /** Leaves this many points in it. */
  setAvailable(points: number): void;
}

export function createBucket(deps: { nowMs: () => number; plan: () => PlanName }): Bucket {
  let usedPoints = 0;
  let atMs = deps.nowMs();
  const maximum = (): number => restoreRates[deps.plan()] * bucketSeconds;
  const restore = (): void => {
    const nowMs = deps.nowMs();
    usedPoints = Math.max(0, usedPoints - ((nowMs - atMs) / 1000) * restoreRates[deps.plan()]);
    atMs = nowMs;
  };
  return {
    take(cost) {
      restore();
      if (maximum() - usedPoints < cost) return false;
      usedPoints += cost;
      return true;
    },
    refund(cost) {
      usedPoints = Math.max(0, usedPoints - cost);
    },
    status() {
      restore();
      return {
        maximumAvailable: maximum(),
        currentlyAvailable: Math.max(0, Math.floor(maximum() - usedPoints)),
        restoreRate: restoreRates[deps.plan()],
      };
    },
    setAvailable(points) {
      restore();
      usedPoints = Math.max(0, maximum() - points);
    },
  };
}
