import type { Raster } from './types.ts';

/** An 8-bit sRGB colour. */
export interface Rgb {
  readonly r: number;
  readonly g: number;
  readonly b: number;
}

/** The raster in the middle of a larger one that is filled with one colour (`fill`: one number for each channel). */
export function placeOnCanvas<C extends 1 | 3>(
  raster: Raster<C>,
  widthPx: number,
  heightPx: number,
  fill: readonly number[],
): Raster<C> {
  const { channels } = raster;
  const data = new Uint8Array(widthPx * heightPx * channels);
  for (let at = 0; at < data.length; at += channels) {
    for (let channel = 0; channel < channels; channel += 1) data[at + channel] = fill[channel] ?? 0;
  }
  const left = Math.floor((widthPx - raster.widthPx) / 2);
  const top = Math.floor((heightPx - raster.heightPx) / 2);
  const rowBytes = raster.widthPx * channels;
  for (let y = 0; y < raster.heightPx; y += 1) {
    data.set(raster.data.subarray(y * rowBytes, (y + 1) * rowBytes), ((top + y) * widthPx + left) * channels);
  }
  return { data, widthPx, heightPx, channels };
}

/** Colour over a background, blended on encoded values as browsers do: what a merchant saw on a page of that colour. */
export function flatten(rgb: Raster<3>, alpha: Raster<1>, background: Rgb): Raster<3> {
  const data = new Uint8Array(rgb.data.length);
  const pixels = alpha.data.length;
  const under = [background.r, background.g, background.b];
  for (let pixel = 0, at = 0; pixel < pixels; pixel += 1) {
    const weight = alpha.data[pixel] ?? 0;
    for (let channel = 0; channel < 3; channel += 1, at += 1) {
      data[at] = ((rgb.data[at] ?? 0) * weight + (under[channel] ?? 0) * (255 - weight) + 127) / 255;
    }
  }
  return { ...rgb, data };
}
