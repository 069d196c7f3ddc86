import { ByteReader, type ContainerFacts, corrupt, partCounter } from './facts.ts';

/**
 * Size and animation of a WebP from its RIFF chunks (RFC 9649). An animation of one frame counts as still.
 * @throws ImageError image-corrupt
 */
export function readWebpFacts(bytes: Uint8Array): ContainerFacts {
  const reader = new ByteReader(bytes, 'webp');
  const end = reader.u32(4, true) + 8;
  if (end > bytes.length) throw corrupt('webp', 'shorter than its RIFF header says');
  let size: { widthPx: number; heightPx: number } | null = null;
  let frames = 0;
  const countPart = partCounter('webp');
  let at = 12;
  while (at + 8 <= end) {
    countPart();
    const [type, length] = [reader.text(at, 4), reader.u32(at + 4, true)];
    const data = at + 8;
    if (type === 'VP8X') {
      size ??= { widthPx: reader.u24le(data + 4) + 1, heightPx: reader.u24le(data + 7) + 1 };
    } else if (type === 'VP8 ') {
      size ??= {
        widthPx: reader.u16(data + 6, true) & 0x3fff,
        heightPx: reader.u16(data + 8, true) & 0x3fff,
      };
    } else if (type === 'VP8L') {
      const bits = reader.u32(data + 1, true);
      size ??= { widthPx: (bits & 0x3fff) + 1, heightPx: ((bits >>> 14) & 0x3fff) + 1 };
    } else if (type === 'ANMF') {
      frames += 1;
    }
    at = data + length + (length & 1);
  }
  if (size === null) throw corrupt('webp', 'no picture in the file');
  return { format: 'webp', ...size, isAnimated: frames > 1 };
}
