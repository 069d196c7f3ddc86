import sharp, { type Sharp } from 'sharp';
import type { Raster } from '../../../web/core/image/types.ts';

/** Pictures made by rule. `at` gives the channels of a pixel. */
export function drawRaster<C extends 1 | 3 | 4>(
  widthPx: number,
  heightPx: number,
  channels: C,
  at: (x: number, y: number) => readonly number[],
): Raster<C> {
  const data = new Uint8Array(widthPx * heightPx * channels);
  for (let y = 0; y < heightPx; y += 1) {
    for (let x = 0; x < widthPx; x += 1) data.set(at(x, y), (y * widthPx + x) * channels);
  }
  return { data, widthPx, heightPx, channels };
}

export function toSharp({ data, widthPx, heightPx, channels }: Raster): Sharp {
  return sharp(data, { raw: { width: widthPx, height: heightPx, channels } });
}

/** A smooth photo-like picture without symmetry: every turn and flip of it looks different. */
export function photo(widthPx: number, heightPx: number): Raster<3> {
  return drawRaster(widthPx, heightPx, 3, (x, y) => {
    const [u, v] = [x / widthPx, y / heightPx];
    const wave = 24 * Math.sin(u * 11 + v * 5);
    return [40 + 180 * u + wave, 60 + 150 * v - wave, 90 + 60 * (1 - u) * v + wave];
  });
}

/** The same with a soft disc of alpha. */
export function cutOut(widthPx: number, heightPx: number, softnessPx = 1.5): Raster<4> {
  const colour = photo(widthPx, heightPx);
  const radius = Math.min(widthPx, heightPx) * 0.38;
  return drawRaster(widthPx, heightPx, 4, (x, y) => {
    const at = (y * widthPx + x) * 3;
    const distance = Math.hypot(x + 0.5 - widthPx / 2, y + 0.5 - heightPx / 2) - radius;
    const alpha = Math.min(Math.max(0.5 - distance / softnessPx, 0), 1) * 255;
    return [...colour.data.subarray(at, at + 3), Math.round(alpha)];
  });
}

/** Largest absolute difference between two equally long sample arrays. */
export function maxDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new Error(`lengths differ: ${a.length} and ${b.length}`);
  let largest = 0;
  for (let i = 0; i < a.length; i += 1) largest = Math.max(largest, Math.abs((a[i] ?? 0) - (b[i] ?? 0)));
  return largest;
}
