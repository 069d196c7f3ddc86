import { ImageError, type ImageErrorCode } from '../errors.ts';
import type { SourceFormat } from '../types.ts';

/** What a file's own structure says, read without any codec. Sizes are as stored, before orientation. */
export interface ContainerFacts {
  readonly format: SourceFormat;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly isAnimated: boolean;
  /** Colour as ITU-T H.273 code points (PNG cICP, HEIF nclx), which libvips does not look at; left out where none. */
  readonly codePoints?: CodePoints;
}

export interface CodePoints {
  readonly primaries: number;
  readonly transfer: number;
}

const formatNames: Readonly<Record<SourceFormat, string>> = {
  jpg: 'JPEG',
  png: 'PNG',
  webp: 'WebP',
  gif: 'GIF',
  heic: 'HEIC',
  avif: 'AVIF',
};

/** The format's name as people write it. */
export const formatName = (format: SourceFormat): string => formatNames[format];

/** The file breaks its own format's rules, or ends too early. detail is for the log. */
export function corrupt(format: SourceFormat, detail: string, cause?: unknown): ImageError {
  return new ImageError(
    'image-corrupt',
    `This ${formatName(format)} file is damaged or incomplete, so its picture cannot be trusted; export it again and upload the new file.`,
    { detail: `${format}: ${detail}`, cause },
  );
}

/** More segments, chunks or boxes than any real file has: walking on would only burn time. */
const maxParts = 20_000;

/** Counts the parts of a file while they are walked; throws the format's corrupt error when they never end. */
export function partCounter(format: SourceFormat): () => void {
  let parts = 0;
  return () => {
    parts += 1;
    if (parts > maxParts) throw corrupt(format, `more than ${maxParts} parts`);
  };
}

/** Throws an ImageError with the given code when the condition does not hold. */
export function refuse(code: ImageErrorCode, sentence: string, detail?: string): never {
  throw new ImageError(code, sentence, detail === undefined ? {} : { detail });
}

/** Big-endian or little-endian reads within bounds: reading past the end throws the format's corrupt error. */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  readonly #format: SourceFormat;

  constructor(bytes: Uint8Array, format: SourceFormat) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#format = format;
  }

  get length(): number {
    return this.bytes.length;
  }

  #need(at: number, count: number): void {
    if (at < 0 || at + count > this.bytes.length) throw corrupt(this.#format, `ends inside a field at ${at}`);
  }

  u8(at: number): number {
    this.#need(at, 1);
    return this.#view.getUint8(at);
  }

  u16(at: number, isLittleEndian = false): number {
    this.#need(at, 2);
    return this.#view.getUint16(at, isLittleEndian);
  }

  u24le(at: number): number {
    return this.u16(at, true) | (this.u8(at + 2) << 16);
  }

  u32(at: number, isLittleEndian = false): number {
    this.#need(at, 4);
    return this.#view.getUint32(at, isLittleEndian);
  }

  /** Latin-1 text. */
  text(at: number, count: number): string {
    this.#need(at, count);
    return String.fromCharCode(...this.bytes.subarray(at, at + count));
  }
}
