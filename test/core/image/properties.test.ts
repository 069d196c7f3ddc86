import fc from 'fast-check';
import sharp from 'sharp';
import { beforeAll, expect, test } from 'vitest';
import { resizeAlpha, upscaleAlpha } from '../../../web/core/image/alpha.ts';
import { ImageError } from '../../../web/core/image/errors.ts';
import { finish } from '../../../web/core/image/finish.ts';
import { readHeader } from '../../../web/core/image/header.ts';
import { configureLibvips } from '../../../web/core/image/libvips.ts';
import { defaultImageLimits } from '../../../web/core/image/limits.ts';
import { prepare } from '../../../web/core/image/prepare.ts';
import { loadPrepared } from '../../../web/core/image/prepared.ts';
import { resizeRaster } from '../../../web/core/image/resize.ts';

beforeAll(configureLibvips);

/** 1…5000, mostly small so that hundreds of pictures take seconds; two long sides at once stay below 3 MP. */
const side = fc.oneof(
  { weight: 10, arbitrary: fc.integer({ min: 1, max: 40 }) },
  { weight: 4, arbitrary: fc.integer({ min: 41, max: 400 }) },
  { weight: 2, arbitrary: fc.integer({ min: 401, max: 5000 }) },
);
const size = fc.tuple(side, side).filter(([width, height]) => width * height <= 3_000_000);
const colour = fc.record({ r: fc.nat(255), g: fc.nat(255), b: fc.nat(255) });

/** Samples by rule: smooth, noisy, flat or two-valued, so that encoders meet all kinds. */
function samples(count: number, kind: number, seed: number): Uint8Array {
  let state = seed | 1;
  return Uint8Array.from({ length: count }, (_, at) => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
    if (kind === 0) return seed;
    if (kind === 1) return state >> 16;
    return kind === 2 ? (at / count) * 255 : ((state >> 20) & 1) * 255;
  });
}

const source = fc.record({
  size,
  channels: fc.constantFrom(1 as const, 2 as const, 3 as const, 4 as const),
  kind: fc.nat(3),
  seed: fc.nat(255),
  isDeep: fc.boolean(),
  format: fc.constantFrom('jpeg' as const, 'png' as const, 'webp' as const, 'gif' as const),
  orientation: fc.integer({ min: 1, max: 8 }),
});
type Source = typeof source extends fc.Arbitrary<infer T> ? T : never;

async function encode({ size: [width, height], channels, kind, seed, isDeep, format, orientation }: Source) {
  const eight = samples(width * height * channels, kind, seed);
  const deep = isDeep && format === 'png';
  const data = deep ? Uint16Array.from(eight, (value) => value * 257) : eight;
  const image = sharp(data, { raw: { width, height, channels }, limitInputPixels: false });
  const spaced = deep ? image.toColourspace(channels < 3 ? 'grey16' : 'rgb16') : image;
  return await spaced.withMetadata({ orientation })[format]({ effort: 1 }).toBuffer();
}

const wishes = fc.record({
  format: fc.constantFrom('keep' as const, 'jpg' as const, 'png' as const, 'webp' as const),
  longestSidePx: fc.option(fc.integer({ min: -1, max: 5000 }), { nil: null }),
  squarePadding: fc.option(colour, { nil: null, freq: 3 }),
  background: fc.option(colour, { nil: null }),
  goalBytes: fc.option(fc.integer({ min: 0, max: 200_000 }), { nil: null }),
});

/** Runs work that may refuse: gives its result, or null after an ImageError; anything else fails the property. */
async function refusable<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    expect(error).toBeInstanceOf(ImageError);
    expect((error as ImageError).sentence).toMatch(/^[A-Z].*\.$/);
    return null;
  }
}

test('whatever comes in and whatever is asked for: an ImageError, or a file that a shop takes', async () => {
  await fc.assert(
    fc.asyncProperty(
      source,
      wishes,
      fc.option(fc.integer({ min: 1, max: 3000 }), { nil: null }),
      async (from, wish, maxInputSidePx) => {
        const bytes = await encode(from);
        const prepared = await refusable(() => prepare(bytes, { maxInputSidePx }));
        if (prepared === null) return;
        const { image, info, png, alphaPng } = prepared;
        const { rgb, alpha } = image;
        expect(rgb.data).toHaveLength(rgb.widthPx * rgb.heightPx * 3);
        expect(Math.min(rgb.widthPx, rgb.heightPx)).toBeGreaterThanOrEqual(defaultImageLimits.minSidePx);
        if (maxInputSidePx !== null)
          expect(Math.max(rgb.widthPx, rgb.heightPx)).toBeLessThanOrEqual(Math.max(maxInputSidePx, 16));
        if (alpha)
          expect([alpha.widthPx, alpha.heightPx, alpha.data.length]).toEqual([
            rgb.widthPx,
            rgb.heightPx,
            rgb.widthPx * rgb.heightPx,
          ]);
        const loaded = await loadPrepared({ png, alphaPng, jpeg: image.jpeg });
        expect(Buffer.compare(loaded.rgb.data, rgb.data)).toBe(0);
        const made = await refusable(() =>
          finish(
            { rgb, alpha },
            { ...wish, sourceFormat: info.format, keep: prepared.keep, sourceType: null },
          ),
        );
        if (made === null) return;
        expect(made.bytes.length).toBeLessThanOrEqual(defaultImageLimits.maxOutputBytes);
        expect(made.widthPx * made.heightPx).toBeLessThanOrEqual(defaultImageLimits.maxOutputPixels);
        const read = await readHeader(made.bytes);
        expect([read.format, read.widthPx, read.heightPx]).toEqual([
          made.format,
          made.widthPx,
          made.heightPx,
        ]);
        const longestPx = Math.max(rgb.widthPx, rgb.heightPx);
        expect(Math.max(made.widthPx, made.heightPx)).toBeLessThanOrEqual(
          Math.min(longestPx, wish.longestSidePx ?? longestPx),
        );
        if (wish.squarePadding) expect(made.widthPx).toBe(made.heightPx);
        if (made.format === 'jpg' || alpha === null) expect(made.hasAlpha).toBe(false);
      },
    ),
    { numRuns: 60 },
  );
});

test('bytes that were tampered with, at any place and of any format, end in an ImageError or a picture', async () => {
  const bases = await Promise.all(
    (['jpeg', 'png', 'webp', 'gif', 'avif'] as const).map((format) =>
      sharp(samples(48 * 40 * 4, 2, 7), { raw: { width: 48, height: 40, channels: 4 } })
        .withMetadata({ orientation: 6 })
        .toFormat(format)
        .toBuffer(),
    ),
  );
  const edits = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255)), {
    minLength: 1,
    maxLength: 12,
  });
  const cut = fc.double({ min: 0, max: 1, noNaN: true });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...bases),
      edits,
      fc.option(cut, { nil: null }),
      async (base, changes, end) => {
        const bytes = Buffer.from(
          base.subarray(0, end === null ? base.length : Math.floor(base.length * end)),
        );
        // Half of the places lie in the first hundred bytes, where the structure is.
        changes.forEach(([place, value], index) => {
          const reach = index % 2 === 0 ? Math.min(100, bytes.length) : bytes.length;
          if (reach > 0) bytes[Math.floor(place * (reach - 1))] = value;
        });
        await refusable(() => prepare(bytes, { maxInputSidePx: null }));
      },
    ),
    { numRuns: 400 },
  );
});

test('bytes of chance behind any known head end in an ImageError', async () => {
  const heads = [
    '\u00ff\u00d8\u00ff\u00e0',
    '\u0089PNG\r\n\u001a\n',
    'GIF89a',
    'RIFF\u0040\0\0\0WEBP',
    '\0\0\0\u0014ftypavif',
    '\0\0\0\u0014ftypheic',
    '',
  ];
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...heads), fc.uint8Array({ maxLength: 300 }), async (head, tail) => {
      const bytes = Buffer.concat([Buffer.from(head, 'latin1'), tail]);
      expect(await refusable(() => readHeader(bytes))).toBeNull();
    }),
    { numRuns: 400 },
  );
});

test('rasters of any size become rasters of any size', async () => {
  const small = fc.integer({ min: 1, max: 60 });
  await fc.assert(
    fc.asyncProperty(
      small,
      small,
      small,
      small,
      fc.nat(3),
      fc.nat(255),
      async (fromWidth, fromHeight, widthPx, heightPx, kind, seed) => {
        const data = samples(fromWidth * fromHeight, kind, seed);
        const alpha = { data, widthPx: fromWidth, heightPx: fromHeight, channels: 1 as const };
        const [low, high] = [Math.min(...data), Math.max(...data)];
        for (const made of [
          await upscaleAlpha(alpha, widthPx, heightPx),
          await resizeAlpha(alpha, widthPx, heightPx),
        ]) {
          expect([made.widthPx, made.heightPx, made.data.length]).toEqual([
            widthPx,
            heightPx,
            widthPx * heightPx,
          ]);
        }
        const large = await upscaleAlpha(alpha, fromWidth * 3, fromHeight * 3);
        expect(large.data.every((value) => value >= low && value <= high)).toBe(true);
        const rgb = {
          ...alpha,
          data: Uint8Array.from({ length: data.length * 3 }, (_, at) => data[Math.floor(at / 3)] ?? 0),
          channels: 3 as const,
        };
        const resized = await resizeRaster(rgb, widthPx, heightPx);
        expect(resized.data).toHaveLength(widthPx * heightPx * 3);
      },
    ),
    { numRuns: 60 },
  );
});
