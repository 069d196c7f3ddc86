/** Numbers as people read them, in the admin's locale. Pure: the moment is given. */

export interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** `2160 × 2160`, grouping left out as on a camera. */
export const formatSize = ({ widthPx, heightPx }: Size): string => `${widthPx} × ${heightPx}`;

/** How many times the longest side grew, with one decimal at most: 4, 1.5. */
export function growthOf(before: Size, after: Size, locale: string): string {
  const factor = Math.max(after.widthPx, after.heightPx) / Math.max(before.widthPx, before.heightPx, 1);
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(factor);
}

/** `340 kB`, `1.2 MB`: decimal units, as shops and cameras count. */
export function formatBytes(bytes: number, locale: string): string {
  const isLarge = bytes >= 1_000_000;
  const value = bytes / (isLarge ? 1_000_000 : 1000);
  const options = { style: 'unit', unit: isLarge ? 'megabyte' : 'kilobyte', unitDisplay: 'short' } as const;
  return new Intl.NumberFormat(locale, {
    ...options,
    maximumFractionDigits: value < 10 ? 1 : 0,
  }).format(value);
}

export const formatPercent = (share: number, locale: string): string =>
  new Intl.NumberFormat(locale, { style: 'percent' }).format(share);

/** Micro-dollars as dollars, with as many decimals as the amount needs (at most 4). */
export const formatMoney = (micros: number, locale: string): string =>
  new Intl.NumberFormat(locale, { style: 'currency', currency: 'USD', maximumFractionDigits: 4 }).format(
    micros / 1e6,
  );

const ages: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

/** `just now`, `5 min. ago`, and after a week the date. */
export function formatAge(at: string, nowMs: number, locale: string): string {
  const ageMs = Math.max(0, nowMs - Date.parse(at));
  if (ageMs > 7 * 86_400_000)
    return new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }).format(Date.parse(at));
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
  const [unit, unitMs] = ages.find(([, ms]) => ageMs >= ms) ?? (['second', 0] as const);
  return unitMs === 0 ? relative.format(0, 'second') : relative.format(-Math.floor(ageMs / unitMs), unit);
}

export const formatMoment = (at: string, locale: string): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(Date.parse(at));

/** `8 s`, `1 min 20 s`. */
export function formatDuration(ms: number, locale: string): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  const write = (value: number, unit: string) =>
    new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' }).format(value);
  if (seconds < 60) return write(seconds, 'second');
  return `${write(Math.floor(seconds / 60), 'minute')} ${write(seconds % 60, 'second')}`;
}

/** A figure with its unit, such as `38.2 dB`. */
export const formatFigure = (value: number, unit: string, locale: string): string =>
  `${new Intl.NumberFormat(locale, { maximumSignificantDigits: 3 }).format(value)} ${unit === 'share' || unit === 'ratio' ? '' : unit}`.trim();
