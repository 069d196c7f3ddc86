import { expect, test } from 'vitest';
import { seededRandom } from '../../../sandbox/character/random.ts';
import { noiseSigmaOf } from '../../../web/core/fidelity/noise.ts';
import { emptyPlane, type Plane } from '../../../web/core/fidelity/planes.ts';

function noisy(sigma: number, ground: (x: number, y: number) => number): Plane {
  const random = seededRandom(5);
  const plane = emptyPlane(192, 192);
  for (let y = 0; y < 192; y++) {
    for (let x = 0; x < 192; x++) {
      const value = ground(x, y) + sigma * random.normal();
      plane.data[y * 192 + x] = Math.max(0, Math.min(255, Math.round(value)));
    }
  }
  return plane;
}

test.each([2, 5, 10])('noise of %d levels on shaded ground is measured within a sixth', (sigma) => {
  const found = noiseSigmaOf(noisy(sigma, (x, y) => 120 + x / 4 - y / 6));
  expect(Math.abs(found - sigma)).toBeLessThan(sigma / 6);
});

test('a product on clipped white does not hide its noise', () => {
  const found = noiseSigmaOf(noisy(7, (x, y) => (x > 60 && x < 130 && y > 60 && y < 130 ? 110 : 255)));
  expect(found).toBeGreaterThan(5);
});

test('edges and print are not taken for noise', () => {
  expect(noiseSigmaOf(noisy(0, (x, y) => (x % 48 < 6 || y % 64 < 5 ? 30 : 180)))).toBeLessThan(1);
});
