import type { ImageDetail } from '../../web/server/http/api/schemas.ts';
import type { Upload } from './uploads.ts';

/** One photo from its upload to its end. */
export interface Outcome {
  readonly upload: Upload;
  readonly mediaId: string;
  readonly detail: ImageDetail;
}

export const isEnhanced = ({ detail }: Outcome): boolean => detail.image.status === 'enhanced';

/** Left alone, and the merchant is told why. */
const isLeftForReason = ({ detail: { image } }: Outcome): boolean =>
  (image.status === 'good' || image.status === 'skipped') && (image.reason ?? '') !== '';

export function consistencyDb({ detail }: Outcome): number | null {
  return detail.attempt?.measures.find(({ name }) => name === 'lrPsnr')?.value ?? null;
}

export function secondsOf({ detail: { attempt } }: Outcome): number | null {
  if (attempt?.finishedAt == null) return null;
  return (Date.parse(attempt.finishedAt) - Date.parse(attempt.startedAt)) / 1000;
}

/** The cells of the closing table: product, before, after, PSNR, time, status with its reason. */
export function tableRow(outcome: Outcome): string[] {
  const { upload, detail } = outcome;
  const { image } = detail;
  const after = isEnhanced(outcome) && image.shown !== null ? image.shown : null;
  const decibels = isEnhanced(outcome) ? consistencyDb(outcome) : null;
  const seconds = isEnhanced(outcome) ? secondsOf(outcome) : null;
  const reason = isEnhanced(outcome) ? '' : image.reason;
  return [
    upload.title,
    `${upload.widthPx}×${upload.heightPx}`,
    after === null ? '' : `${after.widthPx}×${after.heightPx}`,
    decibels === null ? '' : `${decibels.toFixed(1)} dB`,
    seconds === null ? '' : `${seconds.toFixed(1)} s`,
    reason ? `${image.status}: ${reason}` : image.status,
  ];
}

/** Held by the gate for the merchant to look at, who is told why: what the gate is for, where an engine invents. */
const isHeldForReason = ({ detail: { image } }: Outcome): boolean =>
  image.status === 'review' && (image.reason ?? '') !== '';

/**
 * What is not as it should be, one sentence each; empty where the demo may end well.
 * mayHold: whether a photo may wait for the merchant; never with the local engine, which is faithful.
 */
export function faultsOf(outcomes: readonly Outcome[], writesSeenByShop: number, mayHold = false): string[] {
  const faults: string[] = [];
  for (const outcome of outcomes) {
    const { upload, detail } = outcome;
    const { status, reason } = detail.image;
    const isFine =
      isLeftForReason(outcome) ||
      (upload.kind === 'small' && (isEnhanced(outcome) || (mayHold && isHeldForReason(outcome))));
    if (!isFine) {
      faults.push(`${upload.title} ended "${status}"${reason ? `: ${reason}` : ' without a reason.'}`);
    }
  }
  const enhanced = outcomes.filter(isEnhanced);
  if (enhanced.length === 0) faults.push('No photo was enhanced.');
  for (const { upload, detail } of enhanced) {
    const entries = detail.history.filter(({ kind }) => kind === 'enhanced').length;
    if (entries !== 1)
      faults.push(`${upload.title} has ${entries} entries of an enhancement in the ledger, not one.`);
  }
  if (writesSeenByShop !== enhanced.length) {
    faults.push(
      `The shop was written ${writesSeenByShop} times for ${enhanced.length} enhanced photos: the app's own writes started work.`,
    );
  }
  return faults;
}
