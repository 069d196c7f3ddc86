import type { ImageRow, ImageStatus, Summary } from '../../server/http/api/schemas.ts';
import { formatPercent, growthOf } from '../format.ts';
import type { Words } from '../strings.ts';

export type Tone = 'neutral' | 'info' | 'success' | 'caution' | 'warning' | 'critical';

export const toneOf: Readonly<Record<ImageStatus, Tone>> = {
  good: 'neutral',
  queued: 'neutral',
  working: 'info',
  review: 'warning',
  enhanced: 'success',
  restored: 'neutral',
  skipped: 'caution',
  failed: 'critical',
  superseded: 'caution',
};

export const isUnderWay = (status: ImageStatus): boolean => status === 'queued' || status === 'working';

/** The name a merchant knows it by: the product's title, else the file's name. */
export const nameOf = ({ productTitle, fileName }: ImageRow): string => productTitle || fileName;

/** The share counts the engine's work; what comes before and after it has words of its own. */
function workingWords(progress: number, { t, locale }: Pick<Words, 't' | 'locale'>): string {
  if (progress <= 0) return t('what.begun');
  return progress >= 1 ? t('what.checking') : t('what.working', { percent: formatPercent(progress, locale) });
}

/** What happened to an image, in one sentence: the server's reason where it gave one. */
export function whatHappened(image: ImageRow, { t, locale }: Words): string {
  const { status, before, shown, progress } = image;
  if (image.reason !== null) return image.reason;
  if (status === 'working') return workingWords(progress, { t, locale });
  if (status === 'enhanced') {
    if (!before || !shown) return t('what.enhancedSame');
    const factor = growthOf(before, shown, locale);
    return factor === '1' ? t('what.enhancedSame') : t('what.enhanced', { factor });
  }
  return t(`what.${status}`);
}

/** The words above the list and how far the work is, 0…1. */
export function overviewOf(
  { total, byStatus }: Summary,
  words: Words,
): { heading: string; text: string; done: number; isBusy: boolean } {
  const { t, n } = words;
  const underWay = (byStatus.queued ?? 0) + (byStatus.working ?? 0);
  const sharp = byStatus.enhanced ?? 0;
  const review = byStatus.review ?? 0;
  if (total === 0)
    return { heading: t('overview.none'), text: t('images.emptyText'), done: 0, isBusy: false };
  const heading = underWay > 0 ? n('overview.busy', underWay) : n('overview.done', total);
  const sharpWords = sharp > 0 ? n('overview.sharp', sharp) : t('overview.sharpNone');
  const text = [sharpWords, review > 0 ? n('overview.review', review) : ''].join(' ').trim();
  return { heading, text, done: (total - underWay) / total, isBusy: underWay > 0 };
}
