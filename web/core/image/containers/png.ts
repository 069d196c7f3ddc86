import { crc32 } from 'node:zlib';
import { ByteReader, type CodePoints, type ContainerFacts, corrupt, partCounter } from './facts.ts';

/** Allowed bit depths for each colour type (PNG specification, third edition, table 8). */
const bitDepths: ReadonlyMap<number, readonly number[]> = new Map([
  [0, [1, 2, 4, 8, 16]],
  [2, [8, 16]],
  [3, [1, 2, 4, 8]],
  [4, [8, 16]],
  [6, [8, 16]],
]);

/** Text may be deflated a thousandfold, in as many chunks as fit: libpng would inflate each of them. */
const textChunks: ReadonlySet<string> = new Set(['tEXt', 'zTXt', 'iTXt']);

export interface PngChunk {
  readonly type: string;
  /** Where the chunk's length field begins, and where its checksum ends. */
  readonly start: number;
  readonly end: number;
}

/**
 * The chunks in order, up to IEND or to the end of the bytes; a chunk cut short is left out.
 * @throws ImageError image-corrupt for chunks without end
 */
export function* pngChunks(bytes: Uint8Array): Generator<PngChunk> {
  const reader = new ByteReader(bytes, 'png');
  const countPart = partCounter('png');
  let start = 8;
  while (start + 12 <= bytes.length) {
    countPart();
    const end = start + 12 + reader.u32(start);
    if (end > bytes.length) return;
    const type = reader.text(start + 4, 4);
    yield { type, start, end };
    if (type === 'IEND') return;
    start = end;
  }
}

/**
 * Size and animation of a PNG from its chunks. An APNG of one frame counts as still.
 * @throws ImageError image-corrupt
 */
export function readPngFacts(bytes: Uint8Array): ContainerFacts {
  const reader = new ByteReader(bytes, 'png');
  if (reader.u32(8) !== 13 || reader.text(12, 4) !== 'IHDR') throw corrupt('png', 'no IHDR');
  const [bitDepth, colourType] = [reader.u8(24), reader.u8(25)];
  if (!bitDepths.get(colourType)?.includes(bitDepth)) {
    throw corrupt('png', `colour type ${colourType} with ${bitDepth} bit`);
  }
  let frames = 1;
  let codePoints: CodePoints | null = null;
  for (const { type, start } of pngChunks(bytes)) {
    if (type === 'acTL') frames = reader.u32(start + 8);
    if (type === 'cICP') codePoints = { primaries: reader.u8(start + 8), transfer: reader.u8(start + 9) };
    if (type === 'IDAT') break;
  }
  const size = { widthPx: reader.u32(16), heightPx: reader.u32(20) };
  return { format: 'png', ...size, isAnimated: frames > 1, ...(codePoints && { codePoints }) };
}

/** The same PNG without its text chunks: the same bytes where there are none. Pixels and colour are untouched. */
export function withoutPngText(bytes: Uint8Array): Uint8Array {
  const chunks = [...pngChunks(bytes)];
  if (!chunks.some(({ type }) => textChunks.has(type))) return bytes;
  // What follows the last whole chunk goes along, so that damage stays visible to the decoder.
  const tail = bytes.subarray(chunks.at(-1)?.end ?? bytes.length);
  const kept = chunks.filter(({ type }) => !textChunks.has(type));
  return Buffer.concat([
    bytes.subarray(0, 8),
    ...kept.map(({ start, end }) => bytes.subarray(start, end)),
    tail,
  ]);
}

/** The same PNG with whole chunks (length to checksum) put right behind IHDR. */
export function withPngChunks(png: Uint8Array, chunks: readonly Uint8Array[]): Uint8Array {
  const behindHeader = 8 + 25;
  return Buffer.concat([png.subarray(0, behindHeader), ...chunks, png.subarray(behindHeader)]);
}

function chunkOf(type: string, data: Uint8Array): Uint8Array {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

/**
 * The same PNG with an XMP packet where ISO 16684-3 wants it: an iTXt chunk, uncompressed. libvips writes zTXt
 * instead, which readers of metadata do not look into and which cannot hold UTF-8.
 */
export function withPngXmp(png: Uint8Array, packet: string): Uint8Array {
  const head = Buffer.from('XML:com.adobe.xmp\0\0\0\0\0', 'latin1');
  return withPngChunks(png, [chunkOf('iTXt', Buffer.concat([head, Buffer.from(packet)]))]);
}
