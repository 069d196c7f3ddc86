import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { ImageError, type ImageErrorCode } from '../../../web/core/image/errors.ts';
import { readHeader } from '../../../web/core/image/header.ts';
import { configureLibvips } from '../../../web/core/image/libvips.ts';
import { defaultImageLimits } from '../../../web/core/image/limits.ts';
import { prepare } from '../../../web/core/image/prepare.ts';
import { exifOrientation, insertPngChunk, pngBomb, pngChunk } from './embed.ts';
import { cutOut, photo, toSharp } from './pictures.ts';

beforeAll(configureLibvips);

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

async function refusal(work: Promise<unknown>): Promise<ImageError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof ImageError) return error;
    throw error;
  }
  throw new Error('it was taken');
}

async function expectRefusal(work: Promise<unknown>, code: ImageErrorCode): Promise<void> {
  const error = await refusal(work);
  expect(error.code).toBe(code);
  expect(error.sentence).toMatch(/^[A-Z].{20,}\.$/);
  expect(error.isReported).toBe(false);
}

/** Encoders by format, for a picture of some detail. */
const encoders = {
  jpg: () => toSharp(photo(96, 64)).jpeg({ quality: 85 }).toBuffer(),
  'progressive jpg': () => toSharp(photo(96, 64)).jpeg({ mozjpeg: true }).toBuffer(),
  png: () => toSharp(cutOut(96, 64)).png().toBuffer(),
  webp: () => toSharp(cutOut(96, 64)).webp().toBuffer(),
  'lossless webp': () => toSharp(photo(96, 64)).webp({ lossless: true }).toBuffer(),
  gif: () => toSharp(cutOut(96, 64)).gif().toBuffer(),
  avif: () => toSharp(photo(96, 64)).avif().toBuffer(),
} as const;
const formats = Object.keys(encoders) as (keyof typeof encoders)[];

describe('what the header says', () => {
  test.each([
    ['jpg', 'jpg', false],
    ['png', 'png', true],
    ['webp', 'webp', true],
    ['gif', 'gif', true],
    ['avif', 'avif', false],
  ] as const)('%s: format, size, alpha', async (name, format, hasAlpha) => {
    const bytes = await encoders[name]();
    expect(await readHeader(bytes)).toEqual({
      format,
      widthPx: 96,
      heightPx: 64,
      bytes: bytes.length,
      hasAlpha,
      orientation: 1,
      colourSpace: 'srgb',
      hasIccProfile: false,
      isAnimated: false,
    });
  });

  test('sizes are upright', async () => {
    const bytes = insertPngChunk(await encoders.png(), 'eXIf', exifOrientation(6));
    expect(await readHeader(bytes)).toMatchObject({ widthPx: 64, heightPx: 96, orientation: 6 });
  });
});

describe('refused from the header', () => {
  test.each<[string, ImageErrorCode, Buffer]>([
    ['nothing at all', 'image-empty', Buffer.alloc(0)],
    ['one byte', 'image-not-an-image', Buffer.from([0xff])],
    ['plain text', 'image-not-an-image', latin1('Dear shop, please find my picture attached.')],
    ['zeros', 'image-not-an-image', Buffer.alloc(5000)],
    ['a web page', 'image-not-an-image', latin1('<!DOCTYPE html><html><body>404</body></html>')],
    [
      'SVG',
      'image-unsupported-format',
      latin1('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
    ],
    ['SVG behind an XML head', 'image-unsupported-format', Buffer.from('\ufeff<?xml version="1.0"?><svg/>')],
    ['SVG behind blanks', 'image-unsupported-format', latin1('  \n\t<svg onload="x()"/>')],
    ['PDF', 'image-unsupported-format', latin1('%PDF-1.7\n1 0 obj')],
    ['PDF behind junk', 'image-unsupported-format', latin1('junk\n%PDF-1.7\n1 0 obj')],
    ['TIFF, little-endian', 'image-unsupported-format', latin1('II*\0\u0008\0\0\0')],
    ['TIFF, big-endian', 'image-unsupported-format', latin1('MM\0*\0\0\0\u0008')],
    ['BigTIFF', 'image-unsupported-format', latin1('II+\0\u0008\0\0\0')],
    ['Photoshop', 'image-unsupported-format', latin1('8BPS\0\u0001')],
    ['BMP', 'image-unsupported-format', latin1('BM\u009a\0\0\0\0\0\0\0')],
    ['a film', 'image-not-an-image', latin1('\0\0\0\u0018ftypisom\0\0\0\0isommp42')],
    ['a lone JPEG mark', 'image-corrupt', Buffer.from([0xff, 0xd8, 0xff])],
    ['a JPEG of marks only', 'image-corrupt', Buffer.from([0xff, 0xd8, 0xff, 0xd9])],
    ['a lone PNG mark', 'image-corrupt', latin1('\u0089PNG\r\n\u001a\n')],
    ['a lone GIF mark', 'image-corrupt', latin1('GIF89a')],
    ['a GIF without a frame', 'image-corrupt', latin1('GIF89a\u0010\0\u0010\0\0\0\0;')],
    ['a WebP without a picture', 'image-corrupt', latin1('RIFF\u0004\0\0\0WEBP')],
    ['an AVIF without a size', 'image-corrupt', latin1('\0\0\0\u0014ftypavif\0\0\0\0avif')],
    [
      'a HEIF box that ends before it begins',
      'image-corrupt',
      latin1('\0\0\0\u0014ftypavif\0\0\0\0avif\0\0\0\u0002meta'),
    ],
    ['a PNG of no width', 'image-corrupt', pngBomb(0, 10, 0)],
  ])('%s', async (_, code, bytes) => {
    await expectRefusal(readHeader(bytes), code);
  });

  test('TIFF that libvips could read', async () => {
    await expectRefusal(
      readHeader(await toSharp(photo(32, 32)).tiff().toBuffer()),
      'image-unsupported-format',
    );
  });

  test('a file of more bytes than are read', async () => {
    const bytes = await encoders.jpg();
    const limits = { ...defaultImageLimits, maxInputBytes: bytes.length - 1 };
    await expectRefusal(readHeader(bytes, limits), 'image-too-many-bytes');
    expect((await readHeader(bytes, { ...limits, maxInputBytes: bytes.length })).bytes).toBe(bytes.length);
  });

  test.each([
    ['196 megapixels in 600 kB', pngBomb(14_000, 14_000, 14_000), 'image-too-many-pixels'],
    ['65,535 × 65,535', pngBomb(65_535, 65_535, 1), 'image-side-too-long'],
    ['65,535 × 1', pngBomb(65_535, 1, 1), 'image-side-too-long'],
    ['1 × 65,535', pngBomb(1, 65_535, 1), 'image-side-too-long'],
    ['4294967295 × 4294967295', pngBomb(0xffffffff, 0xffffffff, 0), 'image-side-too-long'],
    ['one row more than 25 megapixels', pngBomb(5000, 5001, 1), 'image-too-many-pixels'],
  ] as const)('a PNG bomb of %s', async (_, bytes, code) => {
    expect(bytes.length).toBeLessThan(700_000);
    await expectRefusal(readHeader(bytes), code);
    await expectRefusal(prepare(bytes, { maxInputSidePx: null }), code);
  });

  test.each(['jpg', 'webp', 'gif', 'avif'] as const)('a %s whose header claims too much', async (format) => {
    const bytes = Buffer.from(await encoders[format]());
    if (format === 'jpg') bytes.writeUInt32BE(0xffffffff, bytes.indexOf(Buffer.from([0xff, 0xc0])) + 5);
    if (format === 'gif') bytes.writeUInt32LE(0xffffffff, 6);
    if (format === 'webp') bytes.fill(0xff, 24, 30);
    if (format === 'avif') bytes.writeUInt32BE(65_535, bytes.indexOf('ispe', 0, 'latin1') + 8);
    await expectRefusal(readHeader(bytes), 'image-side-too-long');
  });

  test('a GIF whose frame lies far outside its screen', async () => {
    const bytes = Buffer.from(await encoders.gif());
    const frame = bytes.indexOf(Buffer.from([0x2c, 0, 0, 0, 0, 96, 0, 64, 0]));
    expect(frame).toBeGreaterThan(0);
    bytes.writeUInt16LE(65_000, frame + 5);
    await expectRefusal(readHeader(bytes), 'image-side-too-long');
  });

  test('animation, with its reason', async () => {
    const frames = [photo(32, 32), photo(32, 32)].map((raster) => raster.data);
    const pages = sharp(
      Buffer.concat([...frames].map((data, i) => (i === 0 ? data : data.map((v) => 255 - v)))),
      {
        raw: { width: 32, height: 64, channels: 3, pageHeight: 32 },
      },
    );
    for (const bytes of [await pages.clone().gif().toBuffer(), await pages.clone().webp().toBuffer()]) {
      const error = await refusal(readHeader(bytes));
      expect(error.code).toBe('image-animated');
      expect(error.sentence).toMatch(/animated/);
    }
  });

  test('an animated PNG, but not one of a single frame', async () => {
    const control = (frames: number): Buffer => {
      const data = Buffer.alloc(8);
      data.writeUInt32BE(frames, 0);
      return data;
    };
    const still = await encoders.png();
    await expectRefusal(readHeader(insertPngChunk(still, 'acTL', control(3))), 'image-animated');
    expect((await readHeader(insertPngChunk(still, 'acTL', control(1)))).format).toBe('png');
  });

  test('a GIF of one frame is taken', async () => {
    expect((await readHeader(await encoders.gif())).isAnimated).toBe(false);
  });

  test.each([
    ['12-bit JPEG', 4, 12],
    ['lossless JPEG', 1, 0xc3],
    ['arithmetic JPEG', 1, 0xc9],
  ])('%s', async (_, offset, value) => {
    const bytes = Buffer.from(await encoders.jpg());
    bytes[bytes.indexOf(Buffer.from([0xff, 0xc0])) + offset] = value;
    await expectRefusal(readHeader(bytes), 'image-unsupported-format');
  });

  test('a JPEG of thousands of scans', async () => {
    const jpeg = await encoders['progressive jpg']();
    const scan = jpeg.indexOf(Buffer.from([0xff, 0xda]));
    const next = jpeg.indexOf(Buffer.from([0xff, 0xc4]), scan);
    const one = jpeg.subarray(scan, next);
    const many = Buffer.concat([jpeg.subarray(0, scan), ...Array(3000).fill(one), jpeg.subarray(next)]);
    await expectRefusal(readHeader(many), 'image-corrupt');
  });
});

test.each([
  [
    'chunks of a PNG',
    (png: Buffer) => [png.subarray(0, 33), Buffer.alloc(12 * 30_000, pngChunk('abCd', Buffer.alloc(0)))],
  ],
  [
    'segments of a JPEG',
    () => [Buffer.from([0xff, 0xd8]), Buffer.alloc(4 * 30_000, Buffer.from([0xff, 0xfe, 0, 2]))],
  ],
])('%s without end are given up early', async (_, make) => {
  const bytes = Buffer.concat(make(await encoders.png()));
  expect((await refusal(readHeader(bytes))).message).toMatch(/more than 20000 parts/);
});

describe('polyglots', () => {
  test.each(formats)('%s with a script or an archive behind it is only the picture', async (format) => {
    const bytes = await encoders[format]();
    const archive = latin1('PK\u0003\u0004<script>alert(1)</script>%PDF-1.7');
    const clean = await prepare(bytes, { maxInputSidePx: null });
    const dirty = await prepare(Buffer.concat([bytes, archive]), { maxInputSidePx: null });
    expect(dirty.png).toEqual(clean.png);
  });

  test('a PNG signature in front of a JPEG is no picture', async () => {
    const bytes = Buffer.concat([latin1('\u0089PNG\r\n\u001a\n'), await encoders.jpg()]);
    await expectRefusal(readHeader(bytes), 'image-corrupt');
  });

  test('a GIF that opens as a script is a broken GIF', async () => {
    await expectRefusal(readHeader(latin1('GIF89a/*'.padEnd(200, 'x'))), 'image-corrupt');
  });

  test('JPEG marks in front of SVG or PDF are no picture', async () => {
    for (const text of ['<svg xmlns="http://www.w3.org/2000/svg"/>', '%PDF-1.4']) {
      await expectRefusal(
        readHeader(Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), latin1(text)])),
        'image-corrupt',
      );
    }
  });
});

describe('damage', () => {
  const cuts = [0.15, 0.5, 0.9] as const;
  test.each(formats.flatMap((format) => cuts.map((share) => [format, share] as const)))(
    '%s cut short at %s is refused',
    async (format, share) => {
      const bytes = await encoders[format]();
      const cut = bytes.subarray(0, Math.floor(bytes.length * share));
      await expectRefusal(prepare(cut, { maxInputSidePx: null }), 'image-corrupt');
    },
  );

  // GIF and lossy WebP carry no checksum: some damage in them is just another picture.
  test.each(['jpg', 'progressive jpg', 'png', 'avif'] as const)(
    '%s with a hole in its pixel data is refused',
    async (format) => {
      const bytes = Buffer.from(await encoders[format]());
      const middle = Math.floor(bytes.length * 0.6);
      for (let at = middle; at < middle + 40; at += 1) bytes[at] = (bytes[at] ?? 0) ^ 0xa5;
      await expectRefusal(prepare(bytes, { maxInputSidePx: null }), 'image-corrupt');
    },
  );

  test('a PNG whose last, empty chunk is missing has every pixel and is taken', async () => {
    const bytes = await encoders.png();
    const { image } = await prepare(bytes.subarray(0, bytes.length - 12), { maxInputSidePx: null });
    expect(image.rgb.data).toEqual((await prepare(bytes, { maxInputSidePx: null })).image.rgb.data);
  });

  test.each([0x00, 0xff])(
    'padding with %s before the end mark of a progressive JPEG is harmless',
    async (pad) => {
      const jpeg = await encoders['progressive jpg']();
      const end = jpeg.length - 2;
      const padded = Buffer.concat([jpeg.subarray(0, end), Buffer.alloc(9, pad), jpeg.subarray(end)]);
      const { image } = await prepare(padded, { maxInputSidePx: null });
      expect(image.rgb.data).toEqual((await prepare(jpeg, { maxInputSidePx: null })).image.rgb.data);
    },
  );

  test('leftovers of a scan before the end mark of a progressive JPEG are damage', async () => {
    const jpeg = await encoders['progressive jpg']();
    const end = jpeg.length - 2;
    const longer = Buffer.concat([jpeg.subarray(0, end), jpeg.subarray(end - 30, end), jpeg.subarray(end)]);
    await expectRefusal(prepare(longer, { maxInputSidePx: null }), 'image-corrupt');
  });

  test('odd metadata in a PNG is harmless', async () => {
    const png = await encoders.png();
    const odd = insertPngChunk(
      insertPngChunk(png, 'gAMA', Buffer.from([0, 0, 0, 0])),
      'sRGB',
      Buffer.from([9]),
    );
    const { image } = await prepare(odd, { maxInputSidePx: null });
    expect(image.rgb.data).toEqual((await prepare(png, { maxInputSidePx: null })).image.rgb.data);
  });

  test('a thousand text chunks that inflate to 8 MB each never reach libpng', async () => {
    const { deflateSync } = await import('node:zlib');
    const text = pngChunk(
      'zTXt',
      Buffer.concat([latin1('Comment\0\0'), deflateSync(Buffer.alloc(7_900_000, 'A'))]),
    );
    const png = await encoders.png();
    const bytes = Buffer.concat([png.subarray(0, 33), ...Array(900).fill(text), png.subarray(33)]);
    const before = process.memoryUsage().rss;
    const { image } = await prepare(bytes, { maxInputSidePx: null });
    expect(image.rgb.widthPx).toBe(96);
    expect(process.memoryUsage().rss - before).toBeLessThan(300e6);
  });
});

test('the loaders that a shop has no use for are shut in this process', async () => {
  const svg = latin1(
    '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><rect width="9" height="9"/></svg>',
  );
  await expect(sharp(svg).metadata()).rejects.toThrow(/unsupported/);
  const tiff = await toSharp(photo(32, 32)).tiff().toBuffer();
  await expect(sharp(tiff).metadata()).rejects.toThrow(/unsupported/);
  await expect(sharp(new URL(import.meta.url).pathname).metadata()).rejects.toThrow();
});
