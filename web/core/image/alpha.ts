import { enlargeAlpha } from './alpha-upscale.ts';
import { ImageError } from './errors.ts';
import { checkSize, resizeRaster } from './resize.ts';
import type { Raster } from './types.ts';

/** True where every sample is 0 or 255: a cut-out without any softness, as in a GIF. */
export function isBinaryAlpha({ data }: Raster<1>): boolean {
  for (let at = 0; at < data.length; at += 1) {
    if (data[at] !== 0 && data[at] !== 255) return false;
  }
  return true;
}

function threshold(alpha: Raster<1>): Raster<1> {
  return { ...alpha, data: alpha.data.map((value) => (value < 128 ? 0 : 255)) };
}

/**
 * Alpha at another size, by Catmull-Rom, whose only overshoots lie beyond 0 and 255 at an edge and are cut there.
 * Binary alpha stays binary. To enlarge, use `upscaleAlpha`.
 * @throws ImageError image-parameter for a size that is no integer ≥ 1
 */
export async function resizeAlpha(alpha: Raster<1>, widthPx: number, heightPx: number): Promise<Raster<1>> {
  if (alpha.widthPx === widthPx && alpha.heightPx === heightPx) return alpha;
  const resized = await resizeRaster(alpha, widthPx, heightPx, 'cubic');
  return isBinaryAlpha(alpha) ? threshold(resized) : resized;
}

/**
 * Enlarges alpha so that a hard edge is hard again and a soft one stays as soft as it was.
 *
 * Catmull-Rom enlarges, about exact pixel centres (libvips rounds them, which costs a third of the shape's accuracy).
 * Then, where the small raster's edge is as steep as sampling allows, the change between the local floor and ceiling
 * is made steeper about its middle; half-transparent areas keep their value, and what was flat is exactly flat.
 * Binary alpha comes out binary. Where an axis does not get larger, `resizeAlpha` decides alone.
 * There is no guide by colour: under alpha the colours were bled outward on purpose, so they show no edge.
 * alpha: not changed.
 * @throws ImageError image-parameter for a size that is no integer ≥ 1
 */
export async function upscaleAlpha(alpha: Raster<1>, widthPx: number, heightPx: number): Promise<Raster<1>> {
  checkSize(widthPx, heightPx);
  if (Math.min(widthPx / alpha.widthPx, heightPx / alpha.heightPx) <= 1) {
    return await resizeAlpha(alpha, widthPx, heightPx);
  }
  const large = enlargeAlpha(alpha, widthPx, heightPx);
  return isBinaryAlpha(alpha) ? threshold(large) : large;
}

/**
 * Straight RGBA from colour and alpha of the same size.
 * @throws ImageError image-parameter when the sizes differ
 */
export function joinAlpha(rgb: Raster<3>, alpha: Raster<1>): Raster<4> {
  const { widthPx, heightPx } = rgb;
  if (alpha.widthPx !== widthPx || alpha.heightPx !== heightPx) {
    throw new ImageError(
      'image-parameter',
      `Colour (${widthPx} × ${heightPx}) and alpha (${alpha.widthPx} × ${alpha.heightPx}) must have the same size.`,
    );
  }
  const pixels = widthPx * heightPx;
  const data = new Uint8Array(pixels * 4);
  for (let pixel = 0, from = 0, to = 0; pixel < pixels; pixel += 1, from += 3, to += 4) {
    data[to] = rgb.data[from] ?? 0;
    data[to + 1] = rgb.data[from + 1] ?? 0;
    data[to + 2] = rgb.data[from + 2] ?? 0;
    data[to + 3] = alpha.data[pixel] ?? 0;
  }
  return { data, widthPx, heightPx, channels: 4 };
}
