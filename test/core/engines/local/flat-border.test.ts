import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { enlargeTiled } from '../../../../web/core/engines/local/enlarge-tiled.ts';
import { findContent } from '../../../../web/core/engines/local/flat-border.ts';
import type { Raster } from '../../../../web/core/image/types.ts';

/** A dark rectangle on white. */
function onWhite(
  widthPx: number,
  heightPx: number,
  box: { x: number; y: number; w: number; h: number },
): Raster<3> {
  const data = new Uint8Array(widthPx * heightPx * 3).fill(255);
  for (let y = box.y; y < box.y + box.h; y++)
    data.fill(40, (y * widthPx + box.x) * 3, (y * widthPx + box.x + box.w) * 3);
  return { data, widthPx, heightPx, channels: 3 };
}

/** Doubles each pixel and counts what it was asked to run. */
function doubling() {
  const asked: number[] = [];
  const run = async (rgb: Uint8Array, widthPx: number, heightPx: number) => {
    asked.push(widthPx * heightPx);
    const out = new Uint8Array(rgb.length * 4);
    for (let y = 0; y < heightPx * 2; y++)
      for (let x = 0; x < widthPx * 2; x++) {
        const from = ((y >> 1) * widthPx + (x >> 1)) * 3;
        out.set(rgb.subarray(from, from + 3), (y * widthPx * 2 + x) * 3);
      }
    return out;
  };
  return { asked, net: { scale: 2 as const, digest: 'of a test', run } };
}

describe('findContent', () => {
  test('keeps the content and what feels it, runs its context too', () => {
    expect(findContent(onWhite(200, 120, { x: 80, y: 50, w: 20, h: 10 }))).toEqual({
      x: { start: 64, end: 116, keptStart: 72, keptEnd: 108 },
      y: { start: 34, end: 76, keptStart: 42, keptEnd: 68 },
      colour: [255, 255, 255],
    });
  });

  test('stops at the border of the image', () => {
    expect(findContent(onWhite(200, 120, { x: 0, y: 100, w: 200, h: 20 }))).toMatchObject({
      x: { start: 0, end: 200, keptStart: 0, keptEnd: 200 },
      y: { start: 84, end: 120, keptStart: 92, keptEnd: 120 },
    });
  });

  test('finds nothing to save where the content fills the image', () => {
    expect(findContent(onWhite(100, 100, { x: 6, y: 6, w: 88, h: 88 }))).toBeNull();
  });
});

test('whatever is flat around it, every pixel of the output is the one that the whole image would give', async () => {
  const cases = fc.record({
    widthPx: fc.integer({ min: 1, max: 150 }),
    heightPx: fc.integer({ min: 1, max: 150 }),
    left: fc.double({ min: 0, max: 1, noNaN: true }),
    top: fc.double({ min: 0, max: 1, noNaN: true }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    tilePx: fc.integer({ min: 32, max: 90 }),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ widthPx, heightPx, left, top, share, tilePx }) => {
      const x = Math.floor(left * (widthPx - 1));
      const y = Math.floor(top * (heightPx - 1));
      const [w, h] = [Math.ceil((widthPx - x) * share), Math.ceil((heightPx - y) * share)];
      const image = onWhite(widthPx, heightPx, { x, y, w, h });
      const { net, asked } = doubling();
      const { rgb, tileLines } = await enlargeTiled(image, {
        net,
        tilePx,
        takeTurn: (work) => work(),
        onTile: () => {},
      });
      expect(Buffer.compare(rgb.data, await net.run(image.data, widthPx, heightPx))).toBe(0);
      expect(tileLines.x.every((line) => line > 0 && line < widthPx * 2)).toBe(true);
      expect(Math.max(...asked.slice(0, -1))).toBeLessThanOrEqual(Math.max(tilePx ** 2, 32 * 32));
    }),
    { numRuns: 60 },
  );
});

test('a small thing on a wide ground costs a fraction of the whole', async () => {
  const { net, asked } = doubling();
  const image = onWhite(400, 400, { x: 180, y: 180, w: 40, h: 40 });
  await enlargeTiled(image, { net, tilePx: 128, takeTurn: (work) => work(), onTile: () => {} });
  expect(asked.reduce((sum, pixels) => sum + pixels, 0)).toBeLessThan(0.1 * 400 * 400);
});
