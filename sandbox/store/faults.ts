/** Every fault of the platform that the sandbox can show. */
export interface FaultDetails {
  /** HTTP 429 with Retry-After (seconds). */
  'api.tooManyRequests': { readonly retryAfterSeconds?: number };
  /** HTTP 5xx with a short body. */
  'api.serverError': { readonly status?: 500 | 502 | 503 | 504 };
  /** HTTP 200 with errors[].extensions.code THROTTLED, whatever the bucket holds. */
  'api.throttled': object;
  /** The socket is destroyed before the answer; with `afterWork`, after the operation was carried out. */
  'api.connectionReset': { readonly afterWork?: boolean };
  /** HTTP 200 with an HTML page. */
  'api.html': object;
  /** HTTP 200, a JSON document that breaks off. */
  'api.truncatedJson': object;
  /** HTTP 200 with `data: null` and an INTERNAL_SERVER_ERROR. */
  'api.nullData': object;
  /** The real answer, the first root field nulled with an error beside it. The work was done. */
  'api.partialErrors': object;
  /** HTTP 401 once, although the token is good. */
  'api.unauthorized': object;
  /** The answer comes this much later. */
  'api.slow': { readonly delayMs: number };
  /** fileUpdate is refused with FILE_LOCKED. */
  'file.locked': object;
  /** fileUpdate is refused with NON_READY_STATE. */
  'file.notReady': object;
  /** fileUpdate is refused with MEDIA_CANNOT_BE_MODIFIED. */
  'file.cannotBeModified': object;
  /** A changed file tells of no product: whether fileUpdate fires products/update is not documented. */
  'file.silentChange': object;
  /** Processing ends FAILED with this code. */
  'media.failed': { readonly code?: string; readonly message?: string };
  /** Processing takes this much longer. */
  'media.slow': { readonly delayMs: number };
  /** Processing never ends until `releaseStuckMedia()`. */
  'media.stuck': object;
  /** The upload host answers 5xx. */
  'upload.serverError': { readonly status?: number };
  /** The upload host answers 403, as for an expired signature. */
  'upload.expired': object;
  'upload.connectionReset': object;
  /** The CDN answers 5xx. */
  'cdn.serverError': { readonly status?: number };
  'cdn.notFound': object;
  /** The CDN sends half of the bytes that it announced, then breaks the connection. */
  'cdn.truncated': object;
  /** The token endpoint answers 5xx. */
  'oauth.serverError': { readonly status?: number };
  /** The refresh token is refused (invalid_grant). */
  'oauth.refreshRefused': object;
  /** The refresh answer has no expires_in. */
  'oauth.refreshWithoutExpiry': object;
  /** The delivery is never sent. */
  'webhook.lost': object;
  /** The same delivery, same webhook id, is sent this many times in all. */
  'webhook.duplicated': { readonly copies?: number };
  /** The delivery is sent this much later, with its original payload. */
  'webhook.late': { readonly delayMs: number };
  /** The delivery is held back until this many later ones went out. */
  'webhook.reordered': { readonly after?: number };
  /** bulkOperationRunQuery is refused with ACCESS_DENIED; `later`: it is taken, then ends FAILED with that code. */
  'bulk.accessDenied': { readonly later?: boolean };
  /** The operation fails after this share of its lines; partialDataUrl holds them. */
  'bulk.failed': { readonly share?: number };
  /** COMPLETED, but the download breaks off after this share of its bytes. */
  'bulk.cutOff': { readonly share?: number };
}

export type FaultName = keyof FaultDetails;

export interface FaultContext {
  readonly shop?: string;
  /** GraphQL operation name, or the mutation or query fields of the request. */
  readonly operation?: string;
  readonly topic?: string;
}

export interface FaultTiming {
  /** How many times it strikes. Default 1; Infinity for always. */
  readonly times?: number;
  /** Chance of each strike, 0…1. Default 1. */
  readonly probability?: number;
  /** Strikes only where this agrees. */
  readonly only?: (context: FaultContext) => boolean;
}

export interface Faults {
  /** Switches a fault on; the answer switches it off. Several of one name strike in the order they were armed. */
  arm<N extends FaultName>(name: N, details?: FaultDetails[N] & FaultTiming): () => void;
  /** Switches one fault, or all, off. */
  clear(name?: FaultName): void;
  /** How often a fault has struck. */
  struck(name: FaultName): number;
  /** For the rooms of the sandbox: the details if the fault strikes now, else null. */
  strike<N extends FaultName>(name: N, context?: FaultContext): FaultDetails[N] | null;
}

/** `random` gives numbers in [0, 1); seeded, so that a run can be repeated. */
export function createFaults(random: () => number): Faults {
  const armed = new Map<FaultName, (FaultTiming & { left: number; details: object })[]>();
  const counts = new Map<FaultName, number>();
  return {
    arm(name, details) {
      const timing: FaultTiming = details ?? {};
      const entry = { ...timing, left: timing.times ?? 1, details: details ?? {} };
      armed.set(name, [...(armed.get(name) ?? []), entry]);
      return () => {
        entry.left = 0;
      };
    },
    clear(name) {
      if (name === undefined) armed.clear();
      else armed.delete(name);
    },
    struck: (name) => counts.get(name) ?? 0,
    strike<N extends FaultName>(name: N, context: FaultContext = {}): FaultDetails[N] | null {
      const entries = armed.get(name);
      if (entries === undefined) return null;
      for (const entry of entries) {
        if (entry.left <= 0 || entry.only?.(context) === false) continue;
        if (entry.probability !== undefined && random() >= entry.probability) continue;
        entry.left -= 1;
        counts.set(name, (counts.get(name) ?? 0) + 1);
        return entry.details as FaultDetails[N];
      }
      return null;
    },
  };
}

/** Mulberry32 (Tommy Ettinger, public domain): small, fast, good enough to choose faults. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
