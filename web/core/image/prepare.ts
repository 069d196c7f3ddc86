import { refuse } from './containers/facts.ts';
import { decodeSource } from './decode.ts';
import { inspectSource } from './header.ts';
import { readJpegConstraint } from './jpeg-constraint.ts';
import { defaultImageLimits, type ImageLimits } from './limits.ts';
import { splitAlpha } from './matte.ts';
import { encodeRasterPng } from './prepared.ts';
import { resizeRaster } from './resize.ts';
import { readKeptMetadata } from './rights.ts';
import type { KeptMetadata } from './rights-texts.ts';
import type { PreparedImage, Raster, SourceInfo } from './types.ts';

export interface PrepareOptions {
  /** Longest side that the engine gets, in pixels (InvSR's `resize`): larger sources are shrunk; null: as it is. */
  readonly maxInputSidePx: number | null;
  /** Shortest side that the engine takes, in pixels; the limits' own where it is left out. */
  readonly minSidePx?: number;
  readonly limits?: ImageLimits;
}

export interface PreparedSource {
  readonly image: PreparedImage;
  /** Lossless PNG of `image.rgb`: what is stored, named by its digest, and sent to remote engines. */
  readonly png: Uint8Array;
  readonly alphaPng: Uint8Array | null;
  readonly info: SourceInfo;
  /** Rights that the source states, for `finish` to write again. */
  readonly keep: KeptMetadata;
}

/**
 * From a file's bytes to exactly what an engine gets: checked, upright, 8-bit sRGB, opaque, with its alpha apart.
 *
 * source: untrusted, not changed. A source without any visible difference in alpha comes out with alpha null.
 * `image.jpeg` is there only while the pixels are the JPEG's own: no profile applied, not resized, not turned.
 * The signal is checked between the steps.
 * @throws ImageError as readHeader, and image-too-small, image-took-too-long, image-parameter; an aborted signal
 * throws its reason
 */
export async function prepare(
  source: Uint8Array,
  options: PrepareOptions,
  signal?: AbortSignal,
): Promise<PreparedSource> {
  const limits = options.limits ?? defaultImageLimits;
  const { maxInputSidePx, minSidePx = limits.minSidePx } = options;
  if (maxInputSidePx !== null && (!Number.isSafeInteger(maxInputSidePx) || maxInputSidePx < minSidePx)) {
    refuse('image-parameter', `The longest side must be a whole number from ${minSidePx} pixels.`);
  }
  signal?.throwIfAborted();
  const inspected = await inspectSource(source, limits);
  const { info } = inspected;
  const target = targetSize(info, maxInputSidePx);
  if (Math.min(target.widthPx, target.heightPx) < minSidePx) {
    refuse(
      'image-too-small',
      `This image is ${info.widthPx} × ${info.heightPx} pixels; its shorter side needs at least ${minSidePx} to be sharpened.`,
    );
  }
  signal?.throwIfAborted();
  const decoded = await decodeSource(inspected, limits);
  signal?.throwIfAborted();
  const { widthPx, heightPx } = decoded;
  const split =
    decoded.channels === 4
      ? splitAlpha(decoded.data, widthPx, heightPx)
      : { rgb: { data: decoded.data, widthPx, heightPx, channels: 3 } as Raster<3>, alpha: null };
  signal?.throwIfAborted();
  const rgb = await resizeRaster(split.rgb, target.widthPx, target.heightPx);
  const alpha = split.alpha && (await resizeRaster(split.alpha, target.widthPx, target.heightPx, 'cubic'));
  const isOwnGrid =
    info.format === 'jpg' && decoded.isUnconverted && info.orientation === 1 && rgb === split.rgb;
  const jpeg = isOwnGrid ? readJpegConstraint(source) : null;
  signal?.throwIfAborted();
  const png = await encodeRasterPng(rgb);
  const alphaPng = alpha && (await encodeRasterPng(alpha));
  return { image: { rgb, alpha, jpeg }, png, alphaPng, info, keep: readKeptMetadata(source, inspected) };
}

function targetSize(
  { widthPx, heightPx }: SourceInfo,
  maxSidePx: number | null,
): { readonly widthPx: number; readonly heightPx: number } {
  const longestPx = Math.max(widthPx, heightPx);
  if (maxSidePx === null || longestPx <= maxSidePx) return { widthPx, heightPx };
  const shrunk = (sidePx: number): number => Math.max(1, Math.round((sidePx * maxSidePx) / longestPx));
  return { widthPx: shrunk(widthPx), heightPx: shrunk(heightPx) };
}
