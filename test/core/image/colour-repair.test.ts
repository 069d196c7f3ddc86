import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { repairColour } from '../../../web/core/image/colour-repair.ts';
import type { Raster } from '../../../web/core/image/types.ts';

type Pixel = readonly [number, number, number];

function rasterOf(widthPx: number, heightPx: number, pixel: (x: number, y: number) => Pixel): Raster<3> {
  const data = new Uint8Array(widthPx * heightPx * 3);
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) data.set(pixel(x, y), (y * widthPx + x) * 3);
  }
  return { data, widthPx, heightPx, channels: 3 };
}

async function shrunk(raster: Raster<3>, widthPx: number, heightPx: number): Promise<Raster<3>> {
  const raw = { width: raster.widthPx, height: raster.heightPx, channels: 3 as const };
  const data = await sharp(raster.data, { raw })
    .resize(widthPx, heightPx, { kernel: 'cubic' })
    .raw()
    .toBuffer();
  return { data: new Uint8Array(data), widthPx, heightPx, channels: 3 };
}

function meanError(a: Raster<3>, b: Raster<3>): number {
  return a.data.reduce((sum, value, i) => sum + Math.abs(value - (b.data[i] ?? 0)), 0) / a.data.length;
}

/** Cloth: broad tones with fine threads, and a white label beside a black one. */
const cloth = rasterOf(192, 160, (x, y) => {
  if (x > 110 && x < 150 && y > 40 && y < 80) return [250, 250, 250];
  if (x >= 150 && x < 180 && y > 40 && y < 80) return [10, 10, 10];
  const thread = (x + y) % 3 === 0 ? 14 : -7;
  return [120 + 50 * Math.sin(x / 40) + thread, 90 + thread, 160 + 40 * Math.cos(y / 30) + thread];
});

describe('colour repair', () => {
  test('brings back a colour that drifted all over, without touching the threads', async () => {
    const input = await shrunk(cloth, 48, 40);
    const warm = {
      ...cloth,
      data: cloth.data.map((value, i) => Math.max(0, Math.min(255, value + (1 - (i % 3)) * 9))),
    };
    expect(meanError(warm, cloth)).toBeGreaterThan(5);
    const repaired = await repairColour(input, warm);
    expect(meanError(repaired, cloth)).toBeLessThan(1);
    const step = (raster: Raster<3>, x: number): number =>
      (raster.data[(20 * 192 + x) * 3] ?? 0) - (raster.data[(20 * 192 + x + 1) * 3] ?? 0);
    for (let x = 20; x < 100; x++)
      expect(Math.abs(step(repaired, x) - step(cloth, x))).toBeLessThanOrEqual(2);
  });

  test('leaves a faithful result as it is', async () => {
    const repaired = await repairColour(await shrunk(cloth, 48, 40), cloth);
    const worst = repaired.data.reduce(
      (most, value, i) => Math.max(most, Math.abs(value - (cloth.data[i] ?? 0))),
      0,
    );
    expect(worst).toBeLessThanOrEqual(2);
  });

  test('casts no halo on black beside a white area that it corrects', async () => {
    const input = await shrunk(cloth, 48, 40);
    const dim = { ...cloth, data: cloth.data.map((value) => (value > 240 ? value - 12 : value)) };
    const repaired = await repairColour(input, dim);
    for (let x = 150; x < 180; x++) {
      const value = repaired.data[(60 * 192 + x) * 3] ?? 0;
      expect(Math.abs(value - 10)).toBeLessThanOrEqual(12);
    }
  });

  test.each([
    [37, 29, 148, 116],
    [37, 29, 101, 83],
    [40, 40, 40, 40],
    [9, 31, 100, 350],
  ])('repairs a %d × %d input and a %d × %d output of whatever ratio', async (w, h, width, height) => {
    const flat = (widthPx: number, heightPx: number, pixel: Pixel) =>
      rasterOf(widthPx, heightPx, () => pixel);
    const repaired = await repairColour(flat(w, h, [100, 150, 200]), flat(width, height, [110, 140, 205]));
    const worst = repaired.data.reduce(
      (most, value, i) => Math.max(most, Math.abs(value - (100 + 50 * (i % 3)))),
      0,
    );
    expect(worst).toBeLessThanOrEqual(1);
  });

  test('never leaves 8 bits nor throws, whatever two pictures it is given', async () => {
    const side = fc.integer({ min: 1, max: 40 });
    await fc.assert(
      fc.asyncProperty(side, side, side, side, fc.integer(), async (w, h, width, height, seed) => {
        const noise = (k: number): number => ((seed ^ (k * 2654435761)) >>> 13) & 255;
        const input = rasterOf(w, h, (x, y) => [noise(x), noise(y), noise(x + y)]);
        const output = rasterOf(width, height, (x, y) => [noise(x * 3), noise(y * 5), noise(x * y)]);
        const repaired = await repairColour(input, output);
        expect(repaired.data.length).toBe(output.data.length);
      }),
      { numRuns: 60 },
    );
  });

  test('refuses a raster whose bytes do not fit its size', async () => {
    const bad: Raster<3> = { data: new Uint8Array(10), widthPx: 4, heightPx: 4, channels: 3 };
    await expect(repairColour(bad, cloth)).rejects.toMatchObject({ code: 'image-parameter' });
  });
});
