import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { type DamageKind, damage } from '../../../sandbox/character/damage.ts';
import { damageCutOut } from '../../../sandbox/character/fringe.ts';
import { giveInvsrCharacter } from '../../../sandbox/character/invsr.ts';
import { createInk } from '../../../sandbox/photos/lettering.ts';
import { measureFidelity } from '../../../web/core/fidelity/measure.ts';
import { figureOf, judge } from '../../../web/core/fidelity/verdict.ts';
import type { Raster } from '../../../web/core/image/types.ts';

const sidePx = 512;
const scale = 4;

/** A label on a smooth, shaded surface beside woven cloth, on white. */
function product(text = 'GREEN TEA', size = 34): Raster<3> {
  const ink = createInk([{ text, x: 90, y: 250, size, weight: 0.16, tracking: 0.15 }], 1.5);
  const data = new Uint8Array(sidePx * sidePx * 3);
  for (let y = 0; y < sidePx; y++) {
    for (let x = 0; x < sidePx; x++) {
      const isGoods = x > 60 && x < 460 && y > 50 && y < 470;
      const thread =
        y > 330 ? 12 * Math.sin(x / 2.7) * Math.cos(y / 3.1) + 9 * Math.sin((x * 7 + y * 13) / 11) : 0;
      const shade = 20 * Math.sin(x / 120) + thread;
      const ground = isGoods ? [170 + shade, 90 + shade, 70 + shade] : [254, 254, 254];
      const cover = isGoods ? Math.max(0, Math.min(1, 0.5 - ink(x + 0.5, y + 0.5))) : 0;
      for (let c = 0; c < 3; c++) {
        data[(y * sidePx + x) * 3 + c] = (ground[c] ?? 0) * (1 - cover) + (245 - 10 * c) * cover;
      }
    }
  }
  return { data, widthPx: sidePx, heightPx: sidePx, channels: 3 };
}

async function resized<C extends 1 | 3>(
  raster: Raster<C>,
  widthPx: number,
  heightPx: number,
): Promise<Raster<C>> {
  const raw = { width: raster.widthPx, height: raster.heightPx, channels: raster.channels };
  const picture = sharp(raster.data, { raw }).resize(widthPx, heightPx, { fit: 'fill', kernel: 'lanczos3' });
  const grey = raster.channels === 1 ? picture.toColourspace('b-w') : picture;
  return { ...raster, data: new Uint8Array(await grey.raw().toBuffer()), widthPx, heightPx };
}

const truth = product();
const input = await resized(truth, sidePx / scale, sidePx / scale);

describe('the gate', () => {
  test('publishes the truth itself', async () => {
    const report = await measureFidelity({ input, output: truth });
    expect(judge(report, 'normal')).toEqual({ kind: 'publish', profile: 'normal', reasons: [] });
  });

  test.each([1, 2, 3])('publishes a result with the character of InvSR (%d)', async (seed) => {
    const report = await measureFidelity({ input, output: giveInvsrCharacter(truth, input, seed) });
    expect(judge(report, 'normal').reasons).toEqual([]);
  });

  test('finds no gain in the input merely enlarged', async () => {
    const report = await measureFidelity({ input, output: await resized(input, sidePx, sidePx) });
    expect(judge(report, 'normal').kind).toBe('no_gain');
  });

  const spots: Readonly<Record<DamageKind, readonly [number, number, number]>> = {
    'hue-shift': [0, 0, 0],
    darkened: [0, 0, 0],
    mirrored: [0, 0, 0],
    'upside-down': [0, 0, 0],
    'quarter-turn': [0, 0, 0],
    seam: [256, 256, 0],
    'invented-texture': [330, 130, 0],
    'moved-edge': [460, 160, 0],
    'blurred-patch': [220, 232, 0],
  };
  const codes: Readonly<Record<DamageKind, RegExp>> = {
    'hue-shift': /delta-e/,
    darkened: /delta-e/,
    mirrored: /orientation-error/,
    'upside-down': /orientation-error/,
    'quarter-turn': /orientation-error/,
    seam: /seam/,
    'invented-texture': /texture-gain|faint-change|relative-change/,
    'moved-edge': /edge-shift|shape-change/,
    'blurred-patch': /detail-loss/,
  };
  for (const kind of Object.keys(spots) as DamageKind[]) {
    test.each(['truth', 'InvSR-like'])(`holds ${kind} on a result of the kind: %s`, async (origin) => {
      const result = origin === 'truth' ? truth : giveInvsrCharacter(truth, input, 5);
      const [xPx, yPx, angle] = spots[kind];
      const output = damage(kind, { result, scale, spot: { xPx, yPx, angle }, seed: 3 });
      const verdict = judge(await measureFidelity({ input, output }), 'normal');
      expect(verdict.kind).toBe('hold');
      expect(verdict.reasons.map(({ code }) => code).join(' ')).toMatch(codes[kind]);
    });
  }

  test('holds a swapped letter and says where it is', async () => {
    const report = await measureFidelity({ input, output: product('GREEN TFA') });
    expect(judge(report, 'normal').kind).toBe('hold');
    const places = report.badPlaces.filter(({ measure }) => measure === 'shapeChange');
    expect(places.length).toBeGreaterThan(0);
    for (const { xPx, yPx } of places) {
      expect(xPx).toBeGreaterThan(240);
      expect(yPx).toBeGreaterThan(140);
      expect(yPx).toBeLessThan(280);
    }
  });

  test('names the edge of a cut-out that darkened or grew, and nothing on a faithful one', async () => {
    const alpha: Raster<1> = {
      data: Uint8Array.from({ length: sidePx * sidePx }, (_, i) => {
        const x = i % sidePx;
        const y = Math.floor(i / sidePx);
        return x > 60 && x < 460 && y > 50 && y < 470 ? 255 : 0;
      }),
      widthPx: sidePx,
      heightPx: sidePx,
      channels: 1,
    };
    const inputAlpha = await resized(alpha, input.widthPx, input.heightPx);
    const codesOf = async (output: Raster<3>, outputAlpha: Raster<1>): Promise<string[]> =>
      judge(await measureFidelity({ input, output, inputAlpha, outputAlpha }), 'normal').reasons.map(
        ({ code }) => code,
      );
    expect(await codesOf(truth, alpha)).toEqual([]);
    const grown = damageCutOut('grown', truth, alpha, scale);
    expect(await codesOf(grown.rgb, grown.alpha)).toContain('alpha-edge-error');
    const dark = damageCutOut('dark-rim', truth, alpha, scale);
    expect(await codesOf(dark.rgb, dark.alpha)).toContain('alpha-fringe');
  });

  test('reports a changed aspect ratio instead of failing', async () => {
    const report = await measureFidelity({ input, output: await resized(truth, 512, 450) });
    expect(judge(report, 'normal').reasons.map(({ code }) => code)).toContain('aspect-error');
  });

  test.each([
    [300, 300],
    [513, 512],
    [128, 128],
    [1100, 1100],
  ])('measures an output of %d × %d pixels, whatever the ratio', async (width, height) => {
    const report = await measureFidelity({ input, output: await resized(truth, width, height) });
    expect(figureOf(report, 'lrPsnr')).toBeGreaterThan(28);
    for (const { value } of report.measures) expect(Number.isFinite(value)).toBe(true);
  });

  test('gives the same report for the same pictures', async () => {
    const output = giveInvsrCharacter(truth, input, 9);
    expect(await measureFidelity({ input, output })).toEqual(await measureFidelity({ input, output }));
  });

  test('refuses rasters that cannot be compared, and stops when told to', async () => {
    const short: Raster<3> = { ...truth, data: truth.data.subarray(3) };
    await expect(measureFidelity({ input, output: short })).rejects.toMatchObject({
      code: 'fidelity-raster',
    });
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(measureFidelity({ input, output: truth, signal })).rejects.toThrow('enough');
  });
});
