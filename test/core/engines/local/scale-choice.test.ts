import { describe, expect, test } from 'vitest';
import { EngineError } from '../../../../web/core/engines/errors.ts';
import { chooseScale } from '../../../../web/core/engines/local/scale-choice.ts';

const sized = (widthPx: number, heightPx: number, targetLongestSidePx: number | null) => ({
  widthPx,
  heightPx,
  targetLongestSidePx,
  maxOutputPixels: 40_000_000,
});

describe('chooseScale', () => {
  test.each([
    [540, 300, null, 4],
    [540, 300, 2048, 4],
    [512, 512, 2048, 4],
    [511, 100, 2048, 4],
    [683, 512, 2048, 3],
    [700, 512, 2048, 3],
    [1024, 512, 2048, 2],
    [512, 1024, 2048, 2],
    [1025, 700, 2048, 2],
    [3000, 10, 2048, 2],
    [100, 100, 5000, 4],
  ] as const)('%i×%i px towards %s px is enlarged ×%i', (widthPx, heightPx, target, expected) => {
    expect(chooseScale(sized(widthPx, heightPx, target))).toBe(expected);
  });

  test('takes a smaller step where the output would be too large', () => {
    expect(chooseScale(sized(2000, 2000, null))).toBe(3);
    expect(chooseScale(sized(3000, 3000, null))).toBe(2);
  });

  test('refuses what cannot even be doubled', () => {
    expect(() => chooseScale(sized(4000, 4000, null))).toThrow(EngineError);
    expect(() => chooseScale(sized(4000, 4000, null))).toThrow(/4000×4000/);
  });
});
