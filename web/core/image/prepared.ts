import sharp from 'sharp';
import { corrupt, refuse } from './containers/facts.ts';
import type { JpegConstraint, PreparedImage, Raster } from './types.ts';

/**
 * A raster of 1 or 3 channels as a PNG without metadata. The same raster gives the same bytes on the same libvips:
 * their SHA-256 names the work, and it is stored with the work, never computed a second time.
 */
export async function encodeRasterPng(raster: Raster<1> | Raster<3>): Promise<Uint8Array> {
  const { widthPx: width, heightPx: height, channels } = raster;
  return await sharp(raster.data, { raw: { width, height, channels }, limitInputPixels: false })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .png({ compressionLevel: 6, adaptiveFiltering: true, palette: false })
    .toBuffer();
}

/**
 * A raster back from its PNG. channels: 1 or 3, as it was encoded.
 * @throws ImageError image-corrupt
 */
export async function decodeRasterPng<C extends 1 | 3>(png: Uint8Array, channels: C): Promise<Raster<C>> {
  try {
    const { data, info } = await sharp(png, { limitInputPixels: false, failOn: 'error' })
      .toColourspace(channels === 1 ? 'b-w' : 'srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== channels) throw corrupt('png', `${info.channels} channels, not ${channels}`);
    return { data, widthPx: info.width, heightPx: info.height, channels };
  } catch (cause) {
    throw cause instanceof Error && cause.name === 'ImageError' ? cause : corrupt('png', 'unreadable', cause);
  }
}

/**
 * The prepared image back from its stored blobs, bit for bit as `prepare` gave it.
 * png: of `rgb`; alphaPng: of `alpha`, null for an opaque image; jpeg: as stored beside them.
 * @throws ImageError image-corrupt for a blob that is no such PNG or does not match its sibling
 */
export async function loadPrepared(stored: {
  readonly png: Uint8Array;
  readonly alphaPng: Uint8Array | null;
  readonly jpeg: JpegConstraint | null;
}): Promise<PreparedImage> {
  const rgb = await decodeRasterPng(stored.png, 3);
  const alpha = stored.alphaPng === null ? null : await decodeRasterPng(stored.alphaPng, 1);
  if (alpha !== null && (alpha.widthPx !== rgb.widthPx || alpha.heightPx !== rgb.heightPx)) {
    refuse(
      'image-corrupt',
      'The stored colour and transparency of this image differ in size; start it again.',
    );
  }
  return { rgb, alpha, jpeg: stored.jpeg };
}
