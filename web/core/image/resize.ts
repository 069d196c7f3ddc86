import sharp from 'sharp';
import { ImageError } from './errors.ts';
import type { Raster } from './types.ts';

export type ResizeKernel = 'lanczos3' | 'cubic' | 'mitchell';

/** @throws ImageError image-parameter for a size that is no integer ≥ 1 */
export function checkSize(widthPx: number, heightPx: number): void {
  if (!Number.isSafeInteger(widthPx) || !Number.isSafeInteger(heightPx) || widthPx < 1 || heightPx < 1) {
    throw new ImageError(
      'image-parameter',
      `An image cannot become ${widthPx} × ${heightPx} pixels; give whole numbers from 1.`,
    );
  }
}

/**
 * Resizes a raster to exactly widthPx × heightPx (integers ≥ 1) by libvips, antialiased when it gets smaller, with
 * pixel centres aligned. Channels are treated alike, alpha too: colours under alpha must have been bled first.
 * When an axis gets larger, libvips uses its bicubic interpolator for every kernel. Returns a new raster, or the
 * same one where the size already fits.
 * @throws ImageError image-parameter for a size that is no integer ≥ 1
 */
export async function resizeRaster<C extends 1 | 3 | 4>(
  raster: Raster<C>,
  widthPx: number,
  heightPx: number,
  kernel: ResizeKernel = 'lanczos3',
): Promise<Raster<C>> {
  checkSize(widthPx, heightPx);
  if (raster.widthPx === widthPx && raster.heightPx === heightPx) return raster;
  const { channels } = raster;
  // With four channels libvips would premultiply in 8 bits; colour and alpha go apart instead.
  if (channels === 4) {
    throw new ImageError('image-parameter', 'Colour and alpha must be resized apart; split them first.');
  }
  const image = sharp(raster.data, {
    raw: { width: raster.widthPx, height: raster.heightPx, channels },
    limitInputPixels: false,
  }).resize(widthPx, heightPx, { fit: 'fill', kernel });
  const data = await image
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .raw()
    .toBuffer();
  return { data, widthPx, heightPx, channels };
}
