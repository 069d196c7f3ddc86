import type { IccProfile } from './icc.ts';

/**
 * sRGB (IEC 61966-2-1) as numbers. The matrix takes XYZ with white D50, as ICC profiles give it, to linear sRGB:
 * the inverse of the colorants in the sRGB profile that the ICC publishes (sRGB2014.icc: Bradford-adapted).
 */
export const srgbColorantsD50: readonly number[] = [
  0.436066, 0.385147, 0.143066, 0.222488, 0.716873, 0.060608, 0.013916, 0.097076, 0.714096,
];

/** Encoded 0…1 to linear light 0…1. */
export function srgbToLinear(encoded: number): number {
  return encoded <= 0.04045 ? encoded / 12.92 : ((encoded + 0.055) / 1.055) ** 2.4;
}

/** Linear light 0…1 to encoded 0…1. */
export function srgbFromLinear(linear: number): number {
  return linear <= 0.0031308 ? linear * 12.92 : 1.055 * linear ** (1 / 2.4) - 0.055;
}

/** Inverse of a row-major 3 × 3 matrix whose determinant is not 0. */
export function invert3(matrix: readonly number[]): readonly number[] {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0] = matrix;
  const [A, B, C] = [e * i - f * h, f * g - d * i, d * h - e * g];
  const det = a * A + b * B + c * C;
  return [
    A,
    c * h - b * i,
    b * f - c * e,
    B,
    a * i - c * g,
    c * d - a * f,
    C,
    b * g - a * h,
    a * e - b * d,
  ].map((cofactor) => cofactor / det);
}

/** Product of two row-major 3 × 3 matrices. */
export function multiply3(left: readonly number[], right: readonly number[]): readonly number[] {
  return Array.from({ length: 9 }, (_, place) => {
    const [row, column] = [Math.floor(place / 3), place % 3];
    return [0, 1, 2].reduce((sum, k) => sum + (left[row * 3 + k] ?? 0) * (right[k * 3 + column] ?? 0), 0);
  });
}

/**
 * Whether a profile only says "this is sRGB": tone curves within a quarter of an 8-bit step of sRGB's own,
 * colorants within rounding of the many sRGB profiles in circulation. Converting through such a profile could
 * only add rounding, and would take a JPEG's pixels off its own quantisation grid.
 */
export function isSrgbProfile(profile: IccProfile): boolean {
  const isSrgbCurve = (curve: (x: number) => number): boolean =>
    Array.from({ length: 52 }, (_, step) => step / 51).every(
      (x) =>
        Math.abs(srgbFromLinear(Math.min(Math.max(curve(x), 0), 1)) - x) <
        0.25 / 255 + 0.004 * (x < 0.02 ? 1 : 0),
    );
  if (profile.kind === 'grey') return isSrgbCurve(profile.curve);
  if (profile.kind !== 'matrix') return false;
  const isSrgbMatrix = profile.toXyz.every(
    (value, place) => Math.abs(value - (srgbColorantsD50[place] ?? 0)) < 0.002,
  );
  return isSrgbMatrix && profile.curves.every(isSrgbCurve);
}
