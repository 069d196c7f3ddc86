import sharp, { type Sharp } from 'sharp';
import { joinAlpha } from './alpha.ts';
import { needsFullChroma } from './chroma.ts';
import { pngChunks, withPngChunks, withPngXmp } from './containers/png.ts';
import { whitenHidden } from './hidden.ts';
import { findPalette, isSamePicture } from './palette.ts';
import type { KeptMetadata } from './rights-texts.ts';
import type { OutputFormat, Raster } from './types.ts';
import { type DigitalSourceType, xmpPacket } from './xmp.ts';

export interface EncodeRequest {
  readonly rgb: Raster<3>;
  readonly alpha: Raster<1> | null;
  readonly format: OutputFormat;
  /** Where the search for a quality starts, 1…100. */
  readonly quality: number;
  /** Lowest quality that is tried. */
  readonly minQuality: number;
  /** Bytes to stay at or below, if a quality in the range reaches it. */
  readonly maxBytes: number;
  readonly sourceType: DigitalSourceType | null;
  readonly rights: KeptMetadata | null;
}

export interface Encoded {
  readonly bytes: Uint8Array;
  /** 1…100; null for PNG, which is lossless. */
  readonly quality: number | null;
  readonly isFullChroma: boolean;
}

/**
 * sRGB tag and the rights that EXIF has a place for; whatever else a source carried was left behind on the way.
 * EXIF holds ASCII only, so libvips spells names without their accents there; XMP has them in full.
 */
function withTags(image: Sharp, { rights }: EncodeRequest): Sharp {
  const tags = {
    ...(rights?.copyright ? { Copyright: rights.copyright } : {}),
    ...(rights?.creator ? { Artist: rights.creator } : {}),
  };
  const tagged = image.withIccProfile('srgb');
  return Object.keys(tags).length === 0 ? tagged : tagged.withExif({ IFD0: tags });
}

/** The same, and the XMP packet with the mark of the edit and all rights, where libvips writes it as it should be. */
function withMetadata(image: Sharp, request: EncodeRequest): Sharp {
  return withTags(image, request).withXmp(xmpPacket(request.sourceType, request.rights));
}

function open(raster: Raster): Sharp {
  const { widthPx: width, heightPx: height, channels } = raster;
  return sharp(raster.data, { raw: { width, height, channels }, limitInputPixels: false });
}

/** The highest quality whose bytes fit, by bisection; the lowest where none does. */
async function searchQuality(
  encodeAt: (quality: number) => Promise<Uint8Array>,
  { quality, minQuality, maxBytes }: EncodeRequest,
): Promise<{ readonly bytes: Uint8Array; readonly quality: number }> {
  const first = await encodeAt(quality);
  if (first.length <= maxBytes || quality <= minQuality) return { bytes: first, quality };
  let best = { bytes: await encodeAt(minQuality), quality: minQuality };
  if (best.bytes.length > maxBytes) return best;
  let [low, high] = [minQuality, quality];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    const bytes = await encodeAt(middle);
    if (bytes.length <= maxBytes) {
      best = { bytes, quality: middle };
      low = middle;
    } else {
      high = middle;
    }
  }
  return best;
}

/**
 * The chunks that carry a PNG's tags, taken from a picture of one pixel: libvips would send every pixel of the real
 * one through its colour engine, from sRGB to sRGB, only to attach the profile.
 */
async function pngTags(request: EncodeRequest): Promise<readonly Uint8Array[]> {
  const pixel = open({ data: new Uint8Array(3), widthPx: 1, heightPx: 1, channels: 3 });
  const png = await withTags(pixel, request).png().toBuffer();
  return [...pngChunks(png)]
    .filter(({ type }) => type === 'iCCP' || type === 'eXIf')
    .map(({ start, end }) => png.subarray(start, end));
}

/**
 * PNG as small as it can be without losing a value that is seen: with a palette where 256 colours are enough and the
 * result decodes to the same pixels, else in true colour.
 */
async function encodePng(request: EncodeRequest): Promise<Encoded> {
  const { rgb, alpha } = request;
  const raster = alpha === null ? rgb : joinAlpha(rgb, alpha);
  if (raster.channels === 4) whitenHidden(raster);
  const tags = await pngTags(request);
  const packet = xmpPacket(request.sourceType, request.rights);
  const encoded = (png: Uint8Array): Encoded => ({
    bytes: withPngXmp(withPngChunks(png, tags), packet),
    quality: null,
    isFullChroma: true,
  });
  if (findPalette(raster) !== null) {
    const png = await open(raster)
      .png({ palette: true, colours: 256, quality: 100, dither: 0, effort: 7, compressionLevel: 9 })
      .toBuffer();
    if (await isSamePicture(png, raster)) return encoded(png);
  }
  // Level 5 takes two thirds of level 6's time for 2 % more bytes.
  return encoded(
    await open(raster).png({ compressionLevel: 5, adaptiveFiltering: true, palette: false }).toBuffer(),
  );
}

async function encodeJpeg(request: EncodeRequest): Promise<Encoded> {
  const isFullChroma = needsFullChroma(request.rgb);
  const found = await searchQuality(
    (quality) =>
      withMetadata(open(request.rgb), request)
        .jpeg({ quality, mozjpeg: true, chromaSubsampling: isFullChroma ? '4:4:4' : '4:2:0' })
        .toBuffer(),
    request,
  );
  return { ...found, isFullChroma };
}

async function encodeWebp(request: EncodeRequest): Promise<Encoded> {
  const { rgb, alpha } = request;
  const raster = alpha === null ? rgb : joinAlpha(rgb, alpha);
  // Lossy WebP always halves colour; its slower, sharper way of doing so is kept for pictures where that shows.
  const smartSubsample = needsFullChroma(rgb);
  const found = await searchQuality(
    (quality) =>
      withMetadata(open(raster), request).webp({ quality, alphaQuality: 100, smartSubsample }).toBuffer(),
    request,
  );
  return { ...found, isFullChroma: false };
}

/**
 * Encodes a finished picture. JPEG ignores alpha: flatten first. The result may be larger than maxBytes when even
 * minQuality, or PNG's losslessness, needs more; the caller decides what then.
 */
export async function encodeImage(request: EncodeRequest): Promise<Encoded> {
  if (request.format === 'png') return await encodePng(request);
  return request.format === 'jpg' ? await encodeJpeg(request) : await encodeWebp(request);
}
