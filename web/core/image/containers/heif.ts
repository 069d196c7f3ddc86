import type { SourceFormat } from '../types.ts';
import { ByteReader, type CodePoints, type ContainerFacts, corrupt, partCounter } from './facts.ts';

/** Brands of ISO/IEC 23008-12 and of the AV1 image format; null for other ISO media such as video. */
export function heifFormat(
  bytes: Uint8Array,
): { format: SourceFormat & ('heic' | 'avif'); isSequence: boolean } | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = Math.min(view.getUint32(0), bytes.length, 4096);
  const brands: string[] = [];
  for (let at = 8; at + 4 <= end; at += 4) {
    // Bytes 12…15 are the minor version.
    if (at !== 12) brands.push(String.fromCharCode(...bytes.subarray(at, at + 4)));
  }
  const [major] = brands;
  if (brands.includes('avif') || brands.includes('avis'))
    return { format: 'avif', isSequence: major === 'avis' };
  const heic = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1'];
  if (!brands.some((brand) => heic.includes(brand))) return null;
  return { format: 'heic', isSequence: ['hevc', 'hevx', 'msf1'].includes(major ?? '') };
}

/** Boxes that are walked into on the way to the sizes. */
const parents: ReadonlySet<string> = new Set(['meta', 'iprp', 'ipco']);

/**
 * The largest picture that a HEIF or AVIF file declares (`ispe` properties), which is what a decoder may have to
 * hold: a grid's property gives the whole, each tile's its own.
 * @throws ImageError image-corrupt
 */
export function readHeifFacts(
  bytes: Uint8Array,
  format: 'heic' | 'avif',
  isAnimated: boolean,
): ContainerFacts {
  const reader = new ByteReader(bytes, format);
  let [widthPx, heightPx] = [0, 0];
  let codePoints: CodePoints | null = null;
  const countPart = partCounter(format);
  const walk = (from: number, to: number, depth: number): void => {
    let at = from;
    while (at + 8 <= to) {
      countPart();
      const [size32, type] = [reader.u32(at), reader.text(at + 4, 4)];
      const headerBytes = size32 === 1 ? 16 : 8;
      const size = size32 === 1 ? reader.u32(at + 8) * 2 ** 32 + reader.u32(at + 12) : size32 || to - at;
      if (size < headerBytes) throw corrupt(format, `box ${type} of ${size} bytes`);
      const body = at + headerBytes;
      if (type === 'ispe') {
        widthPx = Math.max(widthPx, reader.u32(body + 4));
        heightPx = Math.max(heightPx, reader.u32(body + 8));
      } else if (type === 'colr' && reader.text(body, 4) === 'nclx') {
        codePoints = { primaries: reader.u16(body + 4), transfer: reader.u16(body + 6) };
      } else if (parents.has(type) && depth < 4) {
        walk(body + (type === 'meta' ? 4 : 0), Math.min(at + size, to), depth + 1);
      }
      at += size;
    }
  };
  walk(0, bytes.length, 0);
  if (widthPx === 0 || heightPx === 0) throw corrupt(format, 'no picture size in the file');
  return { format, widthPx, heightPx, isAnimated, ...(codePoints !== null && { codePoints }) };
}
