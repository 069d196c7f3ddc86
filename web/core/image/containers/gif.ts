import { ByteReader, type ContainerFacts, corrupt } from './facts.ts';

/**
 * Size and animation of a GIF from its blocks (GIF89a specification). The size is the largest that any frame or the
 * screen asks for, since that is what a decoder has to hold.
 * @throws ImageError image-corrupt
 */
export function readGifFacts(bytes: Uint8Array): ContainerFacts {
  const reader = new ByteReader(bytes, 'gif');
  let [widthPx, heightPx] = [reader.u16(6, true), reader.u16(8, true)];
  const tableBytes = (flags: number): number => ((flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1));
  const skipSubBlocks = (from: number): number => {
    let at = from;
    while (at < bytes.length && reader.u8(at) !== 0) at += reader.u8(at) + 1;
    return at + 1;
  };
  let frames = 0;
  let at = 13 + tableBytes(reader.u8(10));
  while (at < bytes.length && frames < 2) {
    const introducer = reader.u8(at);
    if (introducer === 0x21) {
      at = skipSubBlocks(at + 2);
    } else if (introducer === 0x2c) {
      frames += 1;
      widthPx = Math.max(widthPx, reader.u16(at + 1, true) + reader.u16(at + 5, true));
      heightPx = Math.max(heightPx, reader.u16(at + 3, true) + reader.u16(at + 7, true));
      at = skipSubBlocks(at + 10 + tableBytes(reader.u8(at + 9)) + 1);
    } else {
      // The trailer, or junk after the last frame, which every decoder ignores.
      break;
    }
  }
  if (frames === 0) throw corrupt('gif', 'no picture in the file');
  return { format: 'gif', widthPx, heightPx, isAnimated: frames > 1 };
}
