import { damageOf, definitionOf, type MeasureName, measureNames } from '../../web/core/fidelity/catalogue.ts';
import { figureOf } from '../../web/core/fidelity/verdict.ts';
import { quantileOf } from './roc.ts';
import type { Row } from './rows.ts';

/**
 * Limits that are not learnt, because the cases say nothing about them: proportions may only move by rounding, and
 * one letter of a short word (or two of a line) is a changed text.
 */
const given: Readonly<Partial<Record<MeasureName, number>>> = { aspectError: 0.01, textDistance: 0.1 };

/**
 * No limit is drawn tighter than this, in damage: what no merchant sees is no reason, and what InvSR's published
 * pictures measure (lowPassPsnr3 32.7 dB, lowPassPsnr6 33.6 dB, ΔE2000 mean 2.7, p95 5.3) is held by no profile but
 * the strict one.
 */
const least: Readonly<Partial<Record<MeasureName, number>>> = {
  lowPassPsnr3: damageOf('lowPassPsnr3', 31.7),
  lowPassPsnr6: damageOf('lowPassPsnr6', 32.6),
  deltaEP95: 6,
  deltaEGoods: 3,
  whiteDrift: 1.5,
  orientationError: 0.03,
  alphaEdgeError: 0.025,
  alphaFringe: 2.3,
  seamRatio: 2.5,
};

/** Room above the worst good result, and how the profiles stand to each other, in damage. */
const room = { strict: 0.92, normal: 1.05, lenient: 1.3 } as const;

export interface Calibration {
  readonly strict: Readonly<Partial<Record<MeasureName, number>>>;
  readonly normal: Readonly<Partial<Record<MeasureName, number>>>;
  readonly lenient: Readonly<Partial<Record<MeasureName, number>>>;
}

/**
 * Each figure's limit is the 99.5th percentile of the good results, and some room. The damaged results have no say in
 * it: limits that were fitted to our own damages would be blind to others.
 */
export function calibrate(rows: readonly Row[]): Calibration {
  const limits = { strict: {}, normal: {}, lenient: {} } as Record<
    keyof Calibration,
    Partial<Record<MeasureName, number>>
  >;
  const good = rows.filter(({ kind }) => kind === 'good');
  for (const name of measureNames) {
    if (definitionOf(name).sense === 'told') continue;
    const values = good.flatMap(({ report }) => figureOf(report, name) ?? []);
    const fixed = given[name];
    if (fixed === undefined && values.length === 0) continue;
    const worst = quantileOf(
      values.map((value) => damageOf(name, value)),
      0.995,
    );
    for (const profile of ['strict', 'normal', 'lenient'] as const) {
      const share = room[profile] / room.normal;
      const damage = fixed === undefined ? worst * room[profile] : fixed * share;
      limits[profile][name] = round(figureFor(name, Math.max(damage, (least[name] ?? 0) * share)));
    }
  }
  return limits;
}

/** The figure that stands for an amount of damage: the inverse of damageOf. */
function figureFor(name: MeasureName, damage: number): number {
  return definitionOf(name).sense === 'db' ? -20 * Math.log10(damage / 255) : damage;
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}

/** thresholds.ts as source text. */
export function thresholdsSource(limits: Calibration, leastSharpnessGain: number): string {
  const profile = (name: keyof Calibration, gain: number): string => {
    const lines = Object.entries(limits[name]).map(([measure, value]) => `      ${measure}: ${value},`);
    return `  ${name}: {\n    hold: {\n${lines.join('\n')}\n    },\n    leastSharpnessGain: ${round(gain)},\n  },`;
  };
  return `import type { MeasureName } from './catalogue.ts';
import type { Profile } from './types.ts';

export interface Limits {
  /** A figure past its limit holds the result; figures without a limit only inform. */
  readonly hold: Readonly<Partial<Record<MeasureName, number>>>;
  /** Below this gain over the interpolated input there is nothing to publish. */
  readonly leastSharpnessGain: number;
}

/** Written by \`npm run bench -- fidelity --images DIR --calibrate\`; not by hand. */
export const thresholds: Readonly<Record<Profile, Limits>> = {
${profile('strict', leastSharpnessGain + 0.02)}
${profile('normal', leastSharpnessGain)}
${profile('lenient', leastSharpnessGain - 0.02)}
};
`;
}
