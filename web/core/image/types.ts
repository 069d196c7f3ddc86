/**
 * What the image core hands on. A raster is 8-bit samples, row-major, channels interleaved, no row padding:
 * data.length === widthPx * heightPx * channels. Colour is sRGB (IEC 61966-2-1), alpha is straight.
 */
export interface Raster<C extends 1 | 3 | 4 = 1 | 3 | 4> {
  readonly data: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
  /** 1: grey or alpha · 3: RGB · 4: RGBA */
  readonly channels: C;
}

/** The formats that a shop's file may have and that Vitrine reads. Only the first three are written. */
export type SourceFormat = 'jpg' | 'png' | 'webp' | 'gif' | 'heic' | 'avif';
export type OutputFormat = 'jpg' | 'png' | 'webp';

/** What the source's header says, before any pixel is decoded. Sizes are upright (EXIF orientation applied). */
export interface SourceInfo {
  readonly format: SourceFormat;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly bytes: number;
  readonly hasAlpha: boolean;
  /** EXIF orientation 1…8; 1 where none is stored. */
  readonly orientation: number;
  /** libvips' name of the stored space, such as srgb, cmyk, b-w, rgb16. */
  readonly colourSpace: string;
  readonly hasIccProfile: boolean;
  readonly isAnimated: boolean;
}

/**
 * What a JPEG source says about its own pixels: each stored DCT coefficient is a multiple of its table's entry, so
 * the true value lies within half a step. Only present while the raster is on the JPEG's own 8×8 grid.
 */
export interface JpegConstraint {
  /** 64 quantisation steps in natural (row-major) order, for luma (Y) and chroma (Cb and Cr). */
  readonly lumaSteps: readonly number[];
  readonly chromaSteps: readonly number[];
  /** Luma samples for one chroma sample along each axis: 1 or 2. */
  readonly chromaSubsampling: { readonly x: number; readonly y: number };
}

/** Exactly what an engine gets: upright, sRGB, 8-bit, opaque. */
export interface PreparedImage {
  readonly rgb: Raster<3>;
  /** Straight alpha at the same size; null for an opaque source (a fully opaque alpha counts as none). */
  readonly alpha: Raster<1> | null;
  /** Null unless the pixels of `rgb` are the decoded JPEG's own: not resized, not converted, upright as stored. */
  readonly jpeg: JpegConstraint | null;
}

/** Lines between an engine's tiles, in output pixels, where a seam would be looked for. */
export interface TileLines {
  readonly x: readonly number[];
  readonly y: readonly number[];
}
