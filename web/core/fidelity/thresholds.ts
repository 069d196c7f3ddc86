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
      lowPassPsnr3: 32.8,
      lowPassPsnr6: 33.7,
      deltaEP95: 5.72,
      whiteDrift: 1.31,
      deltaEGoods: 3.37,
      deltaEBroad: 6.59,
      shapeChange: 2.52,
      faintChange: 4.79,
      relativeChange: 1.41,
      textureGain: 3.44,
      detailLoss: 0.208,
      edgeShift: 1.08,
      orientationError: 0.0263,
      seamStep: 4.26,
      seamStandout: 3.2,
      seamRatio: 2.19,
      alphaEdgeError: 0.0219,
      alphaFringe: 2.61,
      textDistance: 0.0876,
      aspectError: 0.00876,
    },
    leastSharpnessGain: 1.08,
  },
  normal: {
    hold: {
      lowPassPsnr3: 31.7,
      lowPassPsnr6: 32.6,
      deltaEP95: 6.53,
      whiteDrift: 1.5,
      deltaEGoods: 3.84,
      deltaEBroad: 7.52,
      shapeChange: 2.88,
      faintChange: 5.47,
      relativeChange: 1.61,
      textureGain: 3.92,
      detailLoss: 0.237,
      edgeShift: 1.24,
      orientationError: 0.03,
      seamStep: 4.86,
      seamStandout: 3.65,
      seamRatio: 2.5,
      alphaEdgeError: 0.025,
      alphaFringe: 2.98,
      textDistance: 0.1,
      aspectError: 0.01,
    },
    leastSharpnessGain: 1.06,
  },
  lenient: {
    hold: {
      lowPassPsnr3: 29.8,
      lowPassPsnr6: 30.7,
      deltaEP95: 8.08,
      whiteDrift: 1.86,
      deltaEGoods: 4.76,
      deltaEBroad: 9.31,
      shapeChange: 3.56,
      faintChange: 6.77,
      relativeChange: 2,
      textureGain: 4.86,
      detailLoss: 0.293,
      edgeShift: 1.53,
      orientationError: 0.0371,
      seamStep: 6.01,
      seamStandout: 4.52,
      seamRatio: 3.1,
      alphaEdgeError: 0.031,
      alphaFringe: 3.69,
      textDistance: 0.124,
      aspectError: 0.0124,
    },
    leastSharpnessGain: 1.04,
  },
};
