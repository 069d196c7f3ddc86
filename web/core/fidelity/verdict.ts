import { damageOf, definitionOf, type MeasureName, measureNames } from './catalogue.ts';
import { thresholds } from './thresholds.ts';
import type { FidelityReport, Profile, Verdict } from './types.ts';

/** The figure of that name, or undefined where the report has none (no alpha, no white background, no text). */
export function figureOf(report: FidelityReport, name: MeasureName): number | undefined {
  return report.measures.find((measure) => measure.name === name)?.value;
}

interface Excess {
  readonly name: MeasureName;
  readonly value: number;
  readonly limit: number;
  /** Damage over the damage that is allowed: above 1 holds. */
  readonly ratio: number;
}

function excesses(report: FidelityReport, profile: Profile): Excess[] {
  const limits: Readonly<Partial<Record<MeasureName, number>>> = thresholds[profile].hold;
  return measureNames.flatMap((name) => {
    const limit = limits[name];
    const value = figureOf(report, name);
    if (limit === undefined || value === undefined) return [];
    return [{ name, value, limit, ratio: damageOf(name, value) / damageOf(name, limit) }];
  });
}

/**
 * How bad the worst figure is, over what the profile allows: 0 for a perfect result, above 1 for one that is held.
 * The one number that results are ranked by, such as when two engines made the same image.
 */
export function severityOf(report: FidelityReport, profile: Profile): number {
  return Math.max(0, ...excesses(report, profile).map(({ ratio }) => ratio));
}

/**
 * Publish, hold or no gain, with a reason for each figure past its limit: what explains the others, then worst first. Pure: the same report and
 * profile always give the same verdict. The limits come from `npm run bench -- fidelity --calibrate`.
 */
export function judge(report: FidelityReport, profile: Profile): Verdict {
  const reasons = excesses(report, profile)
    .filter(({ ratio }) => ratio > 1)
    .sort((a, b) => precedence(a.name) - precedence(b.name) || b.ratio - a.ratio)
    .map(({ name, value, limit }) => ({ code: codeOf(name), sentence: sentenceOf(name, value, limit) }));
  if (reasons.length > 0) return { kind: 'hold', profile, reasons };
  const gain = figureOf(report, 'sharpnessGain');
  const least = thresholds[profile].leastSharpnessGain;
  if (gain !== undefined && gain < least) {
    const sentence = `The result is not sharper than the original enlarged (${gain.toFixed(2)} times; at least ${least.toFixed(2)} is asked), so nothing would be won by publishing it.`;
    return { kind: 'no_gain', profile, reasons: [{ code: 'no-gain', sentence }] };
  }
  return { kind: 'publish', profile, reasons: [] };
}

/** A picture that lies wrongly fails every other figure as well: what explains the others is told first. */
function precedence(name: MeasureName): number {
  return name === 'orientationError' || name === 'aspectError' ? 0 : 1;
}

function codeOf(name: MeasureName): string {
  return name.replace(/[A-Z]\d*|(?<=[a-z])\d+/g, (part) => `-${part.toLowerCase()}`);
}

function sentenceOf(name: MeasureName, value: number, limit: number): string {
  const { complaint, unit, decimals, sense } = definitionOf(name);
  const bound = sense === 'db' ? 'at least' : 'at most';
  return `${complaint} (${value.toFixed(decimals)} ${unit}; ${bound} ${limit.toFixed(decimals)} is allowed).`;
}
