import sharp from 'sharp';
import type { Raster } from '../image/types.ts';
import type { Plane } from './planes.ts';

/** Catmull-Rom both ways: libvips stretches the kernel when it shrinks, which is the antialiasing. */
const kernel = 'cubic';

/**
 * A raster at another size, antialiased when shrunk; the aspect ratio may change (that is a finding, not an error).
 * Returns the same object when the size is already right.
 */
export async function resizeRaster<C extends 1 | 3>(
  raster: Raster<C>,
  widthPx: number,
  heightPx: number,
): Promise<Raster<C>> {
  if (raster.widthPx === widthPx && raster.heightPx === heightPx) return raster;
  const { data, info } = await sharp(raster.data, {
    raw: { width: raster.widthPx, height: raster.heightPx, channels: raster.channels },
    limitInputPixels: false,
  })
    .resize(widthPx, heightPx, { fit: 'fill', kernel })
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (info.channels === raster.channels) return { ...raster, data, widthPx, heightPx };
  // A single channel comes back from libvips as grey or as sRGB, by version: keep the first.
  const kept = new Uint8Array(widthPx * heightPx * raster.channels);
  for (let i = 0; i < widthPx * heightPx; i++) {
    for (let c = 0; c < raster.channels; c++)
      kept[i * raster.channels + c] = data[i * info.channels + c] ?? 0;
  }
  return { ...raster, data: kept, widthPx, heightPx };
}

/** A luma plane rounded to 8 bits, so that libvips can enlarge it as one channel. */
export function planeToRaster(plane: Plane): Raster<1> {
  const data = new Uint8Array(plane.data.length);
  for (let i = 0; i < data.length; i++) data[i] = Math.max(0, Math.min(255, (plane.data[i] as number) + 0.5));
  return { data, widthPx: plane.widthPx, heightPx: plane.heightPx, channels: 1 };
}
