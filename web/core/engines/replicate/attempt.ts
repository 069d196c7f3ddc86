import type { PredictionRecord } from '../ports.ts';
import { ReplicateError, type ReplicateErrorCode } from './errors.ts';

/** Error of an attempt whose create left no trace: nothing is owed for it. */
export const notAccepted = 'replicate-create-not-accepted';

/** Error of an attempt whose result was kept for its time and then let go: the same work is new work. */
export const outputExpired = 'replicate-output-expired';

/** Failures before anything was accepted: nothing is owed, and the next attempt may follow by itself. */
const nothingOwed: readonly string[] = [
  notAccepted,
  'replicate-throttled',
  'replicate-payment-required',
  'replicate-token-refused',
  'replicate-unavailable',
  'replicate-no-token',
  'replicate-abandoned',
  'budget-image-cap',
  'budget-day-cap',
  'budget-shop-cap',
];

export const isUnderWay = ({ state }: PredictionRecord): boolean =>
  ['planned', 'creating', 'unknown', 'created', 'succeeded', 'copied'].includes(state);

/** Given up because its create left no trace. */
export const isNotAccepted = ({ state, error, remoteId }: PredictionRecord): boolean =>
  state === 'failed' && error === notAccepted && remoteId === null;

/** The attempt's error is stored as `code` or `code: what the model said`. */
export const errorCodeOf = ({ error }: PredictionRecord): string => (error ?? '').split(':', 1)[0] ?? '';

export interface Asker {
  readonly enhancementId: string;
  readonly isAskedFor?: boolean;
}

/**
 * Whether, after an attempt that ended without a result, another may be made for this asker. What was paid for is
 * not paid for again by itself: only when another enhancement asks; and where the result was made and lost, only
 * when a person asks for it.
 */
export function mayTryAgain(attempt: PredictionRecord, asker: Asker): boolean {
  const isAnothers = attempt.enhancementId !== asker.enhancementId;
  switch (attempt.state) {
    case 'aborted':
      return true;
    case 'failed':
      return nothingOwed.includes(errorCodeOf(attempt)) || isAnothers;
    case 'canceled':
      return isAnothers;
    case 'lost':
      return isAnothers && (asker.isAskedFor === true || errorCodeOf(attempt) === outputExpired);
    default:
      return false;
  }
}

/** What to tell of an attempt that ended without a result and is not repeated. */
export function errorOf(attempt: PredictionRecord): ReplicateError {
  const detail = attempt.error ?? attempt.state;
  switch (attempt.state) {
    case 'lost':
      return new ReplicateError(
        'replicate-output-lost',
        'Replicate made the photo, but it was deleted there before it could be fetched; run it again if you want to pay for it once more.',
        { detail },
      );
    case 'canceled':
      return errorCodeOf(attempt) === 'replicate-took-too-long'
        ? tookTooLong(detail)
        : new ReplicateError('replicate-run-canceled', 'The run was canceled.', {
            detail,
            isReported: false,
          });
    case 'aborted':
      return new ReplicateError(
        'replicate-never-started',
        'Replicate had no machine free in time; nothing was charged, and it is tried again later.',
        { detail, isRetriable: true, isReported: false },
      );
    default:
      return failureOf(attempt, detail);
  }
}

function failureOf(attempt: PredictionRecord, detail: string): ReplicateError {
  const sentences: Readonly<Partial<Record<string, string>>> = {
    'replicate-output-unusable':
      'What Replicate answered with cannot be used as this photo; the photo in the shop is unchanged. Try other settings or another model.',
    'replicate-output-elsewhere':
      'Replicate’s answer points to a place that Vitrine does not fetch from; the photo in the shop is unchanged.',
    'replicate-version-unknown':
      'Replicate refused the model’s version: it does not exist (any more), or the account may not run it; check the account’s billing, or choose another model.',
    'replicate-input-refused':
      'Replicate refused the settings for this model; check steps, chopping size, seed and resize.',
  };
  const code = errorCodeOf(attempt);
  if (nothingOwed.includes(code)) {
    return new ReplicateError(
      'replicate-create-unsettled',
      'Replicate did not take the work on, several times in a row; nothing is owed, and it is tried again later.',
      { detail, isRetriable: true },
    );
  }
  const sentence = sentences[code];
  if (sentence !== undefined) return new ReplicateError(code as ReplicateErrorCode, sentence, { detail });
  const said = attempt.error?.split(': ').slice(1).join(': ') ?? '';
  return new ReplicateError(
    'replicate-run-failed',
    `The model failed on this photo${said === '' ? '' : ` (${said.slice(0, 120)})`}; try other settings or another model.`,
    { detail },
  );
}

export const tookTooLong = (detail: string): ReplicateError =>
  new ReplicateError(
    'replicate-took-too-long',
    'The run on Replicate took too long and was stopped; choose fewer steps or a larger chopping size.',
    { detail, isReported: false },
  );
