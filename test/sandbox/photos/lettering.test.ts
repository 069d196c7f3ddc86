import { expect, test } from 'vitest';
import { createInk, widthOfText } from '../../../sandbox/photos/lettering.ts';

test('ink is negative on a stroke, zero on its rim and at least the reach far away', () => {
  // A capital I is one upright stroke from the base line to the size.
  const ink = createInk([{ text: 'I', x: 0, y: 0, size: 1, weight: 0.2 }], 0.05);
  expect(ink(0, -0.5)).toBeCloseTo(-0.1, 6);
  expect(ink(0.1, -0.5)).toBeCloseTo(0, 6);
  expect(ink(0.13, -0.5)).toBeCloseTo(0.03, 6);
  expect(ink(3, 3)).toBeGreaterThanOrEqual(0.05);
});

test.each([
  ['left', 0, 1],
  ['centre', -0.5, 0.5],
  ['right', -1, 0],
] as const)('a line set %s spans its width around the anchor', (align, first, last) => {
  const line = { text: 'HH', size: 1, weight: 0.1 };
  const width = widthOfText(line);
  const ink = createInk([{ ...line, x: 0, y: 0, align }]);
  expect(ink(first * width, -0.9)).toBeLessThan(0);
  expect(ink(last * width, -0.9)).toBeLessThan(0);
  expect(ink(first * width - 0.08, -0.9)).toBeGreaterThan(0);
  expect(ink(last * width + 0.08, -0.9)).toBeGreaterThan(0);
});

test('wider words are wider, and tracking adds room between letters only', () => {
  const size = 1;
  expect(widthOfText({ text: 'MILK', size })).toBeGreaterThan(widthOfText({ text: 'ILK', size }));
  const loose = widthOfText({ text: 'ABC', size, tracking: 0.6 });
  expect(loose - widthOfText({ text: 'ABC', size, tracking: 0.1 })).toBeCloseTo(1, 6);
});

test('a letter that the alphabet lacks is drawn as a question mark, never left out', () => {
  const width = widthOfText({ text: '漢', size: 1 });
  expect(width).toBeCloseTo(widthOfText({ text: '?', size: 1 }), 9);
  expect(width).toBeGreaterThan(0);
});

test('no words make no ink', () => {
  expect(createInk([])(0, 0)).toBeGreaterThan(0);
});
