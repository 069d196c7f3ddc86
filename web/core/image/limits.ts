/** How much an image may ask of the process, and what a shop takes back. All numbers are positive integers. */
export interface ImageLimits {
  /** Largest file that is opened. */
  readonly maxInputBytes: number;
  /** Largest width × height that is decoded. */
  readonly maxInputPixels: number;
  /** Longest side that is decoded. */
  readonly maxInputSidePx: number;
  /** Shortest side that an engine gets. */
  readonly minSidePx: number;
  /** Time that libvips may spend on decoding one image. */
  readonly decodeTimeoutMs: number;
  readonly maxOutputPixels: number;
  readonly maxOutputSidePx: number;
  /** Largest file that is written, inclusive. */
  readonly maxOutputBytes: number;
}

/**
 * Shopify takes images up to 5000 × 5000 px, 25 MP and less than 20 MB (Help Center, "Product media types"), so
 * nothing larger can be a shop's file; an older guide says 4472 × 4472 px and 20 MP, so that is all that goes back.
 * "20 MB" is read as 20,000,000 bytes going out, with room for headers, and as 20 MiB coming in: the careful
 * reading each time. Sides: WebP ends at 16,383 px. Shortest side: InvSR loops for ever on a side of 1 px, and below
 * 16 px no photo is left to sharpen.
 */
export const defaultImageLimits: ImageLimits = {
  maxInputBytes: 20 * 1024 * 1024,
  maxInputPixels: 25_000_000,
  maxInputSidePx: 16_383,
  minSidePx: 16,
  decodeTimeoutMs: 20_000,
  maxOutputPixels: 20_000_000,
  maxOutputSidePx: 5_000,
  maxOutputBytes: 19_900_000,
};
