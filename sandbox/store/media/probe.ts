import sharp, { type Metadata } from 'sharp';
import type { FileErrorRecord } from '../records.ts';

export interface ImageLimits {
  readonly maxSidePx: number;
  readonly maxPixels: number;
  readonly maxBytes: number;
}

/** Shopify's Help Center: 5000 × 5000 px, 25 MP, below 20 MB. */
export const currentImageLimits: ImageLimits = { maxSidePx: 5000, maxPixels: 25e6, maxBytes: 20e6 };
/** An older guide: 4472 × 4472 px, 20 MP. Nobody knows for certain which holds, so either can be switched on. */
export const olderImageLimits: ImageLimits = { maxSidePx: 4472, maxPixels: 20e6, maxBytes: 20e6 };

export interface Probed {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly mimeType: string;
}

const mimeByFormat: Readonly<Record<string, string>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
  heif: 'image/heic',
  avif: 'image/avif',
};

const mimeByExtension: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
  heic: 'image/heic',
  avif: 'image/avif',
};

/** Lower case, without the dot; empty for a name that has none. */
export const extensionOf = (fileName: string): string =>
  /\.([A-Za-z0-9]+)$/.exec(fileName)?.[1]?.toLowerCase() ?? '';
export const mimeOfName = (fileName: string): string | null => mimeByExtension[extensionOf(fileName)] ?? null;

const failure = (code: string, message: string): FileErrorRecord => ({ code, message, details: null });

/**
 * What Shopify finds out about bytes, or why it refuses them. Only headers are read: a picture that is cut off
 * further down is taken, as stores do hold such files.
 */
export async function probeImage(bytes: Uint8Array, limits: ImageLimits): Promise<Probed | FileErrorRecord> {
  if (bytes.byteLength >= limits.maxBytes) {
    return failure('INVALID_IMAGE_FILE_SIZE', `Image size must be below ${limits.maxBytes / 1e6} MB`);
  }
  let found: Metadata;
  try {
    // Only metadata is read, so the pixel limit of the decoder must not speak before Shopify's own.
    found = await sharp(bytes, { limitInputPixels: false }).metadata();
  } catch {
    return failure('UNSUPPORTED_IMAGE_FILE_TYPE', 'File type is not supported');
  }
  const mimeType = mimeByFormat[found.format ?? ''];
  const { width, height } = found.autoOrient;
  if (mimeType === undefined) return failure('UNSUPPORTED_IMAGE_FILE_TYPE', 'File type is not supported');
  return checkDimensions({ widthPx: width, heightPx: height, mimeType }, limits);
}

/** Shopify's limits on dimensions, the ratio of sides being at most 100 to 1. */
export function checkDimensions(probed: Probed, limits: ImageLimits): Probed | FileErrorRecord {
  const { widthPx, heightPx } = probed;
  const longest = Math.max(widthPx, heightPx);
  if (longest > limits.maxSidePx || widthPx * heightPx > limits.maxPixels) {
    const megapixels = limits.maxPixels / 1e6;
    return failure(
      'INVALID_IMAGE_RESOLUTION',
      `Image resolution exceeds ${megapixels} megapixels or ${limits.maxSidePx} pixels`,
    );
  }
  if (longest > 100 * Math.min(widthPx, heightPx)) {
    return failure('INVALID_IMAGE_ASPECT_RATIO', 'Image aspect ratio must be between 100:1 and 1:100');
  }
  return probed;
}
