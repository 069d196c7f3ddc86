/**
 * A baseline JPEG of flat 8 × 8 blocks, written bit by bit: the samples of any number of components are exactly
 * what was asked for, which no encoder at hand allows for CMYK. ITU-T T.81; quantisation 1, no subsampling.
 * blocks: for each block, row by row, the stored value 0…255 of each component.
 */
export function flatJpeg(
  blocksAcross: number,
  blocksDown: number,
  blocks: readonly (readonly number[])[],
  adobeTransform: 0 | 1 | 2 | null,
): Buffer {
  const components = blocks[0]?.length ?? 0;
  const segment = (marker: number, ...bytes: number[]): number[] => [
    0xff,
    marker,
    (bytes.length + 2) >> 8,
    (bytes.length + 2) & 0xff,
    ...bytes,
  ];
  const ids = Array.from({ length: components }, (_, index) => index + 1);
  const [width, height] = [blocksAcross * 8, blocksDown * 8];
  const head = [
    0xff,
    0xd8,
    ...(adobeTransform === null
      ? []
      : segment(0xee, ...Buffer.from('Adobe', 'latin1'), 0, 100, 0, 0, 0, 0, adobeTransform)),
    ...segment(0xdb, 0, ...Array(64).fill(1)),
    ...segment(
      0xc0,
      8,
      height >> 8,
      height & 255,
      width >> 8,
      width & 255,
      components,
      ...ids.flatMap((id) => [id, 0x11, 0]),
    ),
    // DC: the twelve categories as 4-bit codes. AC: end of block as the code 0.
    ...segment(0xc4, 0x00, 0, 0, 0, 12, ...Array(12).fill(0), 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11),
    ...segment(0xc4, 0x10, 1, ...Array(15).fill(0), 0),
    ...segment(0xda, components, ...ids.flatMap((id) => [id, 0x00]), 0, 63, 0),
  ];
  let bits = '';
  const last: number[] = Array(components).fill(0);
  for (const block of blocks) {
    block.forEach((value, component) => {
      const level = 8 * (value - 128);
      const difference = level - (last[component] ?? 0);
      last[component] = level;
      const category = difference === 0 ? 0 : Math.abs(difference).toString(2).length;
      const coded = difference < 0 ? difference + 2 ** category - 1 : difference;
      bits += category.toString(2).padStart(4, '0');
      if (category > 0) bits += coded.toString(2).padStart(category, '0');
      bits += '0';
    });
  }
  const padded = bits.padEnd(Math.ceil(bits.length / 8) * 8, '1');
  const scan: number[] = [];
  for (let at = 0; at < padded.length; at += 8) {
    const byte = Number.parseInt(padded.slice(at, at + 8), 2);
    scan.push(byte, ...(byte === 0xff ? [0] : []));
  }
  return Buffer.from([...head, ...scan, 0xff, 0xd9]);
}

/** An ICC profile as the APP2 segments that carry it (ICC.1:2022, annex B.4), one segment is enough here. */
export function iccSegment(profile: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from('ICC_PROFILE\0\u0001\u0001', 'latin1'), profile]);
}
