/** read: repeats freely · create: may be paid for, repeated only when it was surely refused · repeat: harmless twice */
export type CallKind = 'read' | 'create' | 'repeat';

export interface CallOutcome {
  readonly kind: CallKind;
  /** Calls made so far, this one included: 1, 2, 3 … */
  readonly attempt: number;
  /** HTTP status; null for a network error or a deadline. */
  readonly status: number | null;
  /** The Retry-After header, in either of its two forms. */
  readonly retryAfter: string | null;
  /** `detail` of the body. */
  readonly detail: string | null;
  readonly now: Date;
  /** 0…1, spreads those who wait for the same moment. */
  readonly random: number;
}

const firstDelayMs = 500;
const longestDelayMs = 60_000;
const maxAttempts = 6;

/**
 * How long to wait before the same call again, in ms; null: do not repeat it. A 429 says how long in Retry-After or
 * in its text (`Your rate limit resets in ~30s.`); without either, and for server errors, the wait doubles. A create
 * is repeated only after a 429: any other failure may hide one that was accepted.
 */
export function retryDelayMs(outcome: CallOutcome): number | null {
  const { kind, attempt, status } = outcome;
  if (attempt >= maxAttempts) return null;
  const isThrottled = status === 429;
  const isServersFault = status === null || status >= 500;
  if (!isThrottled && (kind === 'create' || !isServersFault)) return null;
  const doubledMs = firstDelayMs * 2 ** (attempt - 1);
  const jitter = 1 + outcome.random / 4;
  const toldMs = isThrottled || status === 503 ? toldDelayMs(outcome) : null;
  if (toldMs !== null) return toldMs > longestDelayMs ? null : Math.ceil(toldMs * jitter);
  return Math.ceil(Math.min(longestDelayMs, doubledMs) * jitter);
}

/** The wait that the answer itself asks for, in ms; null when it says nothing. */
export function toldDelayMs({
  retryAfter,
  detail,
  now,
}: Pick<CallOutcome, 'retryAfter' | 'detail' | 'now'>): number | null {
  if (retryAfter !== null && retryAfter.trim() !== '') {
    const seconds = Number(retryAfter);
    if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
    const at = Date.parse(retryAfter);
    if (!Number.isNaN(at)) return Math.max(0, at - now.getTime());
  }
  const reset = /resets in ~?\s*(\d+(?:\.\d+)?)\s*(ms|s|m)\b/i.exec(detail ?? '');
  if (reset === null) return null;
  const unitMs = { ms: 1, s: 1000, m: 60_000 }[reset[2]?.toLowerCase() ?? 's'] ?? 1000;
  return Number(reset[1]) * unitMs;
}
