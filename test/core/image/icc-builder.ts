/** Small ICC profiles made by rule, so that tests need no files whose licence or content is unknown. ICC.1:2022. */

const u32 = (value: number): Buffer => {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(value);
  return buffer;
};
const u16 = (value: number): Buffer => {
  const buffer = Buffer.alloc(2);
  buffer.writeUInt16BE(value);
  return buffer;
};
const s15f16 = (value: number): Buffer => {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32BE(Math.round(value * 65_536));
  return buffer;
};
const ascii = (text: string): Buffer => Buffer.from(text, 'latin1');

export const xyzTag = (xyz: readonly number[]): Buffer =>
  Buffer.concat([ascii('XYZ '), u32(0), ...xyz.map(s15f16)]);

/** Tone curve x^gamma, to 1/256 of gamma. */
export const gammaTag = (gamma: number): Buffer =>
  Buffer.concat([ascii('curv'), u32(0), u32(1), u16(Math.round(gamma * 256)), u16(0)]);

/** Parametric curve of type 3: (a·x + b)^g from d on, c·x below. */
export const parametricTag = (g: number, a: number, b: number, c: number, d: number): Buffer =>
  Buffer.concat([ascii('para'), u32(0), u16(3), u16(0), ...[g, a, b, c, d].map(s15f16)]);

export const srgbCurveTag = (): Buffer => parametricTag(2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045);

const textTag = (text: string): Buffer => Buffer.concat([ascii('text'), u32(0), ascii(`${text}\0`)]);

/** A profile with the given tags; description, copyright and white point are added. */
export function buildProfile(
  space: 'RGB ' | 'GRAY' | 'CMYK',
  pcs: 'XYZ ' | 'Lab ',
  tags: Readonly<Record<string, Buffer>>,
): Buffer {
  const description = Buffer.concat([
    ascii('mluc'),
    u32(0),
    u32(1),
    u32(12),
    ascii('enUS'),
    u32(8),
    u32(28),
    Buffer.from('\0t\0e\0s\0t', 'latin1'),
  ]);
  const all = { desc: description, cprt: textTag('CC0'), wtpt: xyzTag([0.9642, 1, 0.8249]), ...tags };
  const entries = Object.entries(all);
  const table: Buffer[] = [u32(entries.length)];
  const bodies: Buffer[] = [];
  let at = 128 + 4 + entries.length * 12;
  for (const [name, body] of entries) {
    table.push(ascii(name), u32(at), u32(body.length));
    const padded = Buffer.concat([body, Buffer.alloc((4 - (body.length % 4)) % 4)]);
    bodies.push(padded);
    at += padded.length;
  }
  const header = Buffer.alloc(128);
  header.writeUInt32BE(at, 0);
  // Press profiles are version 2 in practice; with version 4 the perceptual intent would also move the black point.
  header.writeUInt32BE(space === 'CMYK' ? 0x02400000 : 0x04300000, 8);
  header.write(space === 'CMYK' ? 'prtr' : 'mntr', 12, 'latin1');
  header.write(space, 16, 'latin1');
  header.write(pcs, 20, 'latin1');
  header.writeUInt16BE(2020, 24);
  header.writeUInt16BE(1, 26);
  header.writeUInt16BE(1, 28);
  header.write('acsp', 36, 'latin1');
  s15f16(0.9642).copy(header, 68);
  s15f16(1).copy(header, 72);
  s15f16(0.8249).copy(header, 76);
  return Buffer.concat([header, ...table, ...bodies]);
}

/** RGB profile of three colorants (XYZ, D50) and one curve for all channels. */
export function matrixProfile(colorants: readonly (readonly number[])[], curve: Buffer): Buffer {
  const [red = [], green = [], blue = []] = colorants;
  return buildProfile('RGB ', 'XYZ ', {
    rXYZ: xyzTag(red),
    gXYZ: xyzTag(green),
    bXYZ: xyzTag(blue),
    rTRC: curve,
    gTRC: curve,
    bTRC: curve,
  });
}

export const greyProfile = (curve: Buffer): Buffer => buildProfile('GRAY', 'XYZ ', { kTRC: curve });

/**
 * CMYK profile with a table of two points an axis (lut8Type): `lab` gives L* 0…100, a*, b* for each corner, inks 0 or
 * 1. The identity before and after it.
 */
export function cmykProfile(lab: (c: number, m: number, y: number, k: number) => readonly number[]): Buffer {
  const identity = Buffer.from(Uint8Array.from({ length: 256 }, (_, i) => i));
  const corners: number[] = [];
  for (const c of [0, 1])
    for (const m of [0, 1])
      for (const y of [0, 1])
        for (const k of [0, 1]) {
          const [l = 0, a = 0, b = 0] = lab(c, m, y, k);
          corners.push(Math.round((l * 255) / 100), Math.round(a + 128), Math.round(b + 128));
        }
  const lut = Buffer.concat([
    ascii('mft1'),
    u32(0),
    Buffer.from([4, 3, 2, 0]),
    ...[1, 0, 0, 0, 1, 0, 0, 0, 1].map(s15f16),
    identity,
    identity,
    identity,
    identity,
    Buffer.from(corners),
    identity,
    identity,
    identity,
  ]);
  return buildProfile('CMYK', 'Lab ', { A2B0: lut });
}
