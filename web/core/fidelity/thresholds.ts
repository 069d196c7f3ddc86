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
      lowPassPsnr3: 34.9,
      lowPassPsnr6: 36.1,
      deltaEMean: 2.52,
      deltaEP95: 5.31,
      whiteDrift: 1.31,
      deltaEGoods: 3.24,
      deltaEBroad: 6.59,
      shapeChange: 2.36,
      faintChange: 4.79,
      relativeChange: 1.28,
      textureGain: 4.54,
      detailLoss: 0.201,
      edgeShift: 1.08,
      orientationError: 0.0263,
      seamStep: 4.57,
      seamStandout: 3.27,
      seamRatio: 1.74,
      alphaEdgeError: 0.0263,
      alphaFringe: 2.96,
      textDistance: 0.0876,
      aspectError: 0.00876,
    },
    leastSharpnessGain: 1.08,
  },
  normal: {
    hold: {
      lowPassPsnr3: 33.8,
      lowPassPsnr6: 35,
      deltaEMean: 2.87,
      deltaEP95: 6.06,
      whiteDrift: 1.5,
      deltaEGoods: 3.7,
      deltaEBroad: 7.52,
      shapeChange: 2.69,
      faintChange: 5.47,
      relativeChange: 1.47,
      textureGain: 5.18,
      detailLoss: 0.23,
      edgeShift: 1.23,
      orientationError: 0.03,
      seamStep: 5.21,
      seamStandout: 3.73,
      seamRatio: 1.98,
      alphaEdgeError: 0.03,
      alphaFringe: 3.38,
      textDistance: 0.1,
      aspectError: 0.01,
    },
    leastSharpnessGain: 1.06,
  },
  lenient: {
    hold: {
      lowPassPsnr3: 31.9,
      lowPassPsnr6: 33.1,
      deltaEMean: 3.56,
      deltaEP95: 7.5,
      whiteDrift: 1.86,
      deltaEGoods: 4.58,
      deltaEBroad: 9.31,
      shapeChange: 3.33,
      faintChange: 6.77,
      relativeChange: 1.81,
      textureGain: 6.41,
      detailLoss: 0.284,
      edgeShift: 1.53,
      orientationError: 0.0371,
      seamStep: 6.45,
      seamStandout: 4.62,
      seamRatio: 2.45,
      alphaEdgeError: 0.0371,
      alphaFringe: 4.18,
      textDistance: 0.124,
      aspectError: 0.0124,
    },
    leastSharpnessGain: 1.04,
  },
};
