import { expect, test } from 'vitest';
import { splitAlpha } from '../../../web/core/image/matte.ts';
import { drawRaster, maxDifference, photo } from './pictures.ts';

const side = 64;
const isInside = (x: number, y: number): boolean => Math.hypot(x - 31.5, y - 31.5) < 20;

test('an opaque picture keeps its colours and loses its alpha', () => {
  const colours = photo(33, 17);
  const rgba = drawRaster(33, 17, 4, (x, y) => [
    ...colours.data.subarray((y * 33 + x) * 3, (y * 33 + x) * 3 + 3),
    255,
  ]);
  const { rgb, alpha } = splitAlpha(rgba.data, 33, 17);
  expect(alpha).toBeNull();
  expect(rgb.data).toEqual(colours.data);
});

test.each([
  ['black', [0, 0, 0]],
  ['white', [255, 255, 255]],
  ['a secret', [255, 0, 255]],
])('%s hidden under alpha 0 never shows: only colours of the visible part are left', (_, hidden) => {
  const rgba = drawRaster(side, side, 4, (x, y) => (isInside(x, y) ? [200, 90, 40, 255] : [...hidden, 0]));
  const { rgb, alpha } = splitAlpha(rgba.data, side, side);
  expect(rgb.data).toEqual(drawRaster(side, side, 3, () => [200, 90, 40]).data);
  expect(alpha?.data.filter((value) => value !== 0 && value !== 255)).toHaveLength(0);
});

test('visible pixels keep their colour exactly, and alpha its values', () => {
  const colours = photo(side, side);
  const alphaAt = (x: number, y: number): number =>
    isInside(x, y) ? 255 : x > 40 ? 0 : 32 + ((x * 7 + y) % 200);
  const rgba = drawRaster(side, side, 4, (x, y) => [
    ...colours.data.subarray((y * side + x) * 3, (y * side + x) * 3 + 3),
    alphaAt(x, y),
  ]);
  const { rgb, alpha } = splitAlpha(rgba.data, side, side);
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      const at = y * side + x;
      expect(alpha?.data[at]).toBe(alphaAt(x, y));
      if (alphaAt(x, y) > 0) {
        expect(rgb.data.subarray(at * 3, at * 3 + 3)).toEqual(colours.data.subarray(at * 3, at * 3 + 3));
      }
    }
  }
});

test('outside an edge the colour goes on as it was at the edge', () => {
  // Left half red, right half blue, visible in the middle rows only.
  const rgba = drawRaster(side, side, 4, (x, y) =>
    y >= 24 && y < 40 ? [x < 32 ? 220 : 20, 30, x < 32 ? 20 : 220, 255] : [0, 255, 0, 0],
  );
  const { rgb } = splitAlpha(rgba.data, side, side);
  for (const y of [0, 12, 23, 40, 55, 63]) {
    const [left, right] = [8, 56].map((x) => [
      ...rgb.data.subarray((y * side + x) * 3, (y * side + x) * 3 + 3),
    ]);
    expect(maxDifference(left ?? [], [220, 30, 20])).toBeLessThanOrEqual(40);
    expect(maxDifference(right ?? [], [20, 30, 220])).toBeLessThanOrEqual(40);
  }
  const beside = [...rgb.data.subarray((23 * side + 8) * 3, (23 * side + 8) * 3 + 3)];
  expect(maxDifference(beside, [220, 30, 20])).toBeLessThanOrEqual(2);
});

test('a colour under almost no alpha counts for little, since eight bits cannot hold it', () => {
  const rgba = drawRaster(side, side, 4, (x) =>
    x < 32 ? [100, 100, 100, 255] : x === 32 ? [0, 255, 0, 1] : [0, 0, 0, 0],
  );
  const { rgb } = splitAlpha(rgba.data, side, side);
  const faint = [...rgb.data.subarray((10 * side + 32) * 3, (10 * side + 32) * 3 + 3)];
  expect(maxDifference(faint, [100, 100, 100])).toBeLessThanOrEqual(10);
});

test('a picture without any visible pixel becomes grey', () => {
  const { rgb, alpha } = splitAlpha(drawRaster(5, 3, 4, () => [255, 0, 0, 0]).data, 5, 3);
  expect([...rgb.data]).toEqual(Array(45).fill(128));
  expect([...(alpha?.data ?? [])]).toEqual(Array(15).fill(0));
});

test.each([
  [1, 1],
  [1, 9],
  [9, 1],
  [2, 3],
  [17, 31],
])('any size fills up: %i × %i', (widthPx, heightPx) => {
  const rgba = drawRaster(widthPx, heightPx, 4, (x, y) => (x + y === 0 ? [10, 20, 30, 255] : [0, 0, 0, 0]));
  const { rgb } = splitAlpha(rgba.data, widthPx, heightPx);
  expect(rgb.data).toEqual(drawRaster(widthPx, heightPx, 3, () => [10, 20, 30]).data);
});
