export interface RetryQuestion {
  /** 0 for the first try. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** HTTP status; null where no answer came. */
  readonly status: number | null;
  readonly isThrottled: boolean;
  readonly retryAfter: string | null;
  /** Points that are missing for this query, and points that come back each second; null where not known. */
  readonly shortfall: { readonly points: number; readonly restorePerSecond: number } | null;
  readonly nowMs: number;
  /** 0 ≤ random < 1. */
  readonly random: number;
}

const firstDelayMs = 500;
const longestDelayMs = 30_000;

/**
 * How long to wait before the same call is made again, in ms; null: give up. Both forms of Retry-After (seconds, or
 * an HTTP date) are obeyed up to two minutes; Shopify's own client sleeps seconds as milliseconds.
 */
export function decideRetry(question: RetryQuestion): number | null {
  const { attempt, maxAttempts, status, isThrottled } = question;
  if (attempt + 1 >= maxAttempts) return null;
  const isPassing = isThrottled || status === null || status === 429 || status === 408 || status >= 500;
  if (!isPassing) return null;
  const asked = parseRetryAfter(question.retryAfter, question.nowMs);
  if (asked !== null) return Math.min(asked, 120_000);
  if (isThrottled && question.shortfall !== null) {
    const { points, restorePerSecond } = question.shortfall;
    // A little more, so that several processes that drink from one bucket do not come back together.
    const spread = 1 + question.random / 4;
    return Math.ceil((Math.max(points, 1) / Math.max(restorePerSecond, 1)) * 1000 * spread);
  }
  // Full jitter: retries of many workers spread out (AWS Architecture Blog, "Exponential Backoff And Jitter").
  const ceilingMs = Math.min(longestDelayMs, firstDelayMs * 2 ** attempt);
  return Math.ceil(ceilingMs * (0.5 + question.random / 2));
}

/** RFC 9110, 10.2.3: delay-seconds or HTTP-date. Null when absent or unreadable. */
export function parseRetryAfter(value: string | null, nowMs: number): number | null {
  if (value === null) return null;
  if (/^\s*\d+(\.\d+)?\s*$/.test(value)) return Math.ceil(Number(value) * 1000);
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs);
}
