import sharp from 'sharp';
import type { Raster } from './types.ts';

/**
 * The different pixel values of a raster (as packed RGBA numbers) when there are at most 256, else null. Photos are
 * given up after their first few rows.
 */
export function findPalette(raster: Raster<3> | Raster<4>): ReadonlySet<number> | null {
  const { data, channels } = raster;
  const colours = new Set<number>();
  let last = -1;
  for (let at = 0; at < data.length; at += channels) {
    const opacity = channels === 4 ? (data[at + 3] ?? 0) : 255;
    const value =
      (((data[at] ?? 0) << 24) | ((data[at + 1] ?? 0) << 16) | ((data[at + 2] ?? 0) << 8) | opacity) >>> 0;
    if (value === last) continue;
    last = value;
    colours.add(value);
    if (colours.size > 256) return null;
  }
  return colours;
}

/** Whether a PNG decodes to exactly these pixels. Colour under alpha 0 counts too. */
export async function isSamePicture(png: Uint8Array, raster: Raster<3> | Raster<4>): Promise<boolean> {
  const image = sharp(png, { ignoreIcc: true, limitInputPixels: false }).toColourspace('srgb');
  const data = await (raster.channels === 4 ? image.ensureAlpha() : image.removeAlpha()).raw().toBuffer();
  return data.equals(raster.data);
}
