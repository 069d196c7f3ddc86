import sharp from 'sharp';
import { expect, test } from 'vitest';
import { busiestWindow } from '../../../sandbox/demo/busiest-window.ts';
import { createCanvas, drawText, placePicture } from '../../../sandbox/demo/canvas.ts';
import { contactSheet } from '../../../sandbox/demo/contact-sheet.ts';
import type { Raster } from '../../../web/core/image/types.ts';

const picture = (
  widthPx: number,
  heightPx: number,
  at: (x: number, y: number) => readonly number[],
): Raster<4> => ({
  data: Uint8Array.from(
    Array.from({ length: widthPx * heightPx }, (_, i) => at(i % widthPx, Math.floor(i / widthPx))).flat(),
  ),
  widthPx,
  heightPx,
  channels: 4,
});

const encoded = (raster: Raster<4>): Promise<Uint8Array> =>
  sharp(raster.data, { raw: { width: raster.widthPx, height: raster.heightPx, channels: 4 } })
    .png()
    .toBuffer();

test('the busiest window lies on the detail, not on the flat part and not on clear pixels', () => {
  const raster = picture(96, 64, (x, y) => {
    const isChecked = (x + y) % 2 === 0 ? 255 : 0;
    // Clear noise on the left, solid checks at the lower right, flat grey elsewhere.
    if (x < 32) return [isChecked, isChecked, isChecked, 0];
    if (x >= 64 && y >= 32) return [isChecked, isChecked, isChecked, 255];
    return [128, 128, 128, 255];
  });
  const window = busiestWindow(raster, 32);
  expect(window.x).toBeGreaterThanOrEqual(62);
  expect(window.y).toBeGreaterThanOrEqual(30);
});

test('a picture smaller than the window is shown from its corner', () => {
  expect(
    busiestWindow(
      picture(8, 8, () => [1, 2, 3, 255]),
      32,
    ),
  ).toEqual({ x: 0, y: 0 });
});

test('words leave ink on the canvas at their place and nowhere else', () => {
  const canvas = createCanvas(120, 40, [255, 255, 255]);
  drawText(canvas, { text: 'HI', x: 60, y: 30, size: 16, align: 'centre' }, [0, 0, 0]);
  const darkColumns = new Set<number>();
  canvas.data.forEach((value, i) => {
    if (value < 128) darkColumns.add(Math.floor(i / 3) % canvas.widthPx);
  });
  expect(darkColumns.size).toBeGreaterThan(5);
  expect(Math.min(...darkColumns)).toBeGreaterThan(40);
  expect(Math.max(...darkColumns)).toBeLessThan(80);
});

test('what is drawn over the rim is cut off, not wrapped to the other side', () => {
  const canvas = createCanvas(20, 10, [255, 255, 255]);
  placePicture(
    canvas,
    picture(8, 8, () => [9, 9, 9, 255]),
    16,
    0,
  );
  expect(canvas.data[0]).toBe(255);
  expect(canvas.data[17 * 3]).toBe(9);
});

test('the sheet holds a card for each photo, with the before crop from the before and the after crop from the after', async () => {
  const before = await encoded(picture(40, 40, () => [200, 30, 30, 255]));
  const after = await encoded(picture(160, 160, () => [30, 30, 200, 255]));
  const row = { title: 'A mug', before, after, note: '40 to 160 px' };
  const options = { heading: 'Heading', subheading: 'Sub', columns: 2, tilePx: 80 };
  const one = await sharp(await contactSheet([row], options)).metadata();
  const sheet = await contactSheet([row, row, row], options);
  const three = await sharp(sheet).metadata();
  expect(three.width ?? 0).toBeGreaterThan((one.width ?? 0) * 1.5);
  expect(three.height ?? 0).toBeGreaterThan(one.height ?? 0);
  const pixels = await sharp(sheet).removeAlpha().raw().toBuffer();
  const count = (r: number, g: number, b: number): number => {
    let found = 0;
    for (let i = 0; i < pixels.length; i += 3) {
      if (pixels[i] === r && pixels[i + 1] === g && pixels[i + 2] === b) found++;
    }
    return found;
  };
  // Red only as the stretched crop; blue as the whole and as the crop.
  expect(count(200, 30, 30)).toBeGreaterThan(3 * 80 * 80 * 0.9);
  expect(count(30, 30, 200)).toBeGreaterThan(3 * 80 * 80 * 1.7);
});

test('a picture wider than high, and one smaller than a tile, have their place too', async () => {
  const before = await encoded(picture(30, 10, () => [10, 200, 10, 255]));
  const after = await encoded(picture(60, 20, () => [10, 200, 10, 128]));
  const sheet = await contactSheet([{ title: 'A very long name '.repeat(8), before, after, note: 'n' }], {
    heading: 'H',
    subheading: 'S',
    columns: 3,
    tilePx: 80,
  });
  expect((await sharp(sheet).metadata()).format).toBe('png');
});
