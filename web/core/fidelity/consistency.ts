import {
  blur,
  convolve,
  difference,
  emptyPlane,
  gaussianTaps,
  halve,
  type Plane,
  product,
} from './planes.ts';

/** Identical pictures have no noise at all; a finite ceiling keeps the figure fit for JSON and for charts. */
export const maxPsnrDb = 99;

/** 10·log10(255² / mean square), in dB, at most maxPsnrDb. `error`: a plane of differences in levels. */
export function psnrOf(error: Plane): number {
  let sum = 0;
  for (const value of error.data) sum += value * value;
  const meanSquare = sum / Math.max(1, error.data.length);
  return meanSquare <= 0 ? maxPsnrDb : Math.min(maxPsnrDb, 10 * Math.log10((255 * 255) / meanSquare));
}

/**
 * SSIM map of two luma planes of the same size, each value −1…1.
 * 11×11 Gaussian window, σ 1.5, K1 0.01, K2 0.03, L 255 (Wang, Bovik, Sheikh, Simoncelli 2004). The variances are
 * only needed as a sum, so four filtered planes do instead of five.
 */
export function ssimMap(a: Plane, b: Plane): Plane {
  const taps = gaussianTaps(1.5, 5);
  const c1 = (0.01 * 255) ** 2;
  const c2 = (0.03 * 255) ** 2;
  const squares = emptyPlane(a.widthPx, a.heightPx);
  for (let i = 0; i < squares.data.length; i++) {
    squares.data[i] = (a.data[i] as number) ** 2 + (b.data[i] as number) ** 2;
  }
  const meanA = convolve(a, taps).data;
  const meanB = convolve(b, taps).data;
  const both = convolve(squares, taps).data;
  const cross = convolve(product(a, b), taps).data;
  const map = emptyPlane(a.widthPx, a.heightPx);
  for (let i = 0; i < map.data.length; i++) {
    const ma = meanA[i] as number;
    const mb = meanB[i] as number;
    const variances = Math.max(0, (both[i] as number) - ma * ma - mb * mb);
    const covariance = (cross[i] as number) - ma * mb;
    map.data[i] =
      ((2 * ma * mb + c1) * (2 * covariance + c2)) / ((ma * ma + mb * mb + c1) * (variances + c2));
  }
  return map;
}

export interface Consistency {
  readonly psnrDb: number;
  /** PSNR after both were low-passed with σ 1.5, 3 and 6 input pixels. */
  readonly lowPass15Db: number;
  readonly lowPass3Db: number;
  readonly lowPass6Db: number;
  readonly ssim: Plane;
}

/**
 * How well the shrunk output agrees with the input. before, after: luma at the input's size, 0…255.
 * A low-pass of both is the low-pass of their difference, so one plane is filtered. The wide ones run at half and
 * quarter size; the 2×2 means already blur by 0.25 px² a step, which is taken off the variance.
 */
export function consistencyOf(before: Plane, after: Plane): Consistency {
  const error = difference(after, before);
  const half = halve(error);
  const quarter = halve(half);
  return {
    psnrDb: psnrOf(error),
    lowPass15Db: psnrOf(blur(error, 1.5)),
    lowPass3Db: psnrOf(blur(half, Math.sqrt(9 - 0.25) / 2)),
    lowPass6Db: psnrOf(blur(quarter, Math.sqrt(36 - 0.25 - 1) / 4)),
    ssim: ssimMap(before, after),
  };
}
