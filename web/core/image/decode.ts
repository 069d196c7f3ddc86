import sharp, { type SharpOptions } from 'sharp';
import { profileOfCodePoints } from './code-points.ts';
import { corrupt } from './containers/facts.ts';
import { deepToSrgb } from './deep-colour.ts';
import { ImageError } from './errors.ts';
import type { InspectedSource } from './header.ts';
import { type IccProfile, readIccProfile } from './icc.ts';
import type { ImageLimits } from './limits.ts';
import { isSrgbProfile } from './srgb.ts';

/** Upright 8-bit sRGB samples, still interleaved as decoded. */
export interface DecodedSource {
  readonly data: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly channels: 3 | 4;
  /** True where the samples are the file's own: no profile applied, no depth cut. */
  readonly isUnconverted: boolean;
}

/**
 * Warnings of libpng that say nothing about the pixels: odd metadata, a known-wrong profile. Pixel data that does
 * not match its checksum is an error to libpng, never a warning, so reading on is safe.
 */
const harmlessPngWarning =
  /iCCP|sRGB|gAMA|cHRM|tIME|pHYs|eXIf|sBIT|bKGD|hIST|sPLT|oFFs|pCAL|cICP|known incorrect|duplicate/;

/**
 * Whether libjpeg's complaint is only about padding before the end mark, which some cameras write. Other leftovers,
 * and leftovers elsewhere, are what remains of a scan that lost its thread.
 */
function isJpegPadding(message: string, bytes: Uint8Array): boolean {
  const count = Number(/(\d+) extraneous bytes before marker 0xd9/.exec(message)?.[1] ?? 0);
  if (count === 0) return false;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return [0x00, 0xff].some((pad) => buffer.includes(Buffer.from([...Array(count).fill(pad), 0xff, 0xd9])));
}

interface Plan {
  readonly depth: 8 | 16;
  /** The profile is taken as absent: there is none, it is broken, or it says sRGB. */
  readonly ignoresIcc: boolean;
  /** Applied by us, at full depth. */
  readonly deepProfile: Exclude<IccProfile, { kind: 'table' }> | null;
  readonly isConverted: boolean;
}

/** The device space that a profile is for. */
function spaceOf(profile: IccProfile): string {
  if (profile.kind === 'table') return profile.space;
  return profile.kind === 'grey' ? 'GRAY' : 'RGB ';
}

/** Spaces of libvips in which a profile of the given device space may stand. */
const profileSpace = (space: string): string =>
  space === 'cmyk' ? 'CMYK' : space === 'b-w' || space === 'grey16' ? 'GRAY' : 'RGB ';

function plan({ metadata, codePoints }: InspectedSource): Plan {
  const space = metadata.space ?? 'srgb';
  const isDeep = space === 'rgb16' || space === 'grey16';
  if (codePoints !== null) {
    const profile = profileOfCodePoints(codePoints);
    const deepProfile = profile?.kind === 'matrix' ? profile : null;
    return { depth: isDeep ? 16 : 8, ignoresIcc: true, deepProfile, isConverted: true };
  }
  const found = metadata.icc === undefined ? null : readIccProfile(metadata.icc);
  const isFitting = found !== null && spaceOf(found) === profileSpace(space) && !isSrgbProfile(found);
  const profile = isFitting ? found : null;
  if (isDeep && profile?.kind !== 'table') {
    return { depth: 16, ignoresIcc: true, deepProfile: profile, isConverted: true };
  }
  const isConverted = profile !== null || (space !== 'srgb' && space !== 'b-w');
  return { depth: 8, ignoresIcc: profile === null, deepProfile: null, isConverted };
}

/** One decode by libvips to interleaved sRGB samples of the plan's depth. */
async function run(
  source: InspectedSource,
  { depth, ignoresIcc }: Plan,
  failOn: 'warning' | 'error',
  limits: ImageLimits,
): Promise<{ data: Buffer; widthPx: number; heightPx: number; channels: number }> {
  const options: SharpOptions = {
    autoOrient: true,
    failOn,
    ignoreIcc: ignoresIcc,
    limitInputPixels: limits.maxInputPixels,
    sequentialRead: true,
  };
  const image = sharp(source.bytes, options).timeout({ seconds: Math.ceil(limits.decodeTimeoutMs / 1000) });
  // A table profile cannot be applied to 16-bit samples by us: libvips cuts them to 8 bits first, then applies it.
  if (depth === 8 && source.metadata.depth === 'ushort') image.pipelineColourspace('srgb');
  const { data, info } = await (depth === 16
    ? image.toColourspace('rgb16').raw({ depth: 'ushort' })
    : image.toColourspace('srgb').raw()
  ).toBuffer({ resolveWithObject: true });
  return { data, widthPx: info.width, heightPx: info.height, channels: info.channels };
}

async function runLeniently(source: InspectedSource, how: Plan, limits: ImageLimits): ReturnType<typeof run> {
  try {
    return await run(source, how, 'warning', limits);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : '';
    const isHarmless =
      source.info.format === 'jpg'
        ? isJpegPadding(message, source.bytes)
        : source.info.format === 'png' && harmlessPngWarning.test(message);
    if (isHarmless) return await run(source, how, 'error', limits);
    throw cause;
  }
}

/**
 * Decodes a source whose header was checked: upright by its EXIF orientation, converted to 8-bit sRGB by its own
 * profile where it has a sound one that is not sRGB; a broken profile, or one for another kind of pixels, counts as
 * none. CMYK without a profile goes through libvips' own CMYK profile. 16-bit samples are converted at full depth.
 * @throws ImageError image-corrupt (also for a file cut short), image-took-too-long
 */
export async function decodeSource(source: InspectedSource, limits: ImageLimits): Promise<DecodedSource> {
  const how = plan(source);
  let decoded: Awaited<ReturnType<typeof run>>;
  try {
    decoded = await runLeniently(source, how, limits);
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : 'unreadable';
    if (/timeout/i.test(detail)) {
      throw new ImageError(
        'image-took-too-long',
        `Reading this image took longer than ${Math.ceil(limits.decodeTimeoutMs / 1000)} seconds; save it again in a simpler form.`,
        { cause },
      );
    }
    throw corrupt(source.info.format, detail, cause);
  }
  const { data, widthPx, heightPx } = decoded;
  if (decoded.channels !== 3 && decoded.channels !== 4) {
    throw corrupt(source.info.format, `${decoded.channels} channels after conversion`);
  }
  const channels = decoded.channels;
  if (how.depth === 8 && how.deepProfile === null) {
    return { data, widthPx, heightPx, channels, isUnconverted: !how.isConverted };
  }
  const samples =
    how.depth === 16
      ? new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2)
      : Uint16Array.from(data, (value) => value * 257);
  return {
    data: deepToSrgb(samples, channels, how.deepProfile),
    widthPx,
    heightPx,
    channels,
    isUnconverted: false,
  };
}
