import { describe, expect, test } from 'vitest';
import { consistencyOf, maxPsnrDb, psnrOf, ssimMap } from '../../../web/core/fidelity/consistency.ts';
import { emptyPlane, type Plane } from '../../../web/core/fidelity/planes.ts';

function planeOf(widthPx: number, heightPx: number, value: (x: number, y: number) => number): Plane {
  const plane = emptyPlane(widthPx, heightPx);
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) plane.data[y * widthPx + x] = value(x, y);
  }
  return plane;
}

const scene = planeOf(40, 32, (x, y) => 128 + 60 * Math.sin(x / 3) + 40 * Math.cos((x + 2 * y) / 5));

describe('PSNR', () => {
  test('of an error of 16 levels everywhere is 20·log10(255 / 16) dB', () => {
    expect(psnrOf(planeOf(8, 8, () => 16))).toBeCloseTo(20 * Math.log10(255 / 16), 6);
  });

  test('of no error is the ceiling, not infinity', () => {
    expect(psnrOf(planeOf(8, 8, () => 0))).toBe(maxPsnrDb);
  });
});

describe('SSIM', () => {
  test('agrees with the definition worked out window by window', () => {
    const other = planeOf(
      40,
      32,
      (x, y) => (scene.data[y * 40 + x] as number) * 0.9 + ((x * 7 + y * 13) % 11),
    );
    const map = ssimMap(scene, other);
    const weights: number[] = [];
    for (let v = -5; v <= 5; v++) {
      for (let u = -5; u <= 5; u++) weights.push(Math.exp(-(u * u + v * v) / (2 * 1.5 * 1.5)));
    }
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    for (const [x, y] of [
      [5, 5],
      [20, 16],
      [34, 26],
    ] as const) {
      let ma = 0;
      let mb = 0;
      let aa = 0;
      let bb = 0;
      let ab = 0;
      weights.forEach((raw, i) => {
        const at = (y + Math.floor(i / 11) - 5) * 40 + x + (i % 11) - 5;
        const a = scene.data[at] as number;
        const b = other.data[at] as number;
        const weight = raw / total;
        ma += weight * a;
        mb += weight * b;
        aa += weight * a * a;
        bb += weight * b * b;
        ab += weight * a * b;
      });
      const c1 = (0.01 * 255) ** 2;
      const c2 = (0.03 * 255) ** 2;
      const expected =
        ((2 * ma * mb + c1) * (2 * (ab - ma * mb) + c2)) /
        ((ma * ma + mb * mb + c1) * (aa - ma * ma + bb - mb * mb + c2));
      expect(map.data[y * 40 + x]).toBeCloseTo(expected, 3);
    }
  });

  test('of a picture with itself is 1 everywhere', () => {
    for (const value of ssimMap(scene, scene).data) expect(value).toBeCloseTo(1, 4);
  });
});

describe('consistency', () => {
  test('forgives grain more the wider the low-pass, and never forgives a broad change of tone', () => {
    const grainy = planeOf(
      40,
      32,
      (x, y) => (scene.data[y * 40 + x] as number) + ((x + y) % 2 === 0 ? 8 : -8),
    );
    const grain = consistencyOf(scene, grainy);
    expect(grain.psnrDb).toBeCloseTo(20 * Math.log10(255 / 8), 3);
    expect(grain.lowPass15Db).toBeGreaterThan(grain.psnrDb + 20);

    const darker = planeOf(40, 32, (x, y) => (scene.data[y * 40 + x] as number) - 10);
    const dark = consistencyOf(scene, darker);
    for (const db of [dark.psnrDb, dark.lowPass15Db, dark.lowPass3Db, dark.lowPass6Db]) {
      expect(db).toBeCloseTo(20 * Math.log10(255 / 10), 2);
    }
  });
});
