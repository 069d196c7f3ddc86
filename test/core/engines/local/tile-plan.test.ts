import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  contextPx,
  featherPx,
  linesOf,
  minTilePx,
  planAxis,
} from '../../../../web/core/engines/local/tile-plan.ts';

const axis = fc.record({
  lengthPx: fc.integer({ min: 1, max: 5000 }),
  tilePx: fc.integer({ min: minTilePx, max: 600 }),
});

test('tiles cover the axis, keep to the size, and are alike', () => {
  fc.assert(
    fc.property(axis, ({ lengthPx, tilePx }) => {
      const spans = planAxis(lengthPx, tilePx);
      const sides = new Set(spans.map(({ start, end }) => end - start));
      expect(sides.size).toBe(1);
      expect(Math.max(...sides)).toBeLessThanOrEqual(Math.max(tilePx, 0));
      expect(spans[0]).toMatchObject({ start: 0, keptStart: 0 });
      expect(spans.at(-1)).toMatchObject({ end: lengthPx, keptEnd: lengthPx });
    }),
  );
});

test('neighbours fade over the feather and every kept pixel inside has its context', () => {
  fc.assert(
    fc.property(axis, ({ lengthPx, tilePx }) => {
      const spans = planAxis(lengthPx, tilePx);
      spans.slice(1).forEach((span, index) => {
        const before = spans[index] as (typeof spans)[number];
        expect(before.keptEnd - span.keptStart).toBe(2 * featherPx);
        expect(span.keptStart - span.start).toBeGreaterThanOrEqual(contextPx - featherPx);
        expect(before.end - before.keptEnd).toBeGreaterThanOrEqual(contextPx - featherPx);
        expect(span.keptStart).toBeGreaterThanOrEqual(before.keptStart + 2 * featherPx);
      });
    }),
  );
});

test('an image that fits is one tile without padding, and a longer one is cut into as few as can be', () => {
  expect(planAxis(200, 200)).toEqual([{ start: 0, end: 200, keptStart: 0, keptEnd: 200 }]);
  expect(planAxis(201, 200)).toHaveLength(2);
  expect(planAxis(2 * 200 - 2 * contextPx, 200)).toHaveLength(2);
  expect(planAxis(2 * 200 - 2 * contextPx + 1, 200)).toHaveLength(3);
});

test('the lines between tiles lie in the middle of what they share', () => {
  expect(linesOf(planAxis(300, 158))).toEqual([150]);
  expect(linesOf(planAxis(100, 200))).toEqual([]);
});
