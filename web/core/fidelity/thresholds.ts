import type { MeasureName } from './catalogue.ts';
import type { Profile } from './types.ts';

export interface Limits {
  /** A figure past its limit holds the result; figures without a limit only inform. */
  readonly hold: Readonly<Partial<Record<MeasureName, number>>>;
  /** Below this gain over the interpolated input there is nothing to publish. */
  readonly leastSharpnessGain: number;
}

export const thresholds: Readonly<Record<Profile, Limits>> = {
  strict: {
    hold: {
      lowPassPsnr3: 32,
      lowPassPsnr6: 33,
      deltaEMean: 2.7,
      deltaEP95: 5.3,
      deltaEWorst: 8,
      whiteDrift: 2,
      aspectError: 0.01,
    },
    leastSharpnessGain: 1.05,
  },
  normal: {
    hold: {
      lowPassPsnr3: 30,
      lowPassPsnr6: 31,
      deltaEMean: 3.2,
      deltaEP95: 6.5,
      deltaEWorst: 12,
      whiteDrift: 3,
      aspectError: 0.01,
    },
    leastSharpnessGain: 1.05,
  },
  lenient: {
    hold: {
      lowPassPsnr3: 28,
      lowPassPsnr6: 29,
      deltaEMean: 4,
      deltaEP95: 8,
      deltaEWorst: 16,
      whiteDrift: 4,
      aspectError: 0.02,
    },
    leastSharpnessGain: 1.02,
  },
};
