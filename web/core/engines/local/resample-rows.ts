import type { Filter } from './filters.ts';

/** Floats, interleaved RGB, row-major. */
export interface FloatImage {
  readonly data: Float32Array;
  readonly widthPx: number;
  readonly heightPx: number;
}

/**
 * Reads rows of the enlarged image out of the small one, one at a time, so that the enlarged floats never exist as a
 * whole. Beyond the border the nearest pixel counts. The row that is returned is overwritten by the next call.
 */
export function createRowEnlarger(
  small: FloatImage,
  { scale, taps, reach }: Filter,
): (y: number) => Float32Array {
  const { data, widthPx, heightPx } = small;
  const meeting = Math.ceil(taps.length / scale);
  const side = meeting + Math.ceil(reach / scale);
  const padded = new Float32Array((widthPx + 2 * side) * 3);
  const row = new Float32Array(widthPx * scale * 3);

  return (y) => {
    padded.fill(0);
    const middle = padded.subarray(side * 3, (side + widthPx) * 3);
    const last = Math.floor((y + reach) / scale);
    for (let tap = (y + reach) % scale, source = last; tap < taps.length; tap += scale, source--) {
      const weight = taps[tap] as number;
      const from = Math.min(heightPx - 1, Math.max(0, source)) * widthPx * 3;
      for (let at = 0; at < middle.length; at++) {
        middle[at] = (middle[at] as number) + weight * (data[from + at] as number);
      }
    }
    repeatBorder(padded, side, widthPx);
    row.fill(0);
    for (let phase = 0; phase < scale; phase++) {
      for (let tap = (phase + reach) % scale, back = 0; tap < taps.length; tap += scale, back++) {
        const weight = taps[tap] as number;
        let from = (side + Math.floor((phase + reach) / scale) - back) * 3;
        for (let to = phase * 3; to < row.length; to += scale * 3, from += 3) {
          row[to] = (row[to] as number) + weight * (padded[from] as number);
          row[to + 1] = (row[to + 1] as number) + weight * (padded[from + 1] as number);
          row[to + 2] = (row[to + 2] as number) + weight * (padded[from + 2] as number);
        }
      }
    }
    return row;
  };
}

/**
 * Takes rows of a large image from top to bottom and gathers the shrunk one. widthPx, heightPx: of the shrunk image;
 * the rows are scale times as long and as many.
 */
export function createRowShrinker(
  widthPx: number,
  heightPx: number,
  { scale, taps, reach }: Filter,
): { take(row: Float32Array, y: number): void; readonly image: FloatImage } {
  const data = new Float32Array(widthPx * heightPx * 3);
  const largeHeight = heightPx * scale;
  const padded = new Float32Array((widthPx * scale + 2 * reach) * 3);
  const narrow = new Float32Array(widthPx * 3);

  const addTo = (target: number, weight: number) => {
    const to = target * widthPx * 3;
    for (let at = 0; at < narrow.length; at++) {
      data[to + at] = (data[to + at] as number) + weight * (narrow[at] as number);
    }
  };

  /** Weight of large row y in shrunk row j: the rows beyond the border repeat the outermost one. */
  const weightOf = (j: number, y: number): number => {
    const tap = y - j * scale + reach;
    let weight = taps[tap] ?? 0;
    if (y === 0)
      for (let beyond = 0; beyond < tap && beyond < taps.length; beyond++) weight += taps[beyond] as number;
    if (y === largeHeight - 1) {
      for (let beyond = tap + 1; beyond < taps.length; beyond++) weight += taps[beyond] as number;
    }
    return weight;
  };

  return {
    image: { data, widthPx, heightPx },
    take(row, y) {
      padded.set(row, reach * 3);
      repeatBorder(padded, reach, widthPx * scale);
      narrow.fill(0);
      for (let tap = 0; tap < taps.length; tap++) {
        const weight = taps[tap] as number;
        for (let to = 0, from = tap * 3; to < narrow.length; to += 3, from += scale * 3) {
          narrow[to] = (narrow[to] as number) + weight * (padded[from] as number);
          narrow[to + 1] = (narrow[to + 1] as number) + weight * (padded[from + 1] as number);
          narrow[to + 2] = (narrow[to + 2] as number) + weight * (padded[from + 2] as number);
        }
      }
      const first = Math.max(0, Math.ceil((y + reach + 1 - taps.length) / scale));
      const last = Math.min(heightPx - 1, Math.floor((y + reach) / scale));
      for (let j = first; j <= last; j++) addTo(j, weightOf(j, y));
    },
  };
}

/** Fills `side` pixels on the left and right of a row with its outermost pixels. */
function repeatBorder(padded: Float32Array, side: number, widthPx: number): void {
  const rightmost = (side + widthPx - 1) * 3;
  for (let at = 0; at < side * 3; at += 3) {
    padded.copyWithin(at, side * 3, side * 3 + 3);
    padded.copyWithin(rightmost + 3 + at, rightmost, rightmost + 3);
  }
}
