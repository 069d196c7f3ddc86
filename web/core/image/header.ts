import sharp, { type Metadata } from 'sharp';
import { profileOfCodePoints } from './code-points.ts';
import { type CodePoints, corrupt, formatName, refuse } from './containers/facts.ts';
import { withoutPngText } from './containers/png.ts';
import { readContainer } from './containers/sniff.ts';
import { ImageError } from './errors.ts';
import { defaultImageLimits, type ImageLimits } from './limits.ts';
import type { SourceFormat, SourceInfo } from './types.ts';

/** A source whose header was found good: what libvips may be given, and what it said about it. */
export interface InspectedSource {
  readonly info: SourceInfo;
  /** The caller's bytes, or the same picture without parts that libvips should not see. */
  readonly bytes: Uint8Array;
  readonly metadata: Metadata;
  /** Colour that the file states by code points; null where it does not, or an ICC profile stands above them. */
  readonly codePoints: CodePoints | null;
}

/** libvips' names for the formats that are read. */
const libvipsNames: Readonly<Record<SourceFormat, string>> = {
  jpg: 'jpeg',
  png: 'png',
  webp: 'webp',
  gif: 'gif',
  heic: 'heif',
  avif: 'heif',
};

function checkSides(widthPx: number, heightPx: number, limits: ImageLimits): void {
  const longestPx = Math.max(widthPx, heightPx);
  if (widthPx < 1 || heightPx < 1) {
    refuse(
      'image-corrupt',
      'This image says that it has no pixels; export it again and upload the new file.',
    );
  }
  if (longestPx > limits.maxInputSidePx) {
    refuse(
      'image-side-too-long',
      `This image is ${widthPx} × ${heightPx} pixels, and its longest side may have at most ${limits.maxInputSidePx}; make it smaller first.`,
    );
  }
  if (widthPx * heightPx > limits.maxInputPixels) {
    refuse(
      'image-too-many-pixels',
      `This image is ${widthPx} × ${heightPx} pixels, more than the ${limits.maxInputPixels / 1e6} megapixels that can be worked on; make it smaller first.`,
    );
  }
}

/**
 * Reads and checks a source's header; no pixel is decoded. The order matters: bytes, then the file's own structure
 * with our own readers, then the caps, and only then libvips.
 * @throws ImageError as readHeader
 */
export async function inspectSource(
  source: Uint8Array,
  limits: ImageLimits = defaultImageLimits,
): Promise<InspectedSource> {
  if (source.length === 0) {
    refuse('image-empty', 'This file is empty; upload it again.');
  }
  if (source.length > limits.maxInputBytes) {
    refuse(
      'image-too-many-bytes',
      `This file has ${(source.length / 1e6).toFixed(1)} MB, more than the ${(limits.maxInputBytes / 1e6).toFixed(1)} MB that can be worked on; save it smaller first.`,
    );
  }
  const facts = readContainer(source);
  checkSides(facts.widthPx, facts.heightPx, limits);
  if (facts.isAnimated) {
    refuse(
      'image-animated',
      `This ${formatName(facts.format)} is animated, and sharpening one frame would stop it; it is left as it is.`,
    );
  }
  const bytes = facts.format === 'png' ? withoutPngText(source) : source;
  const metadata = await readMetadata(bytes, facts.format, limits);
  const isRotatedByLoader = facts.format === 'heic' || facts.format === 'avif';
  if (metadata.format !== libvipsNames[facts.format]) {
    throw corrupt(facts.format, `libvips takes it for ${metadata.format}`);
  }
  const isSameSize = metadata.width === facts.widthPx && metadata.height === facts.heightPx;
  // A GIF's frame may lie outside its screen and HEIF is turned while loading: there the larger claim was checked.
  if (!isSameSize && !isRotatedByLoader && facts.format !== 'gif') {
    throw corrupt(
      facts.format,
      `${facts.widthPx}×${facts.heightPx} but libvips sees ${metadata.width}×${metadata.height}`,
    );
  }
  checkSides(metadata.width, metadata.height, limits);
  const stated = isRotatedByLoader ? 1 : (metadata.orientation ?? 1);
  const orientation = stated >= 1 && stated <= 8 ? stated : 1;
  const isTurned = orientation >= 5;
  const info: SourceInfo = {
    format: facts.format,
    widthPx: isTurned ? metadata.height : metadata.width,
    heightPx: isTurned ? metadata.width : metadata.height,
    bytes: source.length,
    hasAlpha: metadata.hasAlpha ?? false,
    orientation,
    colourSpace: metadata.space ?? 'srgb',
    hasIccProfile: metadata.icc !== undefined,
    isAnimated: false,
  };
  // PNG: cICP stands above iCCP (third edition, 4.3). HEIF: a profile stands above nclx (ISO/IEC 23008-12, 6.5.5).
  const isOverruled = isRotatedByLoader && info.hasIccProfile;
  const codePoints = isOverruled ? null : (facts.codePoints ?? null);
  if (codePoints !== null) profileOfCodePoints(codePoints);
  return { info, bytes, metadata, codePoints };
}

async function readMetadata(bytes: Uint8Array, format: SourceFormat, limits: ImageLimits): Promise<Metadata> {
  try {
    return await sharp(bytes, { limitInputPixels: limits.maxInputPixels }).metadata();
  } catch (cause) {
    if (format === 'heic') {
      // The prebuilt libvips has no HEVC decoder, for its patents; one that has it reads HEIC here.
      throw new ImageError(
        'image-unsupported-format',
        'This is a HEIC photo, which cannot be read here; save it as JPEG or PNG and upload that.',
        { cause },
      );
    }
    throw corrupt(format, cause instanceof Error ? cause.message : 'unreadable header', cause);
  }
}

/**
 * What an image is, from its header alone: format by its first bytes, upright size, colour, orientation. Needs
 * memory for the header only, and no more time for a bomb than for a thumbnail.
 * bytes: the whole file, untrusted, not changed.
 * @throws ImageError image-empty, image-too-many-bytes, image-not-an-image, image-unsupported-format (TIFF, SVG, PDF
 * and others by name, HEIC without a decoder, HDR), image-corrupt, image-animated, image-side-too-long,
 * image-too-many-pixels
 */
export async function readHeader(
  bytes: Uint8Array,
  limits: ImageLimits = defaultImageLimits,
): Promise<SourceInfo> {
  return (await inspectSource(bytes, limits)).info;
}
