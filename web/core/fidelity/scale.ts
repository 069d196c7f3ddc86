import sharp from 'sharp';
import type { Raster } from '../image/types.ts';

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
  const resized = sharp(raster.data, {
    raw: { width: raster.widthPx, height: raster.heightPx, channels: raster.channels },
    limitInputPixels: false,
  }).resize(widthPx, heightPx, { fit: 'fill', kernel });
  // Without being told, libvips gives a single channel back as three.
  const own = raster.channels === 1 ? resized.toColourspace('b-w') : resized;
  const data = await own.raw().toBuffer();
  return { ...raster, data, widthPx, heightPx };
}
