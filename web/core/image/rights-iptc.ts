import type { RightsTexts } from './rights-texts.ts';

/** Datasets of record 2 (IPTC-IIM 4.2). */
const datasetNames: ReadonlyMap<number, keyof RightsTexts> = new Map([
  [116, 'copyright'],
  [80, 'creator'],
  [110, 'credit'],
]);

/** The IIM block inside Photoshop's image resources (resource 0x0404), or the bytes themselves where there are none. */
function findIim(block: Buffer): Buffer {
  let at = block.indexOf('8BIM', 0, 'latin1');
  while (at !== -1 && at + 12 <= block.length) {
    const nameBytes = 1 + (block[at + 6] ?? 0);
    const sizeAt = at + 6 + nameBytes + (nameBytes & 1);
    if (sizeAt + 4 > block.length) break;
    const size = block.readUInt32BE(sizeAt);
    if (block.readUInt16BE(at + 4) === 0x0404) return block.subarray(sizeAt + 4, sizeAt + 4 + size);
    at = block.indexOf('8BIM', sizeAt + 4 + size, 'latin1');
  }
  return block;
}

/** Copyright notice, by-line and credit from an IPTC block as libvips hands it out. Never throws. */
export function iptcTexts(iptc: Uint8Array): RightsTexts {
  const iim = findIim(Buffer.from(iptc.buffer, iptc.byteOffset, iptc.byteLength));
  const texts: RightsTexts = {};
  let isUtf8 = false;
  for (let at = 0; at + 5 <= iim.length && iim[at] === 0x1c; ) {
    const [record, dataset, length] = [iim[at + 1], iim[at + 2] ?? 0, iim.readUInt16BE(at + 3)];
    // A set high bit announces an extended length, which no text needs.
    if (length > 0x7fff) break;
    const value = iim.subarray(at + 5, at + 5 + length);
    if (record === 1 && dataset === 90) isUtf8 = value.equals(Buffer.from('\u001b%G', 'latin1'));
    const name = record === 2 ? datasetNames.get(dataset) : undefined;
    if (name !== undefined) texts[name] ??= value.toString(isUtf8 ? 'utf8' : 'latin1');
    at += 5 + length;
  }
  return texts;
}
