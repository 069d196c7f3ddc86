import { ByteReader, type ContainerFacts, corrupt, partCounter, refuse } from './facts.ts';

/**
 * More scans than any encoder writes (mozjpeg's search ends at about a dozen). Each scan makes the decoder walk the
 * whole picture again, so a small file with thousands of empty scans would hold a core for minutes.
 */
const maxScans = 50;

const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

/** Next byte pair that is a marker at or after `at`; -1 when there is none. Skips stuffing, fill bytes and restarts. */
function findMarker(bytes: Uint8Array, at: number): number {
  for (let next = bytes.indexOf(0xff, at); next !== -1; next = bytes.indexOf(0xff, next + 1)) {
    while (bytes[next + 1] === 0xff) next += 1;
    const code = bytes[next + 1];
    if (code === undefined) return -1;
    if (code !== 0x00 && !(code >= 0xd0 && code <= 0xd7)) return next;
  }
  return -1;
}

/**
 * Size of a JPEG from its frame header (ITU-T T.81, annex B). Refuses 12-bit, lossless and arithmetic frames,
 * which no shop's file uses and libjpeg cannot read, and more scans than `maxScans`.
 * @throws ImageError image-corrupt, image-unsupported-format
 */
export function readJpegFacts(bytes: Uint8Array): ContainerFacts {
  const reader = new ByteReader(bytes, 'jpg');
  let size: { widthPx: number; heightPx: number } | null = null;
  let scans = 0;
  const countPart = partCounter('jpg');
  let at = findMarker(bytes, 2);
  while (at !== -1) {
    countPart();
    const marker = reader.u8(at + 1);
    if (marker === 0xd9) break;
    // Stand-alone markers have no length: TEM and a start of image in the middle of nowhere.
    if (marker === 0x01 || marker === 0xd8) {
      at = findMarker(bytes, at + 2);
      continue;
    }
    const length = at + 4 <= bytes.length ? reader.u16(at + 2) : 0;
    if (length < 2) break;
    if (isFrame(marker)) {
      if (size !== null) throw corrupt('jpg', 'more than one frame');
      if (marker > 0xc2 || reader.u8(at + 4) !== 8) {
        refuse(
          'image-unsupported-format',
          'This JPEG uses a rare kind of compression that browsers cannot show either; save it as a standard 8-bit JPEG.',
          `SOF ${marker.toString(16)}, ${reader.u8(at + 4)} bit`,
        );
      }
      size = { heightPx: reader.u16(at + 5), widthPx: reader.u16(at + 7) };
    }
    if (marker === 0xda) {
      if (size === null) throw corrupt('jpg', 'scan before frame');
      scans += 1;
      if (scans > maxScans) throw corrupt('jpg', `more than ${maxScans} scans`);
    }
    at = findMarker(bytes, at + 2 + length);
  }
  if (size === null || scans === 0) throw corrupt('jpg', 'no picture in the file');
  return { format: 'jpg', ...size, isAnimated: false };
}
