import type { Raster } from '../../image/types.ts';
import { contextPx, type Span } from './tile-plan.ts';

/** The part of an image that the network has to see, along both axes; around it lies one flat colour. */
export interface Content {
  readonly x: Span;
  readonly y: Span;
  /** What lies around: R, G, B. */
  readonly colour: readonly [number, number, number];
}

/** Below this share of flat pixels the search is not worth its seam. */
const minFlatShare = 0.1;

/**
 * Product photos stand on plain white, where a network computes the same pixel over and over. Null when the border is
 * not one flat colour or too little would be saved. Kept: the content and as far as it can be felt, contextPx; run:
 * contextPx more, so that the network knows what the kept pixels lie in. A wholly flat image keeps its middle.
 */
export function findContent({ data, widthPx, heightPx }: Raster<3>): Content | null {
  const colour: [number, number, number] = [data[0] as number, data[1] as number, data[2] as number];
  const isFlat = (x: number, y: number): boolean => {
    const at = (y * widthPx + x) * 3;
    return data[at] === colour[0] && data[at + 1] === colour[1] && data[at + 2] === colour[2];
  };
  const isRowFlat = (y: number, from: number, to: number): boolean => {
    for (let x = from; x < to; x++) if (!isFlat(x, y)) return false;
    return true;
  };
  const isColumnFlat = (x: number, from: number, to: number): boolean => {
    for (let y = from; y < to; y++) if (!isFlat(x, y)) return false;
    return true;
  };
  let [top, bottom, left, right] = [0, heightPx, 0, widthPx];
  while (top < heightPx - 1 && isRowFlat(top, 0, widthPx)) top++;
  while (bottom > top + 1 && isRowFlat(bottom - 1, 0, widthPx)) bottom--;
  while (left < widthPx - 1 && isColumnFlat(left, top, bottom)) left++;
  while (right > left + 1 && isColumnFlat(right - 1, top, bottom)) right--;
  const x = spanOf(left, right, widthPx);
  const y = spanOf(top, bottom, heightPx);
  const flatShare = 1 - ((x.end - x.start) * (y.end - y.start)) / (widthPx * heightPx);
  return flatShare < minFlatShare ? null : { x, y, colour };
}

function spanOf(from: number, to: number, lengthPx: number): Span {
  const keptStart = Math.max(0, from - contextPx);
  const keptEnd = Math.min(lengthPx, to + contextPx);
  return {
    start: Math.max(0, keptStart - contextPx),
    end: Math.min(lengthPx, keptEnd + contextPx),
    keptStart,
    keptEnd,
  };
}
