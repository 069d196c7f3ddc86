import sharp from 'sharp';

/** Only these may open bytes from outside. Files, SVG, PDF, TIFF, magick, UHDR and all others stay shut. */
const openLoaders: readonly string[] = [
  'VipsForeignLoadJpegBuffer',
  'VipsForeignLoadPngBuffer',
  'VipsForeignLoadWebpBuffer',
  'VipsForeignLoadNsgifBuffer',
  'VipsForeignLoadHeifBuffer',
];

/**
 * Makes libvips safe for strangers' bytes in this process: every loader is blocked but the five that a shop's
 * images need, and only from memory. No operation is cached, so that memory follows the work at hand.
 *
 * The UHDR loader is among the blocked on purpose: a JPEG with a gain map is then opened as the plain JPEG that its
 * base image is, with that image's own ICC profile.
 * Call once in each process' main, before the first image; calling again changes nothing.
 */
export function configureLibvips(): void {
  sharp.cache(false);
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: [...openLoaders] });
}
