import { expect, test } from 'vitest';
import {
  formatAge,
  formatBytes,
  formatDuration,
  formatFigure,
  formatMoney,
  growthOf,
} from '../../web/panel/format.ts';

const nowMs = Date.parse('2026-11-20T12:00:00Z');

test.each([
  ['2026-11-20T11:59:40Z', 'now'],
  ['2026-11-20T12:00:05Z', 'now'],
  ['2026-11-20T11:55:00Z', '5 min. ago'],
  ['2026-11-20T09:00:00Z', '3 hr. ago'],
  ['2026-11-19T11:00:00Z', 'yesterday'],
  ['2026-11-01T11:00:00Z', 'Nov 1, 2026'],
])('%s is "%s"', (at, words) => {
  expect(formatAge(at, nowMs, 'en')).toBe(words);
});

test.each([
  [400, '0.4 kB'],
  [45_300, '45 kB'],
  [1_234_567, '1.2 MB'],
  [19_800_000, '20 MB'],
])('%d bytes are %s', (bytes, words) => {
  expect(formatBytes(bytes, 'en')).toBe(words);
});

test.each([
  [400, '1 sec'],
  [8_400, '8 sec'],
  [80_000, '1 min 20 sec'],
])('%d ms are %s', (ms, words) => {
  expect(formatDuration(ms, 'en')).toBe(words);
});

test('small amounts of money keep the digits that they need', () => {
  expect(formatMoney(8_300, 'en')).toBe('$0.0083');
  expect(formatMoney(1_500_000, 'en')).toBe('$1.50');
  expect(formatMoney(1_500_000, 'de')).toBe('1,50\u00a0$');
});

test('growth is told by the longest side', () => {
  expect(growthOf({ widthPx: 540, heightPx: 100 }, { widthPx: 2160, heightPx: 400 }, 'en')).toBe('4');
  expect(growthOf({ widthPx: 1000, heightPx: 10 }, { widthPx: 2048, heightPx: 20 }, 'de')).toBe('2');
});

test('a figure stands with its unit, a share without', () => {
  expect(formatFigure(38.244, 'dB', 'en')).toBe('38.2 dB');
  expect(formatFigure(0.98765, 'ratio', 'en')).toBe('0.988');
});
