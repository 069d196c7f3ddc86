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
    sense: 'more-is-worse',
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
  deltaEWorst: {
    unit: 'ΔE2000',
    sense: 'more-is-worse',
    decimals: 2,
    meaning: 'Average colour difference in the worst small patch of the picture.',
    complaint: 'A patch of the picture changed colour',
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
  shapeChange: {
    unit: 'levels',
    sense: 'more-is-worse',
    decimals: 1,
    meaning: 'How much the most changed small shape or letter stroke differs from the original.',
    complaint: 'A shape or letter differs from the original',
  },
  relativeChange: {
    unit: 'ratio',
    sense: 'more-is-worse',
    decimals: 2,
    meaning: 'The same for faint shapes: the change over the contrast that was there.',
    complaint: 'A faint shape differs from the original',
  },
  edgeLoss: {
    unit: 'levels per pixel',
    sense: 'more-is-worse',
    decimals: 1,
    meaning: 'The strongest edge of the original that is missing in the result.',
    complaint: 'An edge or stroke of the original is missing',
  },
  edgeGain: {
    unit: 'levels per pixel',
    sense: 'more-is-worse',
    decimals: 1,
    meaning: 'The strongest edge of the result that the original does not have.',
    complaint: 'The result shows an edge that the original does not have',
  },
  textureGain: {
    unit: 'levels',
    sense: 'more-is-worse',
    decimals: 1,
    meaning: 'Texture that appeared where the original is smooth.',
    complaint: 'Texture was invented where the original is smooth',
  },
  detailLoss: {
    unit: 'share',
    sense: 'more-is-worse',
    decimals: 2,
    meaning: 'Detail of the original that is gone in the worst place.',
    complaint: 'A part of the picture lost its detail',
  },
  globalShift: {
    unit: 'pixels',
    sense: 'told',
    decimals: 2,
    meaning: 'How far the whole picture moved, in pixels of the original; below half a pixel nobody sees it.',
    complaint: 'The whole picture moved',
  },
  edgeShift: {
    unit: 'pixels',
    sense: 'more-is-worse',
    decimals: 2,
    meaning: 'How far the most displaced outline moved, in pixels of the original.',
    complaint: 'An outline moved',
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
    unit: 'ΔE2000',
    sense: 'more-is-worse',
    decimals: 2,
    meaning: 'Colour difference along the edge of the cut-out.',
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
