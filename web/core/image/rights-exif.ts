import type { RightsTexts } from './rights-texts.ts';

const tagNames: ReadonlyMap<number, keyof RightsTexts> = new Map([
  [0x8298, 'copyright'],
  [0x013b, 'creator'],
]);

/**
 * Copyright and Artist from the first directory of an EXIF block (EXIF 3.0, 4.6.4), with or without its "Exif"
 * header. Bytes outside ASCII are read as UTF-8, which is what writers put there. Never throws.
 */
export function exifTexts(exif: Uint8Array): RightsTexts {
  const start = Buffer.from(exif.subarray(0, 4)).toString('latin1') === 'Exif' ? 6 : 0;
  const view = new DataView(
    exif.buffer,
    exif.byteOffset + Math.min(start, exif.length),
    Math.max(0, exif.length - start),
  );
  if (view.byteLength < 8) return {};
  const isLittle = view.getUint16(0) === 0x4949;
  const directory = view.getUint32(4, isLittle);
  if (directory + 2 > view.byteLength) return {};
  const entries = view.getUint16(directory, isLittle);
  const texts: RightsTexts = {};
  for (let index = 0; index < entries; index += 1) {
    const entry = directory + 2 + index * 12;
    if (entry + 12 > view.byteLength) break;
    const name = tagNames.get(view.getUint16(entry, isLittle));
    if (name === undefined || view.getUint16(entry + 2, isLittle) !== 2) continue;
    const length = view.getUint32(entry + 4, isLittle);
    const at = length <= 4 ? entry + 8 : view.getUint32(entry + 8, isLittle);
    if (at + length > view.byteLength) continue;
    const bytes = Buffer.from(exif.buffer, view.byteOffset + at, length);
    texts[name] = bytes.toString('utf8').replace(/\0[\s\S]*$/, '');
  }
  return texts;
}
