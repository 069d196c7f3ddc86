import fc from 'fast-check';
import sharp from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import { createInk } from '../../../sandbox/photos/lettering.ts';
import { measureFidelity } from '../../../web/core/fidelity/measure.ts';
import { comparable, normalisedDistance } from '../../../web/core/fidelity/text/distance.ts';
import { isReliable, paddedBox } from '../../../web/core/fidelity/text/lines.ts';
import { createTextReader } from '../../../web/core/fidelity/text/text-reader.ts';
import { judge } from '../../../web/core/fidelity/verdict.ts';
import type { Raster } from '../../../web/core/image/types.ts';

function label(text: string, widthPx = 520, heightPx = 200): Raster<3> {
  const ink = createInk([{ text, x: 40, y: 130, size: 60, weight: 0.16, tracking: 0.12 }], 1.5);
  const data = new Uint8Array(widthPx * heightPx * 3);
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      const cover = Math.max(0, Math.min(1, 0.5 - ink(x + 0.5, y + 0.5)));
      data.fill(235 - 200 * cover, (y * widthPx + x) * 3, (y * widthPx + x) * 3 + 3);
    }
  }
  return { data, widthPx, heightPx, channels: 3 };
}

async function shrunk(raster: Raster<3>): Promise<Raster<3>> {
  const widthPx = raster.widthPx / 4;
  const heightPx = raster.heightPx / 4;
  const raw = { width: raster.widthPx, height: raster.heightPx, channels: 3 as const };
  const data = await sharp(raster.data, { raw }).resize(widthPx, heightPx).raw().toBuffer();
  return { data: new Uint8Array(data), widthPx, heightPx, channels: 3 };
}

const reader = createTextReader({ maxMs: 60_000 });
afterAll(() => reader.close());

describe('the distance of two texts', () => {
  test.each([
    ['kitten', 'sitting', 3 / 7],
    ['', '', 0],
    ['abc', '', 1],
    ['same', 'same', 0],
  ])('of "%s" and "%s" is %d', (one, two, expected) => {
    expect(normalisedDistance(one, two)).toBeCloseTo(expected, 9);
  });

  test('is symmetric, 0 only for the same, and never above 1', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (one, two) => {
        const distance = normalisedDistance(one, two);
        expect(distance).toBe(normalisedDistance(two, one));
        expect(distance === 0).toBe(one === two);
        expect(distance).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('does not see case, spaces, accents or letters that a reader takes for each other', () => {
    expect(comparable('Crème 100 ml')).toBe(comparable('CREME lOO  mI'));
    expect(comparable('COLA')).not.toBe(comparable('COCA'));
  });
});

test('a crease or a row of dots is no text', () => {
  expect(isReliable({ text: '.-~_|', confidence: 95 }, 75)).toBe(false);
  expect(isReliable({ text: 'TEA', confidence: 60 }, 75)).toBe(false);
  expect(isReliable({ text: 'TEA', confidence: 90 }, 75)).toBe(true);
});

test('a box with its margin stays inside the picture', () => {
  const box = { text: '', confidence: 0, bbox: { x0: 0, y0: 2, x1: 99, y1: 20 } };
  expect(paddedBox(box, 200, 44, 2)).toEqual({ left: 0, top: 0, width: 200, height: 44 });
});

describe('reading', () => {
  test('a letter that changed on a label is found, and its place is told', async () => {
    const compared = await reader.compare(label('VANILLA'), label('VANHLLA'));
    expect(compared?.[0]?.distance).toBeGreaterThan(0.1);
    expect(compared?.[0]?.before).toMatch(/VAN/i);
    expect(compared?.[0]?.xPx).toBeLessThan(60);
  });

  test('the same label reads the same', async () => {
    const compared = await reader.compare(label('ORGANIC'), label('ORGANIC'));
    expect(compared?.length).toBeGreaterThan(0);
    expect(compared?.every(({ distance }) => distance === 0)).toBe(true);
  });

  test('a picture without text has none', async () => {
    expect(await reader.compare(label(''), label(''))).toEqual([]);
  });

  test('a changed word holds the result, with both readings in the report', async () => {
    const input = await shrunk(label('ORGANIC'));
    const report = await measureFidelity({ input, output: label('ORCHNIC'), readText: reader });
    expect(report.textStatus).toBe('compared');
    expect(report.text[0]?.before).not.toBe(report.text[0]?.after);
    expect(judge(report, 'normal').reasons.map(({ code }) => code)).toContain('text-distance');
  });

  test('is given up after its time, and the next picture is read all the same', async () => {
    const impatient = createTextReader({ maxMs: 1 });
    try {
      expect(await impatient.compare(label('VANILLA'), label('VANILLA'))).toBeNull();
      expect(await impatient.compare(label('VANILLA'), label('VANILLA'))).toBeNull();
    } finally {
      await impatient.close();
      await impatient.close();
    }
  });

  test('stops when told to', async () => {
    const stop = AbortSignal.abort(new Error('enough'));
    await expect(reader.compare(label('TEA'), label('TEA'), stop)).rejects.toThrow('enough');
  });
});
