import type { Measure } from './types.ts';

/** How a figure counts against a result: see damageOf. `told` figures inform and never decide. */
export type Sense = 'more-is-worse' | 'db' | 'told';

interface Definition {
  readonly unit: string;
  readonly sense: Sense;
  /** One sentence for a merchant. */
  readonly meaning: string;
  /** The reason to hold, before the figure. */
  readonly complaint: string;
  /** Decimals worth showing. */
  readonly decimals: number;
}

/** Every figure of a report: the one place that says what it is called, its unit and what it means. */
export const catalogue = {
  lrPsnr: {
    unit: 'dB',
    sense: 'told',
    decimals: 1,
    meaning:
      'How closely the result, shrunk to the size of the original, repeats it pixel by pixel; removing noise lowers it too.',
    complaint: 'Shrunk to its old size, the result differs from the original',
  },
  lrSsim: {
    unit: 'similarity',
    sense: 'told',
    decimals: 3,
    meaning: 'How alike the shrunk result and the original look on average; 1 is the same.',
    complaint: 'The shrunk result looks unlike the original',
  },
  lrSsimWorst: {
    unit: 'similarity',
    sense: 'told',
    decimals: 3,
    meaning: 'How alike they look in the worst twentieth of the picture; 1 is the same.',
    complaint: 'Parts of the shrunk result look unlike the original',
  },
  lowPassPsnr15: {
    unit: 'dB',
    sense: 'told',
    decimals: 1,
    meaning: 'Agreement with the original once the finest grain (1.5 pixels) is blurred away in both.',
    complaint: 'Small shapes differ from the original',
  },
  lowPassPsnr3: {
    unit: 'dB',
    sense: 'db',
    decimals: 1,
    meaning: 'Agreement with the original once fine detail (3 pixels) is blurred away in both.',
    complaint: 'Shapes and tones differ from the original',
  },
  lowPassPsnr6: {
    unit: 'dB',
    sense: 'db',
    decimals: 1,
    meaning: 'Agreement of the broad tones (6 pixels) with the original.',
    complaint: 'Broad tones differ from the original',
  },
  deltaEMean: {
    unit: 'ΔE2000',
    sense: 'told',
    decimals: 2,
    meaning: 'Average colour difference; 1 is the least a trained eye can see.',
    complaint: 'Colours changed all over the picture',
  },
  deltaEP95: {
    unit: 'ΔE2000',
    sense: 'more-is-worse',
    decimals: 2,
    meaning: 'Colour difference in the worst twentieth of the picture.',
    complaint: 'Colours changed visibly in part of the picture',
  },
  whiteDrift: {
    unit: 'ΔE2000',
    sense: 'more-is-worse',
    decimals: 2,
    meaning: 'How far the white background moved from its old colour.',
    complaint: 'The white background changed colour',
  },
  noiseBefore: {
    unit: 'levels',
    sense: 'told',
    decimals: 2,
    meaning:
      'Grain and compression wear found in the original; differences below it are not held against the result.',
    complaint: 'The original is noisy',
  },
  deltaEGoods: {
    unit: 'ΔE2000',
    sense: 'more-is-worse',
    decimals: 2,
    meaning: 'Average colour difference of the goods, without the white background.',
    complaint: 'The goods changed colour',
  },
  deltaEBroad: {
    unit: 'ΔE2000',
    sense: 'more-is-worse',
    decimals: 2,
    meaning: 'Colour difference of the broadest patch that changed.',
    complaint: 'A patch of the picture changed colour',
  },
  shapeChange: {
    unit: 'times the usual',
    sense: 'more-is-worse',
    decimals: 2,
    meaning:
      'How far the most changed small shape or letter stroke stands out from the small changes everywhere.',
    complaint: 'A shape or letter differs from the original',
  },
  faintChange: {
    unit: 'times the usual',
    sense: 'more-is-worse',
    decimals: 2,
    meaning: 'The same with a finer ear, for faint print and faint texture.',
    complaint: 'Something faint differs from the original',
  },
  relativeChange: {
    unit: 'ratio',
    sense: 'more-is-worse',
    decimals: 2,
    meaning: 'The largest change of a small shape over the contrast that was there.',
    complaint: 'Something appeared or vanished where the original is plain',
  },
  textureGain: {
    unit: 'times the usual',
    sense: 'more-is-worse',
    decimals: 2,
    meaning: 'Texture that came up in one place of a smooth surface and not in others.',
    complaint: 'Texture was invented on a smooth surface',
  },
  detailLoss: {
    unit: 'share',
    sense: 'more-is-worse',
    decimals: 2,
    meaning: 'Share of fine detail lost in the worst place, beyond what is lost everywhere.',
    complaint: 'A part of the picture lost its detail',
  },
  edgeShift: {
    unit: 'pixels',
    sense: 'more-is-worse',
    decimals: 2,
    meaning: 'How far the most displaced outline moved, in pixels of the original.',
    complaint: 'An outline moved',
  },
  globalShift: {
    unit: 'pixels',
    sense: 'told',
    decimals: 2,
    meaning: 'How far the whole picture moved, in pixels of the original; below half a pixel nobody sees it.',
    complaint: 'The whole picture moved',
  },
  orientationError: {
    unit: 'correlation',
    sense: 'more-is-worse',
    decimals: 2,
    meaning: 'Above 0 the result fits better when turned or mirrored.',
    complaint: 'The result is turned or mirrored',
  },
  seamStep: {
    unit: 'levels',
    sense: 'more-is-worse',
    decimals: 2,
    meaning: 'The largest step in tone along a straight line that the original does not have.',
    complaint: 'A seam runs through the picture',
  },
  seamStandout: {
    unit: 'times the usual',
    sense: 'more-is-worse',
    decimals: 2,
    meaning: 'How far the strongest step in tone along a straight line stands out from all other lines.',
    complaint: 'A seam runs through the picture',
  },
  seamRatio: {
    unit: 'ratio',
    sense: 'more-is-worse',
    decimals: 2,
    meaning:
      'How much harder the picture changes across the joints of its tiles than beside them; 1 is invisible.',
    complaint: 'The joints between tiles show',
  },
  alphaEdgeError: {
    unit: 'share',
    sense: 'more-is-worse',
    decimals: 3,
    meaning: 'How far the edge of the cut-out differs from the original.',
    complaint: 'The edge of the cut-out changed',
  },
  alphaOverlap: {
    unit: 'share',
    sense: 'told',
    decimals: 3,
    meaning: 'How well the shape of the cut-out covers the original shape; 1 is the same.',
    complaint: 'The cut-out has another shape',
  },
  alphaFringe: {
    unit: 'L*',
    sense: 'more-is-worse',
    decimals: 2,
    meaning: 'How much darker or lighter the edge of the cut-out became all along.',
    complaint: 'A fringe runs along the edge of the cut-out',
  },
  textDistance: {
    unit: 'share',
    sense: 'more-is-worse',
    decimals: 2,
    meaning: 'Share of the letters in the most changed line of text that read differently now.',
    complaint: 'Text reads differently',
  },
  sharpnessGain: {
    unit: 'times',
    sense: 'told',
    decimals: 2,
    meaning: 'How much steeper the edges are than in the original merely enlarged; 1 means no gain.',
    complaint: 'The result is not sharper than the original enlarged',
  },
  aspectError: {
    unit: 'share',
    sense: 'more-is-worse',
    decimals: 4,
    meaning: 'How much the proportions of the picture changed.',
    complaint: 'The result has other proportions than the original',
  },
} as const satisfies Record<string, Definition>;

export type MeasureName = keyof typeof catalogue;
export const measureNames = Object.keys(catalogue) as readonly MeasureName[];

export function definitionOf(name: MeasureName): Definition {
  return catalogue[name];
}

export function measureOf(name: MeasureName, value: number): Measure {
  return { name, value, unit: catalogue[name].unit, meaning: catalogue[name].meaning };
}

/**
 * A figure as an amount of damage: ≥ 0, 0 for none, and proportional to what the eye meets, so that figures with a
 * decibel scale and a plain scale can be set against their thresholds by the same division.
 */
export function damageOf(name: MeasureName, value: number): number {
  const { sense }: Definition = catalogue[name];
  if (sense === 'told') return 0;
  if (sense === 'db') return 255 * 10 ** (-value / 20);
  return Math.max(0, value);
}
