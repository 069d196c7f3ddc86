import { EngineError } from '../errors.ts';

export type ReplicateErrorCode =
  | 'replicate-token-refused'
  | 'replicate-payment-required'
  | 'replicate-throttled'
  | 'replicate-version-unknown'
  | 'replicate-input-refused'
  | 'replicate-unavailable'
  | 'replicate-answer-unreadable'
  | 'replicate-not-found'
  | 'replicate-no-token'
  | 'replicate-create-unsettled'
  | 'replicate-run-failed'
  | 'replicate-run-canceled'
  | 'replicate-never-started'
  | 'replicate-took-too-long'
  | 'replicate-output-lost'
  | 'replicate-output-elsewhere'
  | 'replicate-output-unusable'
  | 'replicate-input-too-large';

export interface ReplicateErrorOptions {
  /** HTTP status; null where there was none. */
  readonly status?: number | null;
  readonly isRetriable?: boolean;
  readonly isReported?: boolean;
  /** For the log; never holds a token. */
  readonly detail?: string;
  /** What the server asked us to wait, in ms. */
  readonly retryAfterMs?: number | null;
  readonly cause?: unknown;
}

/** Something about a prediction on Replicate. Never carries the client's own error, whose inspection shows the token. */
export class ReplicateError extends EngineError {
  declare readonly code: ReplicateErrorCode;
  readonly status: number | null;
  readonly retryAfterMs: number | null;
  constructor(code: ReplicateErrorCode, sentence: string, options: ReplicateErrorOptions = {}) {
    const { status = null, retryAfterMs = null, ...rest } = options;
    super(code, sentence, rest);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

export interface Refusal {
  readonly status: number | null;
  readonly title: string | null;
  readonly detail: string | null;
  readonly retryAfterMs: number | null;
}

/** Turns a refused call into a sentence that says what to do. One table for all calls. */
export function refusalError({ status, title, detail, retryAfterMs }: Refusal): ReplicateError {
  const log = {
    status,
    detail: `Replicate answered ${status ?? 'nothing'}: ${title ?? ''} ${detail ?? ''}`.trim(),
  };
  switch (status) {
    case 401:
    case 403:
      return new ReplicateError(
        'replicate-token-refused',
        'Replicate refused the API token; enter a valid one from replicate.com/account/api-tokens.',
        log,
      );
    case 402:
      return new ReplicateError(
        'replicate-payment-required',
        'The Replicate account has no credit left; add credit at replicate.com/account/billing, and the work goes on by itself.',
        { ...log, isRetriable: true },
      );
    case 404:
      return new ReplicateError(
        'replicate-not-found',
        'Replicate does not know this model or run (any more); choose another model.',
        log,
      );
    case 429:
      return new ReplicateError(
        'replicate-throttled',
        'Replicate lets no more requests through for the moment; the work goes on by itself when it does.',
        { ...log, isRetriable: true, isReported: false, retryAfterMs },
      );
    case 413:
      return new ReplicateError(
        'replicate-input-too-large',
        'The photo is too large for Replicate; set resize, or choose the local engine.',
        { ...log, isReported: false },
      );
    case 422:
      return /version/i.test(`${title} ${detail}`)
        ? new ReplicateError(
            'replicate-version-unknown',
            'Replicate refused the model’s version: it does not exist (any more), or the account may not run it; check the account’s billing, or choose another model.',
            log,
          )
        : new ReplicateError(
            'replicate-input-refused',
            'Replicate refused the settings for this model; check steps, chopping size, seed and resize.',
            log,
          );
    default:
      if (status !== null && status < 500) {
        return new ReplicateError(
          'replicate-input-refused',
          'Replicate refused the request; check the settings, or try another model.',
          log,
        );
      }
      return new ReplicateError(
        'replicate-unavailable',
        'Replicate cannot be reached at the moment; the work is tried again later.',
        { ...log, isRetriable: true, isReported: false, retryAfterMs },
      );
  }
}

/** Takes secrets out of a text that goes to a log. */
export function redact(text: string, secrets: readonly (string | null)[]): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret !== null && secret.length > 3) clean = clean.replaceAll(secret, '[secret]');
  }
  return clean
    .replaceAll(/\br8_[A-Za-z0-9]{8,}/g, '[secret]')
    .replaceAll(/whsec_[A-Za-z0-9+/=]{8,}/g, '[secret]');
}
