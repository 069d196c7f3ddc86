import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { configureLibvips } from '../../../web/core/image/libvips.ts';
import { prepare } from '../../../web/core/image/prepare.ts';
import { exifOrientation, insertJpegSegment, insertPngChunk } from './embed.ts';
import { drawRaster, maxDifference, photo, toSharp } from './pictures.ts';

beforeAll(configureLibvips);

const [storedWidth, storedHeight] = [40, 24];
const stored = photo(storedWidth, storedHeight);

/**
 * Where a pixel of the upright picture lies in the stored one, from what EXIF 3.0 (4.6.5.1.1, Orientation) says of
 * the 0th row and column: 1 top left, 2 top right, 3 bottom right, 4 bottom left, 5 left top, 6 right top,
 * 7 right bottom, 8 left bottom.
 */
const storedPlace: Readonly<Record<number, (x: number, y: number) => readonly [number, number]>> = {
  1: (x, y) => [x, y],
  2: (x, y) => [storedWidth - 1 - x, y],
  3: (x, y) => [storedWidth - 1 - x, storedHeight - 1 - y],
  4: (x, y) => [x, storedHeight - 1 - y],
  5: (x, y) => [y, x],
  6: (x, y) => [y, storedHeight - 1 - x],
  7: (x, y) => [storedWidth - 1 - y, storedHeight - 1 - x],
  8: (x, y) => [storedWidth - 1 - y, x],
};

function upright(
  data: Uint8Array,
  orientation: number,
): { data: Uint8Array; widthPx: number; heightPx: number } {
  const isTurned = orientation >= 5;
  const [widthPx, heightPx] = isTurned ? [storedHeight, storedWidth] : [storedWidth, storedHeight];
  return drawRaster(widthPx, heightPx, 3, (x, y) => {
    const [sx, sy] = storedPlace[orientation]?.(x, y) ?? [0, 0];
    const at = (sy * storedWidth + sx) * 3;
    return [...data.subarray(at, at + 3)];
  });
}

const exifHead = Buffer.from('Exif\0\0', 'latin1');
const writers = {
  jpg: async (orientation: number) =>
    insertJpegSegment(
      await toSharp(stored).jpeg({ quality: 95 }).toBuffer(),
      0xe1,
      Buffer.concat([exifHead, exifOrientation(orientation)]),
    ),
  png: async (orientation: number) =>
    insertPngChunk(await toSharp(stored).png().toBuffer(), 'eXIf', exifOrientation(orientation)),
  webp: async (orientation: number) =>
    await toSharp(stored).withMetadata({ orientation }).webp({ lossless: true }).toBuffer(),
} as const;

describe.each(['jpg', 'png', 'webp'] as const)('%s', (format) => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'orientation %i is turned upright before anything else',
    async (orientation) => {
      const bytes = await writers[format](orientation);
      const { image, info } = await prepare(bytes, { maxInputSidePx: null });
      expect(info.orientation).toBe(orientation);
      // What the decoder gives without turning is turned by the table above, which shares nothing with libvips.
      const raw = await sharp(bytes, { autoOrient: false, ignoreIcc: true }).raw().toBuffer();
      const wanted = upright(raw, orientation);
      expect([image.rgb.widthPx, image.rgb.heightPx]).toEqual([wanted.widthPx, wanted.heightPx]);
      expect([info.widthPx, info.heightPx]).toEqual([wanted.widthPx, wanted.heightPx]);
      expect(maxDifference(image.rgb.data, wanted.data)).toBe(0);
    },
  );
});

test.each(['jpg', 'png'] as const)(
  'an orientation that EXIF does not know counts as upright: %s',
  async (format) => {
    for (const orientation of [0, 9, 255, 65_535]) {
      const { image, info } = await prepare(await writers[format](orientation), { maxInputSidePx: null });
      expect(info.orientation).toBe(1);
      expect([image.rgb.widthPx, image.rgb.heightPx]).toEqual([storedWidth, storedHeight]);
    }
  },
);

test('a turned JPEG carries no constraint, an upright one does', async () => {
  for (let orientation = 1; orientation <= 8; orientation += 1) {
    const { image } = await prepare(await writers.jpg(orientation), { maxInputSidePx: null });
    expect(image.jpeg !== null).toBe(orientation === 1);
  }
});

test('an AVIF that is turned by its own box comes out upright, whatever EXIF says besides', async () => {
  const avif = await toSharp(stored).avif({ lossless: true }).toBuffer();
  const plain = await prepare(avif, { maxInputSidePx: null });
  const turned = Buffer.from(
    await toSharp(stored).withMetadata({ orientation: 6 }).avif({ lossless: true }).toBuffer(),
  );
  const { image, info } = await prepare(turned, { maxInputSidePx: null });
  const wanted = upright(plain.image.rgb.data, 6);
  expect(info.orientation).toBe(1);
  expect([image.rgb.widthPx, image.rgb.heightPx]).toEqual([info.widthPx, info.heightPx]);
  expect([image.rgb.widthPx, image.rgb.heightPx]).toEqual([wanted.widthPx, wanted.heightPx]);
  expect(maxDifference(image.rgb.data, wanted.data)).toBeLessThanOrEqual(1);
});
