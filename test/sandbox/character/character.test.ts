import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { type DamageKind, damage } from '../../../sandbox/character/damage.ts';
import { damageCutOut } from '../../../sandbox/character/fringe.ts';
import { giveInvsrCharacter } from '../../../sandbox/character/invsr.ts';
import { seededRandom } from '../../../sandbox/character/random.ts';
import { measureFidelity } from '../../../web/core/fidelity/measure.ts';
import { figureOf } from '../../../web/core/fidelity/verdict.ts';
import type { Raster } from '../../../web/core/image/types.ts';

const sidePx = 384;

/** Cloth all over, with folds: what InvSR's published pictures are like, and no white to flatter the figures. */
async function cloth(): Promise<{ truth: Raster<3>; input: Raster<3> }> {
  const random = seededRandom(4);
  const data = Buffer.alloc(sidePx * sidePx * 3);
  for (let y = 0; y < sidePx; y++) {
    for (let x = 0; x < sidePx; x++) {
      const fold = 45 * Math.sin((x + 0.6 * y) / 42);
      const weave = 22 * Math.sin(x / 1.9) * Math.sin(y / 2.2) + 10 * random.normal();
      const at = (y * sidePx + x) * 3;
      data.fill(0, at, at + 3);
      data[at] = Math.max(0, Math.min(255, 150 + fold + weave));
      data[at + 1] = Math.max(0, Math.min(255, 110 + fold + weave));
      data[at + 2] = Math.max(0, Math.min(255, 90 + 0.7 * fold + weave));
    }
  }
  const truth: Raster<3> = { data, widthPx: sidePx, heightPx: sidePx, channels: 3 };
  const small = sharp(data, { raw: { width: sidePx, height: sidePx, channels: 3 } }).resize(sidePx / 4);
  // A tired shop photo: a little grain and JPEG.
  const jpeg = await small.jpeg({ quality: 80 }).toBuffer();
  const worn = new Uint8Array(await sharp(jpeg).raw().toBuffer()).map((value) =>
    Math.max(0, Math.min(255, Math.round(value + 8 * random.normal()))),
  );
  return { truth, input: { data: worn, widthPx: sidePx / 4, heightPx: sidePx / 4, channels: 3 } };
}

describe('the character of InvSR', () => {
  test('measures within what its published pictures do, on cloth all over', async () => {
    const { truth, input } = await cloth();
    const output = giveInvsrCharacter(truth, input, 7, { texture: 1.3, drift: 1, warp: 1 });
    const report = await measureFidelity({ input, output });
    const within = (name: Parameters<typeof figureOf>[1], low: number, high: number): void => {
      expect(figureOf(report, name), name).toBeGreaterThanOrEqual(low);
      expect(figureOf(report, name), name).toBeLessThanOrEqual(high);
    };
    within('lrPsnr', 21.7, 29);
    within('lowPassPsnr15', 29.2, 36);
    within('lowPassPsnr3', 32.7, 39);
    within('lowPassPsnr6', 33.6, 42);
    within('deltaEMean', 0.7, 2.7);
    within('deltaEP95', 1.6, 5.3);
  });

  test('is the same for the same seed and another for another', async () => {
    const { truth, input } = await cloth();
    const one = giveInvsrCharacter(truth, input, 7);
    expect(Buffer.compare(giveInvsrCharacter(truth, input, 7).data, one.data)).toBe(0);
    expect(Buffer.compare(giveInvsrCharacter(truth, input, 8).data, one.data)).not.toBe(0);
  });
});

describe('damage', () => {
  const kinds: readonly DamageKind[] = [
    'hue-shift',
    'darkened',
    'seam',
    'invented-texture',
    'moved-edge',
    'blurred-patch',
    'mirrored',
    'upside-down',
    'quarter-turn',
  ];
  test.each(kinds)(
    '%s changes the picture and leaves what it was given alone, even a Buffer',
    async (kind) => {
      const { truth: result } = await cloth();
      const kept = Buffer.from(result.data);
      const spot = { xPx: 190, yPx: 190, angle: 0.3 };
      const damaged = damage(kind, { result, scale: 4, spot, seed: 3 });
      expect(Buffer.compare(result.data, kept)).toBe(0);
      expect(Buffer.compare(damaged.data, kept)).not.toBe(0);
    },
  );

  test.each(['dark-rim', 'grown'] as const)(
    '%s of a cut-out leaves what it was given alone',
    async (kind) => {
      const { truth } = await cloth();
      const data = Buffer.alloc(sidePx * sidePx);
      for (let y = 80; y < 300; y++) data.fill(255, y * sidePx + 80, y * sidePx + 300);
      const kept = [Buffer.from(truth.data), Buffer.from(data)] as const;
      damageCutOut(kind, truth, { data, widthPx: sidePx, heightPx: sidePx, channels: 1 }, 4);
      expect(Buffer.compare(truth.data, kept[0])).toBe(0);
      expect(Buffer.compare(data, kept[1])).toBe(0);
    },
  );
});
