import type { MeasureName } from './catalogue.ts';
import type { Profile } from './types.ts';

export interface Limits {
  /** A figure past its limit holds the result; figures without a limit only inform. */
  readonly hold: Readonly<Partial<Record<MeasureName, number>>>;
  /** Below this gain over the interpolated input there is nothing to publish. */
  readonly leastSharpnessGain: number;
}

/** Written by `npm run bench -- fidelity --images DIR --calibrate`; not by hand. */
export const thresholds: Readonly<Record<Profile, Limits>> = {
  strict: {
    hold: {
      lowPassPsnr3: 33.5,
      lowPassPsnr6: 34.6,
      deltaEMean: 3.64,
      deltaEP95: 7.38,
      whiteDrift: 2.22,
      deltaEGoods: 3.64,
      deltaEBroad: 10.8,
      shapeChange: 2.47,
      faintChange: 3.2,
      relativeChange: 1.55,
      textureGain: 4.1,
      detailLoss: 0.23,
      edgeShift: 1.25,
      orientationError: 0.0262,
      seamStep: 4.89,
      seamStandout: 3.35,
      textDistance: 0.0875,
      aspectError: 0.00875,
      seamRatio: 1.7500000000000002,
      alphaEdgeError: 0.02625,
      alphaFringe: 2.625,
    },
    leastSharpnessGain: 1.08,
  },
  normal: {
    hold: {
      lowPassPsnr3: 32.4,
      lowPassPsnr6: 33.4,
      deltaEMean: 4.16,
      deltaEP95: 8.43,
      whiteDrift: 2.54,
      deltaEGoods: 4.16,
      deltaEBroad: 12.3,
      shapeChange: 2.82,
      faintChange: 3.65,
      relativeChange: 1.77,
      textureGain: 4.68,
      detailLoss: 0.263,
      edgeShift: 1.42,
      orientationError: 0.03,
      seamStep: 5.59,
      seamStandout: 3.83,
      textDistance: 0.1,
      aspectError: 0.01,
      seamRatio: 2,
      alphaEdgeError: 0.03,
      alphaFringe: 3,
    },
    leastSharpnessGain: 1.06,
  },
  lenient: {
    hold: {
      lowPassPsnr3: 30.4,
      lowPassPsnr6: 31.5,
      deltaEMean: 5.19,
      deltaEP95: 10.5,
      whiteDrift: 3.17,
      deltaEGoods: 5.19,
      deltaEBroad: 15.4,
      shapeChange: 3.52,
      faintChange: 4.57,
      relativeChange: 2.22,
      textureGain: 5.85,
      detailLoss: 0.329,
      edgeShift: 1.78,
      orientationError: 0.0375,
      seamStep: 6.98,
      seamStandout: 4.79,
      textDistance: 0.125,
      aspectError: 0.0125,
      seamRatio: 2.5,
      alphaEdgeError: 0.0375,
      alphaFringe: 3.75,
    },
    leastSharpnessGain: 1.04,
  },
};
