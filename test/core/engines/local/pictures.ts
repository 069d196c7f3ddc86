import type { Raster } from '../../../../web/core/image/types.ts';

/** A picture with edges, fine texture, gradients and saturated colour, the same on every machine. */
export function testPicture(widthPx: number, heightPx: number): Raster<3> {
  const data = new Uint8Array(widthPx * heightPx * 3);
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      const isInDisc =
        (x - widthPx * 0.4) ** 2 + (y - heightPx * 0.5) ** 2 < (Math.min(widthPx, heightPx) * 0.3) ** 2;
      const weave = (x * 7 + y * 13) % 11 < 4 ? 24 : 0;
      const ramp = Math.round((x / widthPx) * 120 + (y / heightPx) * 60);
      const at = (y * widthPx + x) * 3;
      data[at] = isInDisc ? 214 : 40 + ramp;
      data[at + 1] = isInDisc ? 32 + weave : 60 + (ramp >> 1) + weave;
      data[at + 2] = isInDisc ? 48 : 235 - ramp;
      if ((x + 2 * y) % 37 < 3) data.fill(250, at, at + 3);
    }
  }
  return { data, widthPx, heightPx, channels: 3 };
}

export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let at = 0; at < a.length; at++) {
    largest = Math.max(largest, Math.abs((a[at] as number) - (b[at] as number)));
  }
  return largest;
}

/** Peak signal-to-noise ratio over all channels, dB. */
export function psnr(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += ((a[at] as number) - (b[at] as number)) ** 2;
  return 10 * Math.log10((255 * 255 * a.length) / sum);
}
