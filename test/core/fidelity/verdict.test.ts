import { describe, expect, test } from 'vitest';
import { type MeasureName, measureOf } from '../../../web/core/fidelity/catalogue.ts';
import { thresholds } from '../../../web/core/fidelity/thresholds.ts';
import type { FidelityReport, Profile } from '../../../web/core/fidelity/types.ts';
import { judge, severityOf } from '../../../web/core/fidelity/verdict.ts';

function reportWith(figures: Partial<Record<MeasureName, number>>): FidelityReport {
  const measures = Object.entries(figures).map(([name, value]) => measureOf(name as MeasureName, value));
  return { version: 1, measures, badPlaces: [], text: [], textStatus: 'skipped' };
}

const limit = thresholds.normal.hold.deltaEGoods ?? 0;

describe('the verdict', () => {
  test('publishes up to the limit and holds beyond it, with the figure in the sentence', () => {
    expect(judge(reportWith({ deltaEGoods: limit, sharpnessGain: 2 }), 'normal').kind).toBe('publish');
    const held = judge(reportWith({ deltaEGoods: limit + 1, sharpnessGain: 2 }), 'normal');
    expect(held.kind).toBe('hold');
    expect(held.reasons).toHaveLength(1);
    expect(held.reasons[0]?.code).toBe('delta-e-goods');
    expect(held.reasons[0]?.sentence).toContain((limit + 1).toFixed(2));
  });

  test('holds a figure in decibels when it is too low', () => {
    expect(judge(reportWith({ lowPassPsnr3: 20 }), 'normal').kind).toBe('hold');
    expect(judge(reportWith({ lowPassPsnr3: 45 }), 'normal').kind).toBe('publish');
  });

  test('finds no gain only where nothing is wrong', () => {
    expect(judge(reportWith({ sharpnessGain: 1 }), 'normal').kind).toBe('no_gain');
    expect(judge(reportWith({ sharpnessGain: 1, deltaEGoods: 50 }), 'normal').kind).toBe('hold');
  });

  test('tells the worst reason first', () => {
    const { reasons } = judge(reportWith({ deltaEGoods: 1.1 * limit, lowPassPsnr3: 10 }), 'normal');
    expect(reasons.map(({ code }) => code)).toEqual(['low-pass-psnr-3', 'delta-e-goods']);
  });

  test('tells that a picture lies wrongly before all that follows from it', () => {
    const { reasons } = judge(reportWith({ orientationError: 0.05, deltaEGoods: 90 }), 'normal');
    expect(reasons.map(({ code }) => code)).toEqual(['orientation-error', 'delta-e-goods']);
  });

  test('never lets a plain LR-PSNR decide: every InvSR result would be held', () => {
    expect(judge(reportWith({ lrPsnr: 21.7, sharpnessGain: 2 }), 'strict').kind).toBe('publish');
  });

  test('is stricter from profile to profile, for every figure', () => {
    const figures = Object.entries(thresholds.normal.hold) as [MeasureName, number][];
    for (const [name, value] of figures) {
      const report = reportWith({ [name]: value });
      const severity = (profile: Profile): number => severityOf(report, profile);
      expect(severity('strict')).toBeGreaterThan(severity('normal'));
      expect(severity('normal')).toBeGreaterThan(severity('lenient'));
    }
  });
});
