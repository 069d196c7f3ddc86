import type { Trouble } from '../router/breaker.ts';
import type { ReplicateError } from './errors.ts';

/** What a refusal says of the account: whether the next create would fare better. */
export function troubleOf(error: ReplicateError): Trouble | null {
  switch (error.code) {
    case 'replicate-payment-required':
    case 'replicate-token-refused':
      return { threshold: 1, openMs: 10 * 60_000, sentence: error.sentence };
    case 'replicate-throttled':
      return {
        threshold: 3,
        openMs: Math.max(60_000, error.retryAfterMs ?? 0),
        sentence:
          'Replicate has turned away several requests in a row because there were too many; new work waits for a while, and goes on by itself.',
      };
    case 'replicate-unavailable':
    case 'replicate-answer-unreadable':
      return {
        threshold: 5,
        openMs: 30_000,
        sentence: 'Replicate does not answer at the moment; new work waits, and goes on by itself.',
      };
    default:
      return null;
  }
}
