import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { enlargeFilter, shrinkFilter } from '../../../../web/core/engines/local/filters.ts';
import { createRowEnlarger, createRowShrinker } from '../../../../web/core/engines/local/resample-rows.ts';
import { largestDifference, testPicture } from './pictures.ts';

const sizes = [
  [2, 12, 9],
  [3, 7, 5],
  [4, 10, 8],
  [4, 1, 1],
  [3, 1, 6],
] as const;

function enlarged(data: Float32Array, widthPx: number, heightPx: number, scale: number): Float32Array {
  const rowAt = createRowEnlarger({ data, widthPx, heightPx }, enlargeFilter(scale));
  const out = new Float32Array(data.length * scale * scale);
  for (let y = 0; y < heightPx * scale; y++) out.set(rowAt(y), y * widthPx * scale * 3);
  return out;
}

function shrunk(data: ArrayLike<number>, widthPx: number, heightPx: number, scale: number): Float32Array {
  const shrinker = createRowShrinker(widthPx, heightPx, shrinkFilter(scale));
  const row = widthPx * scale * 3;
  for (let y = 0; y < heightPx * scale; y++) {
    shrinker.take(
      Float32Array.from({ length: row }, (_, at) => data[y * row + at] as number),
      y,
    );
  }
  return shrinker.image.data;
}

describe.each(sizes)('×%i on %i×%i px', (scale, widthPx, heightPx) => {
  test('a flat image stays flat both ways, borders included', () => {
    const small = new Float32Array(widthPx * heightPx * 3).fill(93);
    const large = new Float32Array(small.length * scale * scale).fill(93);
    expect(largestDifference(enlarged(small, widthPx, heightPx, scale), large)).toBeLessThan(1e-3);
    expect(largestDifference(shrunk(large, widthPx, heightPx, scale), small)).toBeLessThan(1e-3);
  });

  test('a turned image gives the turned result', () => {
    const { data } = testPicture(widthPx, heightPx);
    const turn = (pixels: ArrayLike<number>, count: number) =>
      Float32Array.from(
        { length: count * 3 },
        (_, at) => pixels[(count - 1 - Math.floor(at / 3)) * 3 + (at % 3)] as number,
      );
    const count = widthPx * heightPx;
    const upright = enlarged(Float32Array.from(data), widthPx, heightPx, scale);
    const turned = enlarged(turn(data, count), widthPx, heightPx, scale);
    expect(largestDifference(turn(turned, count * scale * scale), upright)).toBeLessThan(1e-3);
    const again = shrunk(turn(upright, count * scale * scale), widthPx, heightPx, scale);
    expect(largestDifference(turn(again, count), shrunk(upright, widthPx, heightPx, scale))).toBeLessThan(
      1e-3,
    );
  });
});

test('enlarging is cubic interpolation between pixel centres', () => {
  // Keys 1981, equation 4, written out for the four neighbours (libvips shifts by half a fine pixel, so it is no judge).
  const keys = (before: number, left: number, right: number, after: number, t: number) =>
    left +
    0.5 *
      t *
      (right -
        before +
        t * (2 * before - 5 * left + 4 * right - after + t * (3 * (left - right) + after - before)));
  const line = [10, 200, 30, 120, 90, 240, 5, 60];
  const small = Float32Array.from(line.flatMap((value) => [value, value, value]));
  const wide = enlarged(small, 8, 1, 4);
  for (let x = 6; x < 26; x++) {
    const place = (x + 0.5) / 4 - 0.5;
    const left = Math.floor(place);
    const at = (index: number) => line[index] as number;
    const expected = keys(at(left - 1), at(left), at(left + 1), at(left + 2), place - left);
    expect(wide[x * 3]).toBeCloseTo(expected, 3);
  }
});

test('shrinking agrees with libvips, away from the border', async () => {
  const { data } = testPicture(96, 80);
  const smooth = await sharp(data, { raw: { width: 96, height: 80, channels: 3 } })
    .blur(2)
    .raw()
    .toBuffer();
  const ours = shrunk(smooth, 24, 20, 4);
  const theirs = await sharp(smooth, { raw: { width: 96, height: 80, channels: 3 } })
    .resize(24, 20, { kernel: 'cubic', fit: 'fill' })
    .raw()
    .toBuffer();
  let largest = 0;
  for (let y = 3; y < 17; y++)
    for (let at = (y * 24 + 3) * 3; at < (y * 24 + 21) * 3; at++)
      largest = Math.max(largest, Math.abs((ours[at] as number) - (theirs[at] as number)));
  expect(largest).toBeLessThan(4);
});
