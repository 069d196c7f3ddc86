import { converter } from 'culori';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { readIccProfile } from '../../../web/core/image/icc.ts';
import { configureLibvips } from '../../../web/core/image/libvips.ts';
import { prepare } from '../../../web/core/image/prepare.ts';
import { isSrgbProfile } from '../../../web/core/image/srgb.ts';
import { insertJpegSegment, insertPngChunk, pngWithProfile } from './embed.ts';
import { flatJpeg, iccSegment } from './flat-jpeg.ts';
import {
  cmykProfile,
  gammaTag,
  greyProfile,
  matrixProfile,
  parametricTag,
  srgbCurveTag,
} from './icc-builder.ts';
import { drawRaster, maxDifference, toSharp } from './pictures.ts';

beforeAll(configureLibvips);

const toRgb = converter('rgb');
const toXyz50 = converter('xyz50');
const byte = (value: number): number => Math.round(Math.min(Math.max(value, 0), 1) * 255);

type WideMode = 'p3' | 'a98' | 'prophoto' | 'rgb';
const colorants = (mode: WideMode): number[][] =>
  [
    { mode, r: 1, g: 0, b: 0 },
    { mode, r: 0, g: 1, b: 0 },
    { mode, r: 0, g: 0, b: 1 },
  ].map((primary) => {
    const { x, y, z } = toXyz50(primary);
    return [x, y, z];
  });

/** Names, our own profile of it, and culori's mode: an implementation and constants that share nothing with ours. */
const wideSpaces: readonly { name: string; mode: WideMode; profile: Buffer }[] = [
  { name: 'Display P3', mode: 'p3', profile: matrixProfile(colorants('p3'), srgbCurveTag()) },
  { name: 'Adobe RGB (1998)', mode: 'a98', profile: matrixProfile(colorants('a98'), gammaTag(563 / 256)) },
  {
    name: 'ProPhoto RGB',
    mode: 'prophoto',
    profile: matrixProfile(colorants('prophoto'), parametricTag(1.8, 1, 0, 1 / 16, 1 / 32)),
  },
];

/** A cube of colours, 9 levels an axis, as one picture of 27 × 27 pixels. */
const cube = Array.from(
  { length: 729 },
  (_, i) => [i % 9, Math.floor(i / 9) % 9, Math.floor(i / 81)] as const,
);
const cubeRaster = drawRaster(27, 27, 3, (x, y) =>
  (cube[y * 27 + x] ?? [0, 0, 0]).map((level) => level * 31.875),
);

async function preparedRgb(bytes: Uint8Array): Promise<Uint8Array> {
  const { image } = await prepare(bytes, { maxInputSidePx: null });
  return image.rgb.data;
}

async function png16(samples: readonly number[], channels: 1 | 2 | 3 | 4, space: 'rgb16' | 'grey16') {
  const side = Math.sqrt(samples.length / channels);
  return await sharp(Uint16Array.from(samples), { raw: { width: side, height: side, channels } })
    .toColourspace(space)
    .png()
    .toBuffer();
}

describe.each(wideSpaces)('$name', ({ mode, profile }) => {
  const expected = (samples: ArrayLike<number>, full: number): number[] =>
    Array.from({ length: samples.length / 3 }, (_, i) => {
      const [r = 0, g = 0, b = 0] = [0, 1, 2].map((channel) => (samples[i * 3 + channel] ?? 0) / full);
      const colour = toRgb({ mode, r, g, b });
      return [byte(colour.r), byte(colour.g), byte(colour.b)];
    }).flat();

  test('8 bits become the sRGB that culori computes', async () => {
    const bytes = pngWithProfile(await toSharp(cubeRaster).png().toBuffer(), profile);
    expect(maxDifference(await preparedRgb(bytes), expected(cubeRaster.data, 255))).toBeLessThanOrEqual(2);
  });

  test('16 bits become the sRGB that culori computes, to one step', async () => {
    const samples = cube.flatMap((levels) => levels.map((level) => Math.round(level * 8191.875)));
    const bytes = pngWithProfile(await png16(samples, 3, 'rgb16'), profile);
    expect((await sharp(bytes).metadata()).depth).toBe('ushort');
    expect(maxDifference(await preparedRgb(bytes), expected(samples, 65_535))).toBeLessThanOrEqual(1);
  });

  test.each(['jpeg', 'webp', 'avif'] as const)('the profile is honoured in %s', async (format) => {
    const flat = drawRaster(32, 32, 3, () => [180, 60, 90]);
    const source = pngWithProfile(await toSharp(flat).png().toBuffer(), profile);
    const bytes = await sharp(source)
      .keepIccProfile()
      [format]({ quality: 100, chromaSubsampling: '4:4:4', lossless: format !== 'jpeg' })
      .toBuffer();
    const [r, g, b] = expected([180, 60, 90], 255);
    const middle = (await preparedRgb(bytes)).subarray(16 * 32 * 3 + 48, 16 * 32 * 3 + 51);
    expect(maxDifference(middle, [r ?? 0, g ?? 0, b ?? 0])).toBeLessThanOrEqual(3);
  });
});

describe('colour by code points, which libvips does not look at', () => {
  const p3 = (samples: ArrayLike<number>, full: number): number[] =>
    Array.from({ length: samples.length / 3 }, (_, i) => {
      const [r = 0, g = 0, b = 0] = [0, 1, 2].map((channel) => (samples[i * 3 + channel] ?? 0) / full);
      const colour = toRgb({ mode: 'p3', r, g, b });
      return [byte(colour.r), byte(colour.g), byte(colour.b)];
    }).flat();
  const codes = (primaries: number, transfer: number): Buffer => Buffer.from([primaries, transfer, 0, 1]);

  test('Display P3 in a PNG of 8 and of 16 bits', async () => {
    const eight = insertPngChunk(await toSharp(cubeRaster).png().toBuffer(), 'cICP', codes(12, 13));
    expect(maxDifference(await preparedRgb(eight), p3(cubeRaster.data, 255))).toBeLessThanOrEqual(1);
    const samples = cube.flatMap((levels) => levels.map((level) => Math.round(level * 8191.875)));
    const deep = insertPngChunk(await png16(samples, 3, 'rgb16'), 'cICP', codes(12, 13));
    expect(maxDifference(await preparedRgb(deep), p3(samples, 65_535))).toBeLessThanOrEqual(1);
  });

  test('Display P3 in an AVIF', async () => {
    const flat = drawRaster(32, 32, 3, () => [180, 60, 90]);
    const avif = await toSharp(flat).avif({ lossless: true, chromaSubsampling: '4:4:4' }).toBuffer();
    const nclx = avif.indexOf('nclx', 0, 'latin1');
    expect(nclx).toBeGreaterThan(0);
    avif.writeUInt16BE(12, nclx + 4);
    const middle = (await preparedRgb(avif)).subarray(16 * 32 * 3 + 48, 16 * 32 * 3 + 51);
    expect(maxDifference(middle, p3([180, 60, 90], 255))).toBeLessThanOrEqual(2);
  });

  test('sRGB changes nothing', async () => {
    const png = insertPngChunk(await toSharp(cubeRaster).png().toBuffer(), 'cICP', codes(1, 13));
    expect(maxDifference(await preparedRgb(png), cubeRaster.data)).toBe(0);
  });

  test.each([
    ['PQ', 9, 16],
    ['HLG', 9, 18],
    ['BT.2020', 9, 14],
  ])('%s is refused rather than shown pale', async (_, primaries, transfer) => {
    const png = insertPngChunk(
      await toSharp(cubeRaster).png().toBuffer(),
      'cICP',
      codes(primaries, transfer),
    );
    await expect(preparedRgb(png)).rejects.toMatchObject({ code: 'image-unsupported-format' });
  });
});

test('a profile that only says sRGB changes no sample and keeps the JPEG constraint', async () => {
  const profile = matrixProfile(colorants('rgb'), srgbCurveTag());
  const parsed = readIccProfile(profile);
  expect(parsed && isSrgbProfile(parsed)).toBe(true);
  const tagged = await sharp(pngWithProfile(await toSharp(cubeRaster).png().toBuffer(), profile))
    .keepIccProfile()
    .jpeg({ quality: 80 })
    .toBuffer();
  const prepared = await prepare(tagged, { maxInputSidePx: null });
  const plain = await sharp(tagged, { ignoreIcc: true }).raw().toBuffer();
  expect(prepared.image.rgb.data).toEqual(plain);
  expect(prepared.image.jpeg).not.toBeNull();
});

test('the sRGB profile that libvips writes is recognised, and the wide ones are not', async () => {
  const tagged = await toSharp(cubeRaster).withIccProfile('srgb').png().toBuffer();
  const own = (await sharp(tagged).metadata()).icc;
  const parsed = own && readIccProfile(own);
  expect(parsed && isSrgbProfile(parsed)).toBe(true);
  for (const { profile } of wideSpaces) {
    const wide = readIccProfile(profile);
    expect(wide).not.toBeNull();
    expect(wide && isSrgbProfile(wide)).toBe(false);
  }
});

test('a JPEG that was converted by its profile carries no constraint any more', async () => {
  const [p3] = wideSpaces;
  const source = pngWithProfile(await toSharp(cubeRaster).png().toBuffer(), p3?.profile ?? Buffer.alloc(0));
  const bytes = await sharp(source).keepIccProfile().jpeg().toBuffer();
  expect((await prepare(bytes, { maxInputSidePx: null })).image.jpeg).toBeNull();
});

test('16-bit samples without a profile are rounded to the nearest 8-bit level', async () => {
  const samples = Array.from({ length: 3 * 32 * 32 }, (_, i) => (i * 21_341) % 65_536);
  const bytes = await png16(samples, 3, 'rgb16');
  expect(await preparedRgb(bytes)).toEqual(Uint8Array.from(samples, (v) => Math.round((v * 255) / 65_535)));
});

test('16-bit grey, and 16-bit grey with alpha, keep their levels in all three channels', async () => {
  const grey = Array.from({ length: 32 * 32 }, (_, i) => i * 64);
  const expected = grey.flatMap((v) => Array(3).fill(Math.round((v * 255) / 65_535)));
  expect(maxDifference(await preparedRgb(await png16(grey, 1, 'grey16')), expected)).toBe(0);
  const withAlpha = grey.flatMap((v, i) => [v, i % 2 === 0 ? 65_535 : 40_000]);
  const { image } = await prepare(await png16(withAlpha, 2, 'grey16'), { maxInputSidePx: null });
  expect(maxDifference(image.rgb.data, expected)).toBe(0);
  expect([...(image.alpha?.data.subarray(0, 2) ?? [])]).toEqual([255, Math.round((40_000 * 255) / 65_535)]);
});

test('16-bit RGB with alpha keeps both at their places', async () => {
  const samples = Array.from({ length: 32 * 32 }, (_, i) => [
    i * 60,
    65_535 - i * 60,
    30_000,
    65_535 - i * 40,
  ]).flat();
  const { image } = await prepare(await png16(samples, 4, 'rgb16'), { maxInputSidePx: null });
  const eight = samples.map((v) => Math.round((v * 255) / 65_535));
  expect(
    maxDifference(
      image.rgb.data,
      eight.filter((_, i) => i % 4 !== 3),
    ),
  ).toBe(0);
  expect(
    maxDifference(
      image.alpha?.data ?? [],
      eight.filter((_, i) => i % 4 === 3),
    ),
  ).toBe(0);
});

describe('grey with a tone curve of its own', () => {
  const curve = gammaTag(1.8);
  const expected = (value: number): number => {
    const linear = value ** (461 / 256);
    return byte(linear <= 0.0031308 ? linear * 12.92 : 1.055 * linear ** (1 / 2.4) - 0.055);
  };

  test('8 bits', async () => {
    const grey = drawRaster(16, 16, 1, (x, y) => [y * 16 + x]);
    const png = await toSharp(grey).toColourspace('b-w').png().toBuffer();
    const rgb = await preparedRgb(pngWithProfile(png, greyProfile(curve)));
    const wanted = [...grey.data].flatMap((v) => Array(3).fill(expected(v / 255)));
    expect(maxDifference(rgb, wanted)).toBeLessThanOrEqual(2);
  });

  test('16 bits, which libvips itself would leave unconverted', async () => {
    const grey = Array.from({ length: 256 }, (_, i) => i * 257);
    const rgb = await preparedRgb(pngWithProfile(await png16(grey, 1, 'grey16'), greyProfile(curve)));
    const wanted = grey.flatMap((v) => Array(3).fill(expected(v / 65_535)));
    expect(maxDifference(rgb, wanted)).toBeLessThanOrEqual(1);
  });
});

test.each([
  ['grey', 1],
  ['grey with alpha', 2],
] as const)('8-bit %s becomes three equal channels', async (_, channels) => {
  const side = 32;
  const samples = Array.from({ length: side * side }, (_, i) =>
    [i % 256, 255 - (i % 128)].slice(0, channels),
  ).flat();
  const bytes = await sharp(Uint8Array.from(samples), { raw: { width: side, height: side, channels } })
    .toColourspace('b-w')
    .png()
    .toBuffer();
  const { image } = await prepare(bytes, { maxInputSidePx: null });
  const grey = samples.filter((_, i) => i % channels === 0);
  expect(
    maxDifference(
      image.rgb.data,
      grey.flatMap((v) => [v, v, v]),
    ),
  ).toBe(0);
  expect(image.alpha === null).toBe(channels === 1);
});

test.each(['png', 'gif'] as const)('a palette in %s comes out as its colours', async (format) => {
  const colours = [
    [255, 0, 0],
    [0, 128, 255],
    [17, 34, 51],
    [250, 250, 240],
  ];
  const picture = drawRaster(24, 24, 3, (x, y) => colours[((x >> 2) + (y >> 2)) % 4] ?? []);
  const image = toSharp(picture);
  const bytes = await (format === 'png' ? image.png({ palette: true }) : image.gif({ dither: 0 })).toBuffer();
  if (format === 'png') expect((await sharp(bytes).metadata()).isPalette).toBe(true);
  expect(maxDifference(await preparedRgb(bytes), picture.data)).toBeLessThanOrEqual(format === 'png' ? 0 : 1);
});

describe('CMYK', () => {
  /**
   * A press of our own invention: its corners are easy to tell apart and lie inside sRGB. Its black is deep, so that
   * the black-point compensation of the perceptual intent has nothing to do.
   */
  const lab = (c: number, m: number, y: number, k: number): readonly number[] => {
    const light = 1 - 0.98 * k;
    return [(100 - 25 * c - 30 * m - 10 * y) * light, (25 * m - 25 * c) * light, (25 * y - 20 * c) * light];
  };
  const corners = Array.from({ length: 16 }, (_, i) => [i & 1, (i >> 1) & 1, (i >> 2) & 1, i >> 3] as const);
  const blocks = Array.from({ length: 64 }, (_, i) => corners[(i % 32) >> 1] ?? []);
  /** Inks are stored inverted, as Photoshop does; libvips, like Chrome, reads every CMYK JPEG that way. */
  const inverted = blocks.map((inks) => inks.map((ink) => 255 - ink * 255));
  const solid = (rgb: Uint8Array, corner: number): number[] => {
    const at = (8 * 256 + corner * 16 + 8) * 3;
    return [...rgb.subarray(at, at + 3)];
  };

  test.each([
    ["with Adobe's mark", flatJpeg(32, 2, inverted, 0)],
    ['without it', flatJpeg(32, 2, inverted, null)],
  ])('%s: with a profile each solid becomes what the profile says', async (_, jpeg) => {
    const rgb = await preparedRgb(insertJpegSegment(jpeg, 0xe2, iccSegment(cmykProfile(lab))));
    corners.forEach(([c, m, y, k], index) => {
      const [l = 0, a = 0, b = 0] = lab(c, m, y, k);
      const wanted = toRgb({ mode: 'lab', l, a, b });
      const difference = maxDifference(solid(rgb, index), [byte(wanted.r), byte(wanted.g), byte(wanted.b)]);
      expect(difference, `${c}${m}${y}${k}`).toBeLessThanOrEqual(5);
    });
  });

  test.each([
    ['without a profile', flatJpeg(32, 2, inverted, 0)],
    [
      'with a broken profile',
      insertJpegSegment(flatJpeg(32, 2, inverted, 0), 0xe2, iccSegment(Buffer.alloc(300, 7))),
    ],
    [
      'with a profile for RGB',
      insertJpegSegment(
        flatJpeg(32, 2, inverted, 0),
        0xe2,
        iccSegment(matrixProfile(colorants('p3'), srgbCurveTag())),
      ),
    ],
  ])('%s: paper is white, black is dark, inks have their hues', async (_, jpeg) => {
    const rgb = await preparedRgb(jpeg);
    const [paper, cyan, magenta, , yellow] = [0, 1, 2, 3, 4].map((index) => solid(rgb, index));
    const black = solid(rgb, 8);
    expect(Math.min(...(paper ?? []))).toBeGreaterThanOrEqual(253);
    expect(Math.max(...black)).toBeLessThan(70);
    expect((cyan?.[2] ?? 0) - (cyan?.[0] ?? 255)).toBeGreaterThan(120);
    expect((magenta?.[0] ?? 0) - (magenta?.[1] ?? 255)).toBeGreaterThan(120);
    expect((yellow?.[0] ?? 0) - (yellow?.[2] ?? 255)).toBeGreaterThan(120);
  });
});

describe('hostile profiles', () => {
  const good = matrixProfile(colorants('p3'), srgbCurveTag());
  const damaged = (change: (profile: Buffer) => void): Buffer => {
    const copy = Buffer.from(good);
    change(copy);
    return copy;
  };
  /** Where the body of a tag begins. */
  const tagAt = (name: string): number => good.readUInt32BE(good.indexOf(name, 128, 'latin1') + 4);

  test.each([
    ['random bytes', Buffer.from(Array.from({ length: 600 }, (_, i) => (i * 7919) % 251))],
    ['cut short', good.subarray(0, 200)],
    ['a size beyond its bytes', damaged((p) => p.writeUInt32BE(0x7fffffff, 0))],
    ['a million tags', damaged((p) => p.writeUInt32BE(1_000_000, 128))],
    ['tags beyond its end', damaged((p) => p.writeUInt32BE(0x7ffffff0, 136))],
    [
      'a curve of four billion points',
      damaged((p) => p.write('curv\0\0\0\0\u00ff\u00ff\u00ff\u00ff', tagAt('rTRC'), 'latin1')),
    ],
    ['colorants of zero', damaged((p) => p.fill(0, tagAt('gXYZ') + 8, tagAt('gXYZ') + 20))],
    ['colorants of white noise', damaged((p) => p.fill(0x7f, tagAt('rXYZ') + 8, tagAt('rXYZ') + 20))],
    ['the wrong class', damaged((p) => p.write('link', 12, 'latin1'))],
    ['a profile for grey on colour', greyProfile(gammaTag(2.2))],
    ['a profile for CMYK on colour', cmykProfile(() => [50, 0, 0])],
  ])('%s counts as no profile: the samples stay', async (_, profile) => {
    const png = await toSharp(cubeRaster).png().toBuffer();
    expect(maxDifference(await preparedRgb(pngWithProfile(png, profile)), cubeRaster.data)).toBe(0);
    const deep = await png16(
      cube.flatMap((levels) => levels.map((level) => Math.round(level * 8191.875))),
      3,
      'rgb16',
    );
    expect(
      maxDifference(await preparedRgb(pngWithProfile(deep, profile)), cubeRaster.data),
    ).toBeLessThanOrEqual(1);
  });
});
