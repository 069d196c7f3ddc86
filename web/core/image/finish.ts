import { resizeAlpha } from './alpha.ts';
import { flatten, placeOnCanvas, type Rgb } from './canvas.ts';
import { refuse } from './containers/facts.ts';
import { type Encoded, encodeImage } from './encode.ts';
import { chooseFormat, type FormatChoice, mimeTypeOf } from './format.ts';
import { defaultImageLimits, type ImageLimits } from './limits.ts';
import { resizeRaster } from './resize.ts';
import type { KeptMetadata } from './rights-texts.ts';
import type { OutputFormat, Raster, SourceFormat } from './types.ts';
import type { DigitalSourceType } from './xmp.ts';

/** The size that Shopify recommends for product photos. */
export const defaultLongestSidePx = 2048;

/** Where the search for a quality begins: no difference is seen beside the pixels that the engine made. */
const startQuality = 90;
/** A merchant's wish for few bytes does not go below this; Shopify's limit may. */
const minWishedQuality = 60;
const minQuality = 40;
/** How much smaller the next try is when no quality fits the byte limit. */
const shrinkStep = 0.85;

export interface FinishOptions {
  readonly format: FormatChoice;
  /** What the file in the shop is: decides what `keep` means. */
  readonly sourceFormat: SourceFormat;
  /** Longest side of the picture (of the canvas, where there is one); never enlarged to it; null: as it came. */
  readonly longestSidePx: number | null;
  /**
   * Null: no canvas. Else a square around the picture, padded with this colour; a transparent picture that stays
   * transparent is padded with transparency instead.
   */
  readonly squarePadding: Rgb | null;
  /** Colour under a transparent picture when it is written as JPEG; null: refuse to guess. */
  readonly background: Rgb | null;
  /** A merchant's wish; met where a decent quality meets it. Null: only Shopify's limit counts. */
  readonly goalBytes: number | null;
  /** Rights to write again, as `prepare` found them; null: the merchant keeps none. */
  readonly keep: KeptMetadata | null;
  /** How an engine made it; null: none did. */
  readonly sourceType: DigitalSourceType | null;
  readonly limits?: ImageLimits;
}

export interface FinishedImage {
  readonly bytes: Uint8Array;
  readonly format: OutputFormat;
  readonly mimeType: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly hasAlpha: boolean;
  /** Quality that was settled on, 1…100; null for PNG. */
  readonly quality: number | null;
  /** What a merchant may want to know, one sentence each. */
  readonly notes: readonly string[];
}

interface Picture {
  readonly rgb: Raster<3>;
  readonly alpha: Raster<1> | null;
}

/** Factor ≤ 1 that brings the picture within the target and within what a shop takes. */
function fitScale({ rgb }: Picture, options: FinishOptions, limits: ImageLimits): number {
  const longestPx = Math.max(rgb.widthPx, rgb.heightPx);
  const canvasPixels = options.squarePadding === null ? rgb.widthPx * rgb.heightPx : longestPx * longestPx;
  return Math.min(
    1,
    (options.longestSidePx ?? Number.POSITIVE_INFINITY) / longestPx,
    limits.maxOutputSidePx / longestPx,
    Math.sqrt(limits.maxOutputPixels / canvasPixels),
  );
}

async function scaled({ rgb, alpha }: Picture, scale: number): Promise<Picture> {
  if (scale >= 1) return { rgb, alpha };
  // The longer side is rounded down, so that rounding never passes a cap.
  const size = (sidePx: number): number => Math.max(1, Math.floor(sidePx * scale + 1e-9));
  const [widthPx, heightPx] = [size(rgb.widthPx), size(rgb.heightPx)];
  return {
    rgb: await resizeRaster(rgb, widthPx, heightPx),
    alpha: alpha && (await resizeAlpha(alpha, widthPx, heightPx)),
  };
}

function squared({ rgb, alpha }: Picture, padding: Rgb | null): Picture {
  const sidePx = Math.max(rgb.widthPx, rgb.heightPx);
  if (padding === null || (rgb.widthPx === sidePx && rgb.heightPx === sidePx)) return { rgb, alpha };
  return {
    rgb: placeOnCanvas(rgb, sidePx, sidePx, [padding.r, padding.g, padding.b]),
    alpha: alpha && placeOnCanvas(alpha, sidePx, sidePx, [0]),
  };
}

function checkOptions({ rgb, alpha }: Picture, options: FinishOptions): void {
  const isWhole = (value: number | null, least: number): boolean =>
    value === null || (Number.isSafeInteger(value) && value >= least);
  if (!isWhole(options.longestSidePx, 1)) {
    refuse('image-parameter', 'The longest side must be a whole number of pixels from 1.');
  }
  if (!isWhole(options.goalBytes, 1))
    refuse('image-parameter', 'The byte goal must be a whole number from 1.');
  for (const colour of [options.squarePadding, options.background]) {
    if (
      colour !== null &&
      ![colour.r, colour.g, colour.b].every((value) => isWhole(value, 0) && value <= 255)
    ) {
      refuse('image-parameter', 'A colour needs whole numbers from 0 to 255 for red, green and blue.');
    }
  }
  if (alpha !== null && (alpha.widthPx !== rgb.widthPx || alpha.heightPx !== rgb.heightPx)) {
    refuse('image-parameter', 'Colour and transparency of the picture differ in size.');
  }
}

/**
 * From an engine's pixels to a file that a shop takes: target size, canvas, format, quality, sRGB tag, rights and
 * the mark of the edit. At most 20 MP, 5000 px a side and less than 20 MB, whatever is asked for.
 *
 * image: colour and straight alpha of the same size, not changed. Alpha is written as it is; a JPEG of a transparent
 * picture needs a background colour. A C2PA manifest is not carried over: it is signed for the source's exact bytes,
 * and on other pixels every reader would report tampering; the notes say so, and the original keeps it.
 * The signal is checked between the steps.
 * @throws ImageError image-needs-background, image-cannot-keep-format, image-parameter; an aborted signal throws
 * its reason
 */
export async function finish(
  image: Picture,
  options: FinishOptions,
  signal?: AbortSignal,
): Promise<FinishedImage> {
  const limits = options.limits ?? defaultImageLimits;
  checkOptions(image, options);
  const format = chooseFormat(options.format, options.sourceFormat);
  const { background } = options;
  const isFlattened = format === 'jpg' && image.alpha !== null;
  if (isFlattened && background === null) {
    refuse(
      'image-needs-background',
      'This image has transparent parts, which JPEG cannot hold; choose a background colour, or PNG or WebP.',
    );
  }
  const notes: string[] = [];
  for (let scale = fitScale(image, options, limits); ; scale *= shrinkStep) {
    signal?.throwIfAborted();
    const sized = await scaled(image, scale);
    signal?.throwIfAborted();
    const placed = squared(sized, options.squarePadding);
    const { rgb, alpha } =
      placed.alpha !== null && isFlattened && background !== null
        ? { rgb: flatten(placed.rgb, placed.alpha, background), alpha: null }
        : placed;
    signal?.throwIfAborted();
    const encoded = await encodeWithin(rgb, alpha, format, options, limits);
    if (encoded.bytes.length > limits.maxOutputBytes && Math.max(rgb.widthPx, rgb.heightPx) > 1) {
      continue;
    }
    notes.push(...describe(encoded, format, options, scale < fitScale(image, options, limits)));
    return {
      bytes: encoded.bytes,
      format,
      mimeType: mimeTypeOf(format),
      widthPx: rgb.widthPx,
      heightPx: rgb.heightPx,
      hasAlpha: alpha !== null,
      quality: encoded.quality,
      notes,
    };
  }
}

/** First the merchant's goal at decent qualities; failing that, the limit of the shop at any quality that is tried. */
async function encodeWithin(
  rgb: Raster<3>,
  alpha: Raster<1> | null,
  format: OutputFormat,
  { goalBytes, sourceType, keep }: FinishOptions,
  { maxOutputBytes }: ImageLimits,
): Promise<Encoded> {
  const request = { rgb, alpha, format, sourceType, rights: keep, quality: startQuality };
  if (goalBytes !== null && goalBytes < maxOutputBytes) {
    const wished = await encodeImage({ ...request, minQuality: minWishedQuality, maxBytes: goalBytes });
    if (wished.bytes.length <= maxOutputBytes) return wished;
  }
  return await encodeImage({ ...request, minQuality, maxBytes: maxOutputBytes });
}

function describe(
  { bytes, quality }: Encoded,
  format: OutputFormat,
  { goalBytes, keep }: FinishOptions,
  isShrunk: boolean,
): string[] {
  const notes: string[] = [];
  if (isShrunk)
    notes.push('The image was made smaller so that its file stays below the 20 MB that Shopify takes.');
  if (goalBytes !== null && bytes.length > goalBytes) {
    notes.push(
      quality === null
        ? `A ${format.toUpperCase()} file keeps every pixel, so its size of ${bytes.length} bytes could not be brought down to ${goalBytes}.`
        : `The file has ${bytes.length} bytes: ${goalBytes} could not be reached without visible damage.`,
    );
  }
  if (keep?.hasContentCredentials) {
    notes.push(
      'The Content Credentials (C2PA) of the source are bound to its exact bytes and were not copied; they stay with the original.',
    );
  }
  return notes;
}
