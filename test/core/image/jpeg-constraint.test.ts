import fc from 'fast-check';
import sharp, { type JpegOptions } from 'sharp';
import { describe, expect, test } from 'vitest';
import { readJpegConstraint } from '../../../web/core/image/jpeg-constraint.ts';

/** The tables of ITU-T T.81, annex K.1, in row-major order: what libjpeg scales by quality. */
const annexLuma = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22,
  29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103,
  121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];
const annexChroma = [
  17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99,
  99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
];

/** libjpeg's jpeg_quality_scaling and jpeg_add_quant_table. */
function scaled(table: readonly number[], quality: number): number[] {
  const percent = quality < 50 ? Math.floor(5000 / quality) : 200 - quality * 2;
  return table.map((entry) => Math.min(255, Math.max(1, Math.floor((entry * percent + 50) / 100))));
}

const photo = () =>
  sharp(
    Buffer.from(
      '<svg width="70" height="50"><rect width="70" height="50" fill="#d33"/><circle cx="30" cy="25" r="18" fill="#27c"/></svg>',
    ),
  );

const withTables = { quantisationTable: 0 } as const;
const encode = (options: JpegOptions) => photo().flatten().jpeg(options).toBuffer();

/** Changes bytes of the first segment with this marker. */
function patched(bytes: Uint8Array, code: number, change: (body: Uint8Array) => void): Uint8Array {
  const copy = Uint8Array.from(bytes);
  let at = 2;
  while (copy[at + 1] !== code) at += 2 + (((copy[at + 2] as number) << 8) | (copy[at + 3] as number));
  change(copy.subarray(at + 4, at + 2 + (((copy[at + 2] as number) << 8) | (copy[at + 3] as number))));
  return copy;
}

describe('readJpegConstraint', () => {
  test.each([10, 50, 75, 90, 100])('finds the tables that libjpeg makes for quality %i', async (quality) => {
    const found = readJpegConstraint(await encode({ quality, ...withTables }));
    expect(found).toEqual({
      lumaSteps: scaled(annexLuma, quality),
      chromaSteps: scaled(annexChroma, quality),
      chromaSubsampling: { x: 2, y: 2 },
    });
  });

  test.each([
    ['baseline', { progressive: false }],
    ['progressive', { progressive: true }],
    ['optimised scans', { progressive: true, optimiseScans: true }],
  ])('reads a %s file alike', async (_, options) => {
    const found = readJpegConstraint(await encode({ quality: 60, ...withTables, ...options }));
    expect(found?.lumaSteps).toEqual(scaled(annexLuma, 60));
    expect(found?.chromaSteps).toEqual(scaled(annexChroma, 60));
  });

  test('reads the tables of mozjpeg, which are its own', async () => {
    const found = readJpegConstraint(await encode({ quality: 80, mozjpeg: true }));
    expect(found?.lumaSteps).toHaveLength(64);
    expect(found?.lumaSteps).not.toEqual(scaled(annexLuma, 80));
    expect(found?.lumaSteps.every((step) => step >= 1 && step <= 255)).toBe(true);
  });

  test('reads whole chroma as not subsampled', async () => {
    const found = readJpegConstraint(await encode({ quality: 60, chromaSubsampling: '4:4:4' }));
    expect(found?.chromaSubsampling).toEqual({ x: 1, y: 1 });
  });

  test.each([
    [0x21, { x: 2, y: 1 }],
    [0x12, { x: 1, y: 2 }],
    [0x22, { x: 2, y: 2 }],
    [0x41, null],
    [0x11, { x: 1, y: 1 }],
  ])('takes luma sampling %i as its own ratio or refuses it', async (sampling, expected) => {
    const bytes = patched(await encode({ quality: 60 }), 0xc0, (body) => {
      body[7] = sampling;
    });
    expect(readJpegConstraint(bytes)?.chromaSubsampling ?? null).toEqual(expected);
  });

  test('takes a grey file to have no chroma', async () => {
    const bytes = await photo().flatten().greyscale().toColourspace('b-w').jpeg({ quality: 70 }).toBuffer();
    const found = readJpegConstraint(bytes);
    expect(found?.lumaSteps).toEqual(scaled(annexLuma, 70));
    expect(found?.chromaSteps).toEqual(new Array(64).fill(1));
  });

  test('gives none for CMYK, for tables that differ between Cb and Cr, and for 12 bits', async () => {
    const cmyk = await photo().flatten().toColourspace('cmyk').jpeg().toBuffer();
    expect(readJpegConstraint(cmyk)).toBeNull();
    const jpeg = await encode({ quality: 60 });
    const redLikeLuma = patched(jpeg, 0xc0, (body) => {
      body[14] = 0;
    });
    expect(readJpegConstraint(redLikeLuma)).toBeNull();
    const twelveBits = patched(jpeg, 0xc0, (body) => {
      body[0] = 12;
    });
    expect(readJpegConstraint(twelveBits)).toBeNull();
  });

  test('gives none for a file that an Adobe marker calls RGB, unless JFIF says otherwise', async () => {
    const jpeg = await encode({ quality: 60 });
    const adobe = [0xff, 0xee, 0, 14, ...Buffer.from('Adobe'), 0, 100, 0, 0, 0, 0, 0];
    const afterStart = jpeg[3] === 0xe0 ? 4 + (((jpeg[4] as number) << 8) | (jpeg[5] as number)) : 2;
    const head = [0xff, 0xd8];
    const rest = [...jpeg.subarray(afterStart)];
    expect(readJpegConstraint(Uint8Array.from([...head, ...adobe, ...rest]))).toBeNull();
    const jfif = [0xff, 0xe0, 0, 16, ...Buffer.from('JFIF\0'), 1, 1, 0, 0, 1, 0, 1, 0, 0];
    expect(readJpegConstraint(Uint8Array.from([...head, ...jfif, ...adobe, ...rest]))).not.toBeNull();
  });

  test('uses the table that was in force at the first scan, the later of two definitions', async () => {
    const jpeg = await encode({ quality: 60 });
    const later = [0xff, 0xdb, 0, 67, 0, ...new Array<number>(64).fill(7)];
    const frameAt = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
    const twice = Uint8Array.from([...jpeg.subarray(0, frameAt), ...later, ...jpeg.subarray(frameAt)]);
    expect(readJpegConstraint(twice)?.lumaSteps).toEqual(new Array(64).fill(7));
    const early = Uint8Array.from([...jpeg.subarray(0, 2), ...later, ...jpeg.subarray(2)]);
    expect(readJpegConstraint(early)?.lumaSteps).toEqual(scaled(annexLuma, 60));
  });

  test('reads tables of 16 bits', async () => {
    const jpeg = await encode({ quality: 60 });
    const wide = [0xff, 0xdb, 0, 131, 0x10, ...new Array(64).fill([1, 44]).flat()];
    const frameAt = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
    const bytes = Uint8Array.from([...jpeg.subarray(0, frameAt), ...wide, ...jpeg.subarray(frameAt)]);
    expect(readJpegConstraint(bytes)?.lumaSteps).toEqual(new Array(64).fill(300));
  });

  test('finds nothing in other formats', async () => {
    expect(readJpegConstraint(await photo().png().toBuffer())).toBeNull();
    expect(readJpegConstraint(await photo().webp().toBuffer())).toBeNull();
    expect(readJpegConstraint(new Uint8Array())).toBeNull();
  });

  test('never throws, whatever the bytes', async () => {
    const jpeg = await encode({ quality: 60 });
    const check = (bytes: Uint8Array) => {
      const found = readJpegConstraint(bytes);
      if (found === null) return;
      expect(found.lumaSteps).toHaveLength(64);
      expect(found.chromaSteps).toHaveLength(64);
      expect([...found.lumaSteps, ...found.chromaSteps].every((step) => step >= 1 && step <= 65535)).toBe(
        true,
      );
    };
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (noise) =>
        check(Uint8Array.from([0xff, 0xd8, ...noise])),
      ),
    );
    fc.assert(
      fc.property(fc.nat(jpeg.length), (length) => {
        check(jpeg.subarray(0, length));
      }),
    );
    const changes = fc.array(fc.tuple(fc.nat(jpeg.length - 1), fc.nat(255)), { maxLength: 12 });
    fc.assert(
      fc.property(changes, (edits) => {
        const broken = Uint8Array.from(jpeg);
        for (const [place, value] of edits) broken[place] = value;
        check(broken);
      }),
      { numRuns: 500 },
    );
  });
});
