import type { JpegConstraint } from '../image/types.ts';
import type { Plane } from './planes.ts';

export interface Wear {
  /** Standard deviation of the input's own noise and compression wear, in levels, 0…. */
  readonly noiseSigma: number;
  /** Blockiness: mean step across the 8×8 grid's lines over the mean step elsewhere; 1 for none. */
  readonly blockiness: number;
}

/** Blocks whose mean lies outside this are clipped: half of their noise is cut off. */
const clipped = { below: 12, above: 240 } as const;

/**
 * Noise by the fast estimator of Immerkær 1996 (a difference of two Laplacians, blind to edges of first order),
 * taken as the 25th percentile over 16×16 blocks, so that texture does not count as noise. Clipped blocks only count
 * where there is hardly anything else: a product on white would read as almost free of noise.
 */
export function noiseSigmaOf(luma: Plane): number {
  const { widthPx: w, heightPx: h, data } = luma;
  const side = 16;
  const open: number[] = [];
  const all: number[] = [];
  for (let by = 1; by + side < h; by += side) {
    for (let bx = 1; bx + side < w; bx += side) {
      let sum = 0;
      let level = 0;
      for (let y = by; y < by + side; y++) {
        for (let x = bx; x < bx + side; x++) {
          const i = y * w + x;
          const value =
            (data[i - w - 1] as number) -
            2 * (data[i - w] as number) +
            (data[i - w + 1] as number) -
            2 * (data[i - 1] as number) +
            4 * (data[i] as number) -
            2 * (data[i + 1] as number) +
            (data[i + w - 1] as number) -
            2 * (data[i + w] as number) +
            (data[i + w + 1] as number);
          sum += Math.abs(value);
          level += data[i] as number;
        }
      }
      // √(π/2) / 6 turns the mean absolute answer into the σ of white Gaussian noise.
      const sigma = (Math.sqrt(Math.PI / 2) / 6) * (sum / (side * side));
      const mean = level / (side * side);
      all.push(sigma);
      if (mean > clipped.below && mean < clipped.above) open.push(sigma);
    }
  }
  const found = open.length >= Math.max(4, all.length / 25) ? open : all;
  found.sort((a, b) => a - b);
  return found[Math.floor(found.length / 4)] ?? 0;
}

/**
 * How far a decoded JPEG may lie from the truth, in levels of luma: each coefficient is off by at most half a step,
 * evenly spread, so its variance is step²/12. High steps mostly meet coefficients that are truly near zero, whose
 * error is their own small size: each is capped at 6 levels.
 */
export function jpegSigmaOf(jpeg: JpegConstraint): number {
  let variance = 0;
  for (const step of jpeg.lumaSteps) variance += Math.min((step * step) / 12, 36);
  return Math.sqrt(variance / 64);
}

export function wearOf(luma: Plane, jpeg: JpegConstraint | null): Wear {
  const noiseSigma = noiseSigmaOf(luma);
  return {
    noiseSigma: jpeg ? Math.hypot(noiseSigma, 0.5 * jpegSigmaOf(jpeg)) : noiseSigma,
    blockiness: blockinessOf(luma),
  };
}

function blockinessOf(luma: Plane): number {
  const { widthPx: w, heightPx: h, data } = luma;
  let onGrid = 0;
  let onCount = 0;
  let offGrid = 0;
  let offCount = 0;
  for (let y = 0; y < h; y++) {
    for (let x = 1; x < w; x++) {
      const step = Math.abs((data[y * w + x] as number) - (data[y * w + x - 1] as number));
      // Strong steps are the picture's own edges; wear is faint.
      if (step > 24) continue;
      if (x % 8 === 0) {
        onGrid += step;
        onCount++;
      } else {
        offGrid += step;
        offCount++;
      }
    }
  }
  const off = offGrid / Math.max(1, offCount);
  return off <= 0 || onCount === 0 ? 1 : onGrid / onCount / off;
}
