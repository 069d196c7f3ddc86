import { type DamageKind, damage, type Spot } from '../../sandbox/character/damage.ts';
import { damageCutOut } from '../../sandbox/character/fringe.ts';
import { type Random, seededRandom } from '../../sandbox/character/random.ts';
import type { MeasureRequest } from '../../web/core/fidelity/measure.ts';
import { resizeRaster } from '../../web/core/fidelity/scale.ts';
import { upscaleAlpha } from '../../web/core/image/alpha.ts';
import type { Raster } from '../../web/core/image/types.ts';
import { type Wear, wears, wornInput } from './inputs.ts';
import { inventLabel, type Label, printLabel, strokeHole, swapLetter } from './lettering.ts';
import type { Truth } from './photos.ts';
import { type Enlarge, goodResult, type Origin, origins } from './results.ts';
import { spotsOf } from './spots.ts';

export const caseKinds = [
  'good',
  'hue-shift',
  'darkened',
  'seam',
  'swapped-letter',
  'missing-stroke',
  'invented-texture',
  'moved-edge',
  'blurred-patch',
  'alpha-fringe',
  'mirrored',
  'upside-down',
  'quarter-turn',
] as const;
export type CaseKind = (typeof caseKinds)[number];

export interface Case {
  readonly photo: string;
  readonly view: string;
  readonly isLettered: boolean;
  readonly wear: Wear;
  readonly origin: Origin;
  readonly kind: CaseKind;
  readonly request: Omit<MeasureRequest, 'readText' | 'signal'>;
}

const scale = 4;
/** Joints of tiles of 64 input pixels, in output pixels: where the seams are put. */
const joints = [256, 512] as const;
const everywhere: Spot = { xPx: 0, yPx: 0, angle: 0 };

export interface CaseOptions {
  readonly seed: number;
  readonly enlarge: Enlarge;
  /** Leaves the damages out: limits are drawn from good results alone. */
  readonly isOnlyGood: boolean;
}

/**
 * Every case of one truth: each kind of good result, and each damage on each of them. Half of the truths carry a
 * printed label and get the damages of lettering; the others get the rest. Deterministic in the seed.
 */
export async function* casesOf(
  truth: Truth,
  index: number,
  { seed, enlarge, isOnlyGood }: CaseOptions,
): AsyncGenerator<Case> {
  const random = seededRandom(seed + 7919 * index);
  // Photos come as whole and close by turns: both kinds of view get both kinds of damage.
  const isLettered = (index + Math.floor(index / 2) + seed) % 2 === 1;
  const label = isLettered ? inventLabel(truth.rgb, random) : null;
  const rgb = label ? printLabel(truth.rgb, label) : truth.rgb;
  const wear = wears[(Math.floor(index / 2) + seed) % wears.length] ?? 'clean';
  const wearSeed = random.between(0, 1e9);
  const resultSeed = random.between(0, 1e9);
  const input = await wornInput(rgb, wear, seededRandom(wearSeed));
  // An engine tells where its tiles met; `vitrine inspect` on two files does not know.
  const tileLines = index % 4 < 2 ? { x: joints, y: joints } : undefined;
  const inputAlpha = truth.alpha && (await resizeRaster(truth.alpha, input.widthPx, input.heightPx));
  const plans = isLettered ? letterPlans(truth, label, random) : surfacePlans(input, random);

  for (const origin of origins) {
    const result = await goodResult(origin, rgb, input, resultSeed, enlarge);
    const outputAlpha =
      truth.alpha && inputAlpha
        ? origin === 'truth'
          ? truth.alpha
          : await upscaleAlpha(inputAlpha, result.widthPx, result.heightPx)
        : null;
    const about = { photo: truth.photo, view: truth.view, isLettered, wear, origin };
    // As an opaque photo on white: under a cut-out's transparency no damage could be seen.
    const whole = { input, tileLines };
    const cutOut = outputAlpha && hasEdge(outputAlpha) ? { inputAlpha, outputAlpha } : null;
    yield { ...about, kind: 'good', request: { ...whole, output: result } };
    if (cutOut) yield { ...about, kind: 'good', request: { ...whole, ...cutOut, output: result } };
    if (isOnlyGood) continue;
    for (const { kind, altered, spot } of plans) {
      if (altered !== undefined) {
        const alteredInput = await wornInput(altered, wear, seededRandom(wearSeed));
        const output = await goodResult(origin, altered, alteredInput, resultSeed, enlarge);
        yield { ...about, kind, request: { ...whole, output } };
      } else if (spot !== undefined) {
        const output = damage(kind as DamageKind, { result, scale, spot, seed: resultSeed });
        yield { ...about, kind, request: { ...whole, output } };
      }
    }
    if (cutOut) {
      const kind = index % 4 < 2 ? 'dark-rim' : 'grown';
      const { rgb: output, alpha } = damageCutOut(kind, result, cutOut.outputAlpha, scale);
      yield { ...about, kind: 'alpha-fringe', request: { ...whole, ...cutOut, output, outputAlpha: alpha } };
    }
  }
}

interface Plan {
  readonly kind: CaseKind;
  /** The truth with another label: what an engine that misreads it would draw. */
  readonly altered?: Raster<3>;
  /** Where a result is damaged. */
  readonly spot?: Spot;
}

function letterPlans(truth: Truth, label: Label | null, random: Random): Plan[] {
  if (label === null) return [];
  const hole = strokeHole(truth.rgb, label, random);
  return [
    { kind: 'swapped-letter', altered: printLabel(truth.rgb, swapLetter(label, random)) },
    ...(hole ? [{ kind: 'missing-stroke' as const, altered: printLabel(truth.rgb, label, hole) }] : []),
  ];
}

/** A damage that this picture has no place for (no smooth surface, no outline) is left out. */
function surfacePlans(input: Raster<3>, random: Random): Plan[] {
  const spots = spotsOf(input, scale);
  const local: readonly (readonly [CaseKind, Spot | null])[] = [
    [
      'seam',
      spots.onLine(
        joints.map((line) => line / scale),
        random,
      ),
    ],
    ['invented-texture', spots.smooth(random)],
    ['moved-edge', spots.edge(random)],
    ['blurred-patch', spots.detail(random)],
  ];
  const whole = ['hue-shift', 'darkened', 'mirrored', 'upside-down', 'quarter-turn'] as const;
  return [
    ...whole.map((kind) => ({ kind, spot: everywhere })),
    ...local.flatMap(([kind, spot]) => (spot ? [{ kind, spot }] : [])),
  ];
}

function hasEdge(alpha: Raster<1>): boolean {
  return alpha.data.some((value) => value > 200) && alpha.data.some((value) => value < 50);
}
