import type { DamageKind } from '../character/damage.ts';

/** Every fault of Replicate that the sandbox can show. */
export interface FaultDetails {
  /** The connection is reset; with `accepted`, after the prediction was made and will be charged. */
  'create.reset': { readonly accepted?: boolean };
  /** 429, the wait in the header, in the text, or in neither. */
  'create.throttled': { readonly retryAfterSeconds?: number; readonly resetSeconds?: number };
  'create.paymentRequired': object;
  /** 5xx; with `accepted`, although the prediction was made. */
  'create.serverError': { readonly status?: 500 | 502 | 503 | 504; readonly accepted?: boolean };
  /** 201 with a page of HTML: made, but the answer cannot be read. */
  'create.html': object;
  /** 429 on anything but a create. */
  'read.throttled': { readonly retryAfterSeconds?: number };
  'read.serverError': { readonly status?: 500 | 502 | 503 | 504 };
  'read.reset': object;
  /** The list does not show the newest predictions for this long. */
  'list.lagging': { readonly lagMs: number };
  /** The machine takes this much longer to come up. */
  'run.coldBoot': { readonly delayMs: number };
  /** No machine in time: ends `aborted`, and is not charged. */
  'run.aborted': object;
  /** Goes on until it is canceled. */
  'run.never': object;
  'run.failed': { readonly error?: string };
  /** The result has this damage. */
  'run.damaged': { readonly kind: DamageKind };
  'output.wrongSize': object;
  'output.notAnImage': object;
  /** The output's address is on another host. */
  'output.elsewhere': { readonly origin?: string };
  'output.missing': object;
  /** The delivery host answers 5xx. */
  'delivery.serverError': object;
  /** Half of the bytes that were announced, then nothing. */
  'delivery.truncated': object;
  'webhook.lost': object;
  'webhook.duplicated': { readonly copies?: number };
  'webhook.late': { readonly delayMs: number };
}

export type FaultName = keyof FaultDetails;

export interface FaultTiming {
  /** How many times it strikes. Default 1; Infinity for always. */
  readonly times?: number;
  /** Chance of each strike, 0…1. Default 1. */
  readonly probability?: number;
}

export interface Faults {
  /** Switches a fault on; the answer switches it off. */
  arm<N extends FaultName>(name: N, details?: FaultDetails[N] & FaultTiming): () => void;
  clear(): void;
  struck(name: FaultName): number;
  /** For the sandbox itself: the details if the fault strikes now, else null. */
  strike<N extends FaultName>(name: N): FaultDetails[N] | null;
}

/** `random` gives numbers in [0, 1); seeded, so that a run can be repeated. */
export function createFaults(random: () => number): Faults {
  const armed = new Map<FaultName, { left: number; probability: number; details: object }[]>();
  const counts = new Map<FaultName, number>();
  return {
    arm(name, details) {
      const timing: FaultTiming = details ?? {};
      const entry = {
        left: timing.times ?? 1,
        probability: timing.probability ?? 1,
        details: details ?? {},
      };
      armed.set(name, [...(armed.get(name) ?? []), entry]);
      return () => {
        entry.left = 0;
      };
    },
    clear: () => armed.clear(),
    struck: (name) => counts.get(name) ?? 0,
    strike<N extends FaultName>(name: N): FaultDetails[N] | null {
      for (const entry of armed.get(name) ?? []) {
        if (entry.left <= 0 || (entry.probability < 1 && random() >= entry.probability)) continue;
        entry.left -= 1;
        counts.set(name, (counts.get(name) ?? 0) + 1);
        return entry.details as FaultDetails[N];
      }
      return null;
    },
  };
}
