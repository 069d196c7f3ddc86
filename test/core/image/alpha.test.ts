import { beforeAll, describe, expect, test } from 'vitest';
import { isBinaryAlpha, joinAlpha, resizeAlpha, upscaleAlpha } from '../../../web/core/image/alpha.ts';
import { ImageError } from '../../../web/core/image/errors.ts';
import { configureLibvips } from '../../../web/core/image/libvips.ts';
import { prepare } from '../../../web/core/image/prepare.ts';
import { resizeRaster } from '../../../web/core/image/resize.ts';
import type { Raster } from '../../../web/core/image/types.ts';
import { drawRaster, photo, toSharp } from './pictures.ts';

beforeAll(configureLibvips);

const side = 800;

/** Signed distance to the outline in pixels, negative inside: shapes with curves, corners, holes and thin parts. */
const shapes: Readonly<Record<string, (x: number, y: number) => number>> = {
  disc: (x, y) => Math.hypot(x - 400, y - 400) - 300,
  ring: (x, y) => Math.abs(Math.hypot(x - 400, y - 400) - 250) - 60,
  star: (x, y) => Math.hypot(x - 400, y - 400) - 260 - 60 * Math.cos(Math.atan2(y - 400, x - 400) * 5),
  'tilted square': (x, y) => {
    const [u, v] = [(x - 400) * 0.88 + (y - 400) * 0.47, (y - 400) * 0.88 - (x - 400) * 0.47];
    return Math.max(Math.abs(u), Math.abs(v)) - 240;
  },
};

/** Alpha of a shape whose edge is `softnessPx` wide. */
const shape = (name: string, softnessPx: number): Raster<1> =>
  drawRaster(side, side, 1, (x, y) => [
    Math.round(Math.min(Math.max(0.5 - (shapes[name]?.(x + 0.5, y + 0.5) ?? 0) / softnessPx, 0), 1) * 255),
  ]);

/**
 * The picture at a quarter of its size, each pixel the mean of sixteen, colours weighted by alpha; what is wholly
 * transparent gets the hidden colour. Not by libvips: its premultiplied Lanczos rings past 8 bits at an edge.
 */
async function quarter(rgb: Raster<3>, alpha: Raster<1>, hidden: number): Promise<Buffer> {
  const small = drawRaster(side / 4, side / 4, 4, (x, y) => {
    const [sum, colour] = [{ alpha: 0 }, [0, 0, 0]];
    for (let at = 0; at < 16; at += 1) {
      const place = (y * 4 + (at >> 2)) * side + x * 4 + (at & 3);
      const weight = alpha.data[place] ?? 0;
      sum.alpha += weight;
      for (let c = 0; c < 3; c += 1) colour[c] = (colour[c] ?? 0) + weight * (rgb.data[place * 3 + c] ?? 0);
    }
    const mean = colour.map((value) => (sum.alpha === 0 ? hidden : Math.round(value / sum.alpha)));
    return [...mean, Math.round(sum.alpha / 16)];
  });
  return await toSharp(small).png().toBuffer();
}

function intersectionOverUnion(a: Raster<1>, b: Raster<1>): number {
  let [intersection, union] = [0, 0];
  for (let at = 0; at < a.data.length; at += 1) {
    const [inA, inB] = [(a.data[at] ?? 0) > 127, (b.data[at] ?? 0) > 127];
    if (inA && inB) intersection += 1;
    if (inA || inB) union += 1;
  }
  return intersection / union;
}

describe.each(Object.keys(shapes))('%s from a quarter of its size', (name) => {
  test('the shape is the true one, and its edge as hard', async () => {
    const truth = shape(name, 1);
    const { image } = await prepare(await quarter(photo(side, side), truth, 0), { maxInputSidePx: null });
    const large = await upscaleAlpha(image.alpha ?? truth, side, side);
    expect(intersectionOverUnion(truth, large)).toBeGreaterThanOrEqual(0.995);
    // Pixels that are neither inside nor outside: plain interpolation has about four times as many as the truth.
    const between = ({ data }: Raster<1>): number => data.filter((value) => value > 20 && value < 235).length;
    const plain = await resizeRaster(image.alpha ?? truth, side, side, 'cubic');
    expect(between(large)).toBeLessThan(between(plain) * 0.7);
    // And its place: what plain interpolation gets wrong of the shape is mostly put right by looking back.
    expect(1 - intersectionOverUnion(truth, large)).toBeLessThan(
      (1 - intersectionOverUnion(truth, plain)) * 0.8,
    );
  });

  test('a soft edge stays as soft', async () => {
    const truth = shape(name, 40);
    const small = await resizeRaster(truth, side / 4, side / 4, 'lanczos3');
    const large = await upscaleAlpha(small, side, side);
    let [sum, worst] = [0, 0];
    for (let at = 0; at < truth.data.length; at += 1) {
      const error = Math.abs((truth.data[at] ?? 0) - (large.data[at] ?? 0));
      sum += error;
      worst = Math.max(worst, error);
    }
    expect(sum / truth.data.length).toBeLessThan(0.6);
    expect(worst).toBeLessThan(24);
  });

  test('colour along the edge is no further from the truth than inside: no fringe', async () => {
    const [truth, colours] = [shape(name, 1), photo(side, side)];
    for (const hidden of [0, 255]) {
      const { image } = await prepare(await quarter(colours, truth, hidden), { maxInputSidePx: null });
      const rgb = await resizeRaster(image.rgb, side, side);
      let [edge, edgeCount, inside, insideCount] = [0, 0, 0, 0];
      for (let y = 0; y < side; y += 1) {
        for (let x = 0; x < side; x += 1) {
          const distance = shapes[name]?.(x + 0.5, y + 0.5) ?? 0;
          if (distance > 0) continue;
          const at = (y * side + x) * 3;
          let error = 0;
          for (let c = 0; c < 3; c += 1)
            error += Math.abs((colours.data[at + c] ?? 0) - (rgb.data[at + c] ?? 0)) / 3;
          if (distance > -6) {
            edge += error;
            edgeCount += 1;
          } else {
            inside += error;
            insideCount += 1;
          }
        }
      }
      // A quarter of a level is what rounding a mean of few visible pixels costs the source itself.
      expect(edge / edgeCount).toBeLessThanOrEqual(inside / insideCount + 0.25);
    }
  });
});

describe('binary alpha', () => {
  const binary = (raster: Raster<1>): Raster<1> => ({
    ...raster,
    data: raster.data.map((v) => (v < 128 ? 0 : 255)),
  });

  test('stays binary when it grows, and keeps its shape', async () => {
    const truth = binary(shape('star', 1));
    const small = binary(await resizeRaster(truth, side / 4, side / 4, 'cubic'));
    const large = await upscaleAlpha(small, side, side);
    expect(isBinaryAlpha(large)).toBe(true);
    expect(intersectionOverUnion(truth, large)).toBeGreaterThan(0.99);
  });

  test('stays binary when it shrinks', async () => {
    expect(isBinaryAlpha(await resizeAlpha(binary(shape('ring', 1)), 333, 333))).toBe(true);
  });

  test('a single pixel and a hole of one pixel survive', async () => {
    const small = drawRaster(20, 20, 1, (x, y) => [
      (x === 5 && y === 5) || (x >= 10 && !(x === 15 && y === 10)) ? 255 : 0,
    ]);
    const large = await upscaleAlpha(small, 80, 80);
    expect(large.data[22 * 80 + 22]).toBe(255);
    expect(large.data[42 * 80 + 62]).toBe(0);
  });
});

test('half-transparent glass keeps its value, and the hard edge between two of them its place', async () => {
  const small = drawRaster(60, 60, 1, (x) => [x < 30 ? 90 : 180]);
  const large = await upscaleAlpha(small, 240, 240);
  for (let x = 0; x < 240; x += 1) {
    const value = large.data[120 * 240 + x] ?? 0;
    if (x < 117) expect(value).toBe(90);
    if (x >= 123) expect(value).toBe(180);
    expect(value).toBeGreaterThanOrEqual(90);
    expect(value).toBeLessThanOrEqual(180);
  }
});

test.each([
  [1, 1, 4, 4],
  [1, 9, 7, 36],
  [9, 1, 36, 7],
  [3, 2, 3, 8],
  [7, 5, 11, 8],
  [50, 40, 20, 160],
])('%i × %i becomes %i × %i, opaque stays opaque', async (fromWidth, fromHeight, widthPx, heightPx) => {
  const opaque = drawRaster(fromWidth, fromHeight, 1, () => [255]);
  const large = await upscaleAlpha(opaque, widthPx, heightPx);
  expect([large.widthPx, large.heightPx]).toEqual([widthPx, heightPx]);
  expect(large.data.every((value) => value === 255)).toBe(true);
});

test('sizes that are none, and colour and alpha that do not fit, are refused', async () => {
  const alpha = drawRaster(4, 4, 1, () => [9]);
  for (const [widthPx, heightPx] of [
    [0, 4],
    [8.5, 8],
    [-8, 8],
    [Number.NaN, 8],
  ] as const) {
    await expect(upscaleAlpha(alpha, widthPx, heightPx)).rejects.toThrow(ImageError);
  }
  expect(() => joinAlpha(photo(5, 4), alpha)).toThrow(ImageError);
});

test('a soft shadow that touches a hard edge keeps its depth there: no light halo comes between', async () => {
  const [smallPx, scale] = [64, 4];
  const largePx = smallPx * scale;
  const radius = largePx / 4;
  /** An opaque disc on a shadow that fades outwards from its rim. */
  const truth = (x: number, y: number): number => {
    const away = Math.hypot(x + 0.5 - largePx / 2, y + 0.5 - largePx / 2) - radius;
    return away < 0 ? 255 : 150 * Math.exp(-away / 24);
  };
  const small = new Uint8Array(smallPx * smallPx);
  for (let at = 0; at < small.length; at += 1) {
    let sum = 0;
    for (let sub = 0; sub < scale * scale; sub += 1) {
      sum += truth(
        (at % smallPx) * scale + (sub % scale),
        Math.floor(at / smallPx) * scale + Math.floor(sub / scale),
      );
    }
    small[at] = Math.round(sum / (scale * scale));
  }
  const { data } = await upscaleAlpha(
    { data: small, widthPx: smallPx, heightPx: smallPx, channels: 1 },
    largePx,
    largePx,
  );
  let error = 0;
  let count = 0;
  for (let at = 0; at < data.length; at += 1) {
    const [x, y] = [at % largePx, Math.floor(at / largePx)];
    const away = Math.hypot(x + 0.5 - largePx / 2, y + 0.5 - largePx / 2) - radius;
    if (away < 2 || away > 8) continue;
    error += (data[at] ?? 0) - truth(x, y);
    count += 1;
  }
  expect(error / count).toBeGreaterThan(-4);
});
