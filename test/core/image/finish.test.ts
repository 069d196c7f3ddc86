import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { needsFullChroma } from '../../../web/core/image/chroma.ts';
import { type FinishOptions, finish } from '../../../web/core/image/finish.ts';
import { canKeepFormat } from '../../../web/core/image/format.ts';
import { configureLibvips } from '../../../web/core/image/libvips.ts';
import { defaultImageLimits } from '../../../web/core/image/limits.ts';
import { splitAlpha } from '../../../web/core/image/matte.ts';
import type { Raster } from '../../../web/core/image/types.ts';
import { cutOut, drawRaster, maxDifference, photo } from './pictures.ts';

beforeAll(configureLibvips);

const options: FinishOptions = {
  format: 'keep',
  sourceFormat: 'png',
  longestSidePx: 2048,
  squarePadding: null,
  background: null,
  goalBytes: null,
  keep: null,
  sourceType: 'algorithmicallyEnhanced',
};
const opaque = (widthPx: number, heightPx: number) => ({ rgb: photo(widthPx, heightPx), alpha: null });
const transparent = (widthPx: number, heightPx: number) =>
  splitAlpha(cutOut(widthPx, heightPx).data, widthPx, heightPx);

/** Noise that nothing compresses; xorshift, so that every run has the same. */
function noise(widthPx: number, heightPx: number): Raster<3> {
  let state = 0x9e3779b9;
  const data = new Uint8Array(widthPx * heightPx * 3);
  for (let at = 0; at < data.length; at += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    data[at] = state;
  }
  return { data, widthPx, heightPx, channels: 3 };
}

describe('size', () => {
  test.each([
    [400, 300, 200, [200, 150]],
    [300, 400, 200, [150, 200]],
    [100, 50, 200, [100, 50]],
    [333, 77, 100, [100, 23]],
    [400, 300, null, [400, 300]],
    [400, 1, 100, [100, 1]],
  ] as const)('%i × %i for a longest side of %s', async (widthPx, heightPx, longestSidePx, expected) => {
    const made = await finish(opaque(widthPx, heightPx), { ...options, longestSidePx });
    expect([made.widthPx, made.heightPx]).toEqual(expected);
    const { width, height } = await sharp(made.bytes).metadata();
    expect([width, height]).toEqual(expected);
  });

  test('never above the limits, whatever is asked for', async () => {
    const limits = { ...defaultImageLimits, maxOutputPixels: 10_000, maxOutputSidePx: 150 };
    const wide = await finish(opaque(400, 100), { ...options, longestSidePx: null, limits });
    expect([wide.widthPx, wide.heightPx]).toEqual([150, 37]);
    const square = await finish(opaque(300, 300), { ...options, longestSidePx: null, limits });
    expect([square.widthPx, square.heightPx]).toEqual([100, 100]);
  });

  test('a square canvas counts whole against the pixel limit', async () => {
    const limits = { ...defaultImageLimits, maxOutputPixels: 10_000 };
    const squarePadding = { r: 255, g: 255, b: 255 };
    const made = await finish(opaque(400, 100), { ...options, longestSidePx: null, limits, squarePadding });
    expect([made.widthPx, made.heightPx]).toEqual([100, 100]);
  });

  test('a PNG of noise is made smaller until it has less than 20 MB, and says so', async () => {
    const made = await finish({ rgb: noise(3000, 2600), alpha: null }, { ...options, longestSidePx: null });
    expect(made.bytes.length).toBeLessThanOrEqual(defaultImageLimits.maxOutputBytes);
    expect(made.widthPx).toBeLessThan(3000);
    expect(made.notes.join()).toMatch(/made smaller/);
  });
});

describe('square canvas', () => {
  test('pads with its colour, in the middle', async () => {
    const rgb = drawRaster(40, 20, 3, () => [10, 200, 30]);
    const squarePadding = { r: 250, g: 240, b: 230 };
    const made = await finish({ rgb, alpha: null }, { ...options, squarePadding });
    const raw = await sharp(made.bytes, { ignoreIcc: true }).raw().toBuffer();
    const at = (x: number, y: number): number[] => [...raw.subarray((y * 40 + x) * 3, (y * 40 + x) * 3 + 3)];
    expect([made.widthPx, made.heightPx]).toEqual([40, 40]);
    expect([at(20, 9), at(20, 10), at(20, 29), at(20, 30)]).toEqual([
      [250, 240, 230],
      [10, 200, 30],
      [10, 200, 30],
      [250, 240, 230],
    ]);
  });

  test('around a transparent picture stays transparent', async () => {
    const made = await finish(transparent(60, 30), { ...options, squarePadding: { r: 255, g: 0, b: 0 } });
    const { data, info } = await sharp(made.bytes).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height, info.channels]).toEqual([60, 60, 4]);
    expect(data[3]).toBe(0);
    expect(made.hasAlpha).toBe(true);
  });
});

describe('format', () => {
  test.each([
    ['keep', 'jpg', 'jpg', 'image/jpeg'],
    ['keep', 'png', 'png', 'image/png'],
    ['keep', 'webp', 'webp', 'image/webp'],
    ['jpg', 'png', 'jpg', 'image/jpeg'],
    ['png', 'gif', 'png', 'image/png'],
    ['webp', 'avif', 'webp', 'image/webp'],
  ] as const)('%s of %s is %s', async (format, sourceFormat, expected, mimeType) => {
    const made = await finish(opaque(64, 48), { ...options, format, sourceFormat });
    expect([made.format, made.mimeType]).toEqual([expected, mimeType]);
    expect((await sharp(made.bytes).metadata()).format).toBe(expected === 'jpg' ? 'jpeg' : expected);
  });

  test.each(['gif', 'heic', 'avif'] as const)(
    'keep of %s is refused, with the way out',
    async (sourceFormat) => {
      expect(canKeepFormat(sourceFormat)).toBe(false);
      const work = finish(opaque(64, 48), { ...options, sourceFormat });
      await expect(work).rejects.toMatchObject({
        code: 'image-cannot-keep-format',
        sentence: expect.stringMatching(/choose PNG, JPEG or WebP/),
      });
    },
  );

  test.each(['png', 'webp'] as const)('transparency goes through %s', async (format) => {
    const picture = transparent(120, 90);
    const made = await finish(picture, { ...options, format });
    const raw = await sharp(made.bytes).raw().toBuffer();
    expect(made.hasAlpha).toBe(true);
    expect(
      maxDifference(
        raw.filter((_, at) => at % 4 === 3),
        picture.alpha?.data ?? [],
      ),
    ).toBe(0);
  });

  test('JPEG of a transparent picture without a background is refused', async () => {
    const work = finish(transparent(64, 48), { ...options, format: 'jpg' });
    await expect(work).rejects.toMatchObject({ code: 'image-needs-background' });
  });

  test('with one, the background shows where nothing was, and the edge has no fringe', async () => {
    const picture = transparent(160, 160);
    const background = { r: 12, g: 200, b: 90 };
    const made = await finish(picture, { ...options, format: 'jpg', background });
    const { data, info } = await sharp(made.bytes, { ignoreIcc: true })
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([made.hasAlpha, info.channels]).toEqual([false, 3]);
    expect(maxDifference(data.subarray(0, 3), [12, 200, 90])).toBeLessThanOrEqual(3);
    const wanted = drawRaster(160, 160, 3, (x, y) => {
      const at = y * 160 + x;
      const share = (picture.alpha?.data[at] ?? 0) / 255;
      return [12, 200, 90].map(
        (under, c) => (picture.rgb.data[at * 3 + c] ?? 0) * share + under * (1 - share),
      );
    });
    let sum = 0;
    for (let at = 0; at < data.length; at += 1) sum += Math.abs((data[at] ?? 0) - (wanted.data[at] ?? 0));
    expect(sum / data.length).toBeLessThan(3);
  });
});

describe('quality', () => {
  test.each(['jpg', 'webp'] as const)(
    '%s comes down to the byte goal, no further than it must',
    async (format) => {
      const picture = { rgb: noise(300, 200), alpha: null };
      const free = await finish(picture, { ...options, format });
      const goalBytes = Math.round(free.bytes.length * 0.7);
      const made = await finish(picture, { ...options, format, goalBytes });
      expect(free.quality).toBe(90);
      expect(made.bytes.length).toBeLessThanOrEqual(goalBytes);
      expect(made.bytes.length).toBeGreaterThan(goalBytes * 0.9);
      expect(made.quality).toBeLessThan(90);
      expect(made.notes).toEqual([]);
    },
  );

  test('a goal that only a ruined picture would meet is not met, and the notes say so', async () => {
    const made = await finish(
      { rgb: noise(300, 200), alpha: null },
      { ...options, format: 'jpg', goalBytes: 1000 },
    );
    expect(made.quality).toBe(60);
    expect(made.notes.join()).toMatch(/without visible damage/);
  });

  test('a goal for a PNG is said to be out of reach, and no pixel is lost', async () => {
    const picture = opaque(80, 60);
    const made = await finish(picture, { ...options, format: 'png', goalBytes: 100 });
    expect(made.quality).toBeNull();
    expect(made.notes.join()).toMatch(/keeps every pixel/);
    expect(maxDifference(await sharp(made.bytes).raw().toBuffer(), picture.rgb.data)).toBe(0);
  });

  test('the limit of the shop counts even where the goal is larger', async () => {
    const limits = { ...defaultImageLimits, maxOutputBytes: 40_000 };
    const made = await finish(
      { rgb: noise(300, 200), alpha: null },
      { ...options, format: 'jpg', goalBytes: 10_000_000, limits },
    );
    expect(made.bytes.length).toBeLessThanOrEqual(40_000);
  });
});

describe('colour resolution of JPEG', () => {
  const subsampling = async (rgb: Raster<3>): Promise<string | undefined> => {
    const { bytes } = await finish({ rgb, alpha: null }, { ...options, format: 'jpg' });
    return (await sharp(bytes).metadata()).chromaSubsampling;
  };

  test('a photo gets 4:2:0', async () => {
    expect(await subsampling(photo(400, 300))).toBe('4:2:0');
  });

  test.each([
    ['red', [220, 0, 20]],
    ['blue', [10, 20, 220]],
    ['magenta', [230, 0, 200]],
  ])('%s lettering on white keeps full colour', async (_, ink) => {
    // Strokes of three pixels, as small print has them, on a hundredth of the picture.
    const rgb = drawRaster(400, 300, 3, (x, y) => (x < 120 && y < 40 && x % 9 < 3 ? ink : [255, 255, 255]));
    expect(await subsampling(rgb)).toBe('4:4:4');
  });

  test('black lettering needs none', () => {
    expect(needsFullChroma(drawRaster(400, 300, 3, (x) => (x % 9 < 3 ? [0, 0, 0] : [255, 255, 255])))).toBe(
      false,
    );
  });
});

describe('PNG', () => {
  test('few colours become a palette that loses nothing', async () => {
    const rgb = drawRaster(200, 150, 3, (x, y) => [(x >> 6) * 37, (y >> 5) * 51, ((x * y) >> 9) & 7]);
    const made = await finish({ rgb, alpha: null }, { ...options, format: 'png' });
    expect((await sharp(made.bytes).metadata()).isPalette).toBe(true);
    const decoded = await sharp(made.bytes, { ignoreIcc: true }).toColourspace('srgb').raw().toBuffer();
    expect(maxDifference(decoded, rgb.data)).toBe(0);
  });

  test('few colours that the quantiser cannot hold exactly stay in true colour', async () => {
    const level = (x: number, y: number): number => (x * 7 + y) % 256;
    const rgb = drawRaster(300, 200, 3, (x, y) => [200, 10, level(x, y) & 15]);
    const alpha = drawRaster(300, 200, 1, (x, y) => [level(x, y)]);
    const made = await finish({ rgb, alpha }, { ...options, format: 'png' });
    const raw = await sharp(made.bytes, { ignoreIcc: true }).raw().toBuffer();
    expect(
      maxDifference(
        raw.filter((_, at) => at % 4 === 3),
        alpha.data,
      ),
    ).toBe(0);
    expect(
      maxDifference(
        raw.filter((_, at) => at % 4 !== 3),
        rgb.data,
      ),
    ).toBe(0);
  });

  test('an opaque photo keeps every value', async () => {
    const picture = opaque(90, 70);
    const made = await finish(picture, { ...options, format: 'png' });
    expect((await sharp(made.bytes).metadata()).isPalette).toBe(false);
    const raw = await sharp(made.bytes, { ignoreIcc: true }).raw().toBuffer();
    expect(maxDifference(raw, picture.rgb.data)).toBe(0);
  });

  test('a transparent one keeps every value around what is visible, and white far from it', async () => {
    const side = 200;
    const picture = transparent(side, side);
    const made = await finish(picture, { ...options, format: 'png' });
    const raw = await sharp(made.bytes, { ignoreIcc: true }).raw().toBuffer();
    for (let y = 0; y < side; y += 1) {
      for (let x = 0; x < side; x += 1) {
        const at = y * side + x;
        const distance = Math.hypot(x - side / 2, y - side / 2) - side * 0.38;
        expect(raw[at * 4 + 3]).toBe(picture.alpha?.data[at]);
        const colour = [...raw.subarray(at * 4, at * 4 + 3)];
        if (distance < 16) expect(colour).toEqual([...picture.rgb.data.subarray(at * 3, at * 3 + 3)]);
        if (distance > 48) expect(colour).toEqual([255, 255, 255]);
      }
    }
  });
});

test.each([
  ['a side of 0', { longestSidePx: 0 }],
  ['a side of 1.5', { longestSidePx: 1.5 }],
  ['a goal of -1', { goalBytes: -1 }],
  ['a colour of 256', { background: { r: 256, g: 0, b: 0 } }],
  ['a colour of NaN', { squarePadding: { r: Number.NaN, g: 0, b: 0 } }],
])('%s is refused', async (_, wrong) => {
  await expect(finish(opaque(20, 20), { ...options, ...wrong })).rejects.toMatchObject({
    code: 'image-parameter',
  });
});

test('alpha of another size is refused', async () => {
  const alpha = drawRaster(10, 10, 1, () => [9]);
  await expect(finish({ rgb: photo(20, 20), alpha }, options)).rejects.toMatchObject({
    code: 'image-parameter',
  });
});

test('an abort rejects with its reason', async () => {
  const reason = new Error('enough');
  await expect(finish(opaque(20, 20), options, AbortSignal.abort(reason))).rejects.toBe(reason);
});

test('the same picture and options give the same bytes', async () => {
  for (const format of ['jpg', 'png', 'webp'] as const) {
    const [first, second] = [
      await finish(opaque(90, 60), { ...options, format }),
      await finish(opaque(90, 60), { ...options, format }),
    ];
    expect(second.bytes).toEqual(first.bytes);
  }
});
