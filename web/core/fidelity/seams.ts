import type { Raster, TileLines } from '../image/types.ts';
import { difference, type Plane } from './planes.ts';

export interface SeamStep {
  /** Largest step in tone along a straight line that the input does not have, in levels. */
  readonly step: number;
  /** The same over what is usual on this picture's other lines, times. */
  readonly standout: number;
  /** Where, in input pixels; null for no step at all. */
  readonly place: {
    readonly xPx: number;
    readonly yPx: number;
    readonly widthPx: number;
    readonly heightPx: number;
  } | null;
}

/** Length of the piece of a line that is judged by itself, in input pixels. */
const piecePx = 96;
/** The two sides of a line that are compared: from 1 to 5 pixels away, clear of an edge's own overshoot. */
const nearPx = 1;
const farPx = 5;
/** Pixels beside an outline, by their local contrast, tell more of the outline than of a seam. */
const calmContrast = 6;
/** Calm pixels that a piece needs before anything is said about it. */
const leastCalm = 20;

/**
 * The largest coherent step of (after − before) across a straight line. A seam lifts one whole side; texture that was
 * rewritten and edges that were sharpened cancel out along the line. From the mean step two standard errors are
 * taken off (rows are alike over about four pixels), so that a few strong rows do not make a seam.
 * contrast: of the input, at half its size. noiseSigma: its own noise, in levels. lines: where tiles met, in input pixels; null: look everywhere.
 */
export function seamStepOf(
  before: Plane,
  after: Plane,
  contrast: Plane,
  noiseSigma: number,
  lines: TileLines | null,
): SeamStep {
  const error = difference(after, before);
  const calm = calmnessOf(contrast, noiseSigma);
  const upright = stepsAcross(error, calm, false);
  const level = stepsAcross(error, calm, true);
  const all = [...upright, ...level].map(({ step }) => step).sort((a, b) => a - b);
  const usual = all[Math.floor(0.9 * all.length)] ?? 0;
  const worstX = worstOf(upright, lines?.x ?? null);
  const worstY = worstOf(level, lines?.y ?? null);
  const isUpright = worstX.step >= worstY.step;
  const { step, line, start, length } = isUpright ? worstX : worstY;
  const standout = step / (usual + 1);
  if (step <= 0) return { step: 0, standout: 0, place: null };
  return isUpright
    ? { step, standout, place: { xPx: line - 4, yPx: start, widthPx: 8, heightPx: length } }
    : { step, standout, place: { xPx: start, yPx: line - 4, widthPx: length, heightPx: 8 } };
}

interface Step {
  readonly step: number;
  readonly line: number;
  readonly start: number;
  readonly length: number;
}

const noStep: Step = { step: 0, line: 0, start: 0, length: 0 };

/** The worst of the wanted lines, or of all. A tile line may fall between two input pixels. */
function worstOf(steps: readonly Step[], wanted: readonly number[] | null): Step {
  return steps
    .filter(({ line }) => wanted === null || wanted.some((place) => Math.abs(place - line) <= 0.75))
    .reduce((worst, step) => (step.step > worst.step ? step : worst), noStep);
}

/** 1 on smooth ground, falling to 0 beside outlines; the input's own noise is no outline. */
function calmnessOf(contrast: Plane, noiseSigma: number): Plane {
  const data = contrast.data.map((level) => {
    const busy = Math.max(0, level * level - noiseSigma * noiseSigma) / calmContrast ** 2;
    return 1 / (1 + busy * busy);
  });
  return { ...contrast, data };
}

/** The strongest step of each line that has room on both sides. */
function stepsAcross(error: Plane, calm: Plane, isLevel: boolean): Step[] {
  const { widthPx: w, heightPx: h, data } = error;
  const across = isLevel ? h : w;
  const along = isLevel ? w : h;
  const next = isLevel ? w : 1;
  const onward = isLevel ? 1 : w;
  const pieces = [...new Set([Math.min(piecePx, along), along])];
  const found: Step[] = [];
  const steps = new Float32Array(along);
  const weights = new Float32Array(along);
  for (let line = farPx; line <= across - farPx; line++) {
    for (let i = 0; i < along; i++) {
      let sum = 0;
      const base = i * onward + line * next;
      for (let k = nearPx; k < farPx; k++) {
        sum += (data[base + k * next] as number) - (data[base - (k + 1) * next] as number);
      }
      steps[i] = sum / (farPx - nearPx);
      weights[i] = calm.data[
        isLevel ? (line >> 1) * calm.widthPx + (i >> 1) : (i >> 1) * calm.widthPx + (line >> 1)
      ] as number;
    }
    let worst: Step = { ...noStep, line };
    for (const length of pieces) {
      for (let start = 0; start + length <= along; start += Math.max(1, length >> 1)) {
        const step = coherentStep(steps, weights, start, length);
        if (step > worst.step) worst = { step, line, start, length };
      }
    }
    found.push(worst);
  }
  return found;
}

function coherentStep(steps: Float32Array, weights: Float32Array, start: number, length: number): number {
  let sum = 0;
  let squares = 0;
  let weight = 0;
  for (let i = start; i < start + length; i++) {
    const own = weights[i] as number;
    const value = steps[i] as number;
    sum += own * value;
    squares += own * value * value;
    weight += own;
  }
  if (weight < leastCalm) return 0;
  const average = sum / weight;
  const variance = Math.max(0, squares / weight - average * average);
  return Math.max(0, Math.abs(average) - 2 * Math.sqrt(variance / (weight / 4)));
}

/**
 * Mean gradient across the tile lines over the mean gradient across the lines 3 to 6 pixels beside them, relative to
 * the same ratio on the input enlarged to the output's size. About 1 for none; null where there is no line inside.
 * output, enlarged: one channel of luma at the output's size.
 */
export function seamRatioOf(output: Raster<1>, enlarged: Raster<1>, lines: TileLines): number | null {
  const own = lineRatio(output, lines);
  const plain = lineRatio(enlarged, lines);
  return own === null || plain === null ? null : own / plain;
}

function lineRatio(luma: Raster<1>, lines: TileLines): number | null {
  let on = 0;
  let onCount = 0;
  let off = 0;
  let offCount = 0;
  const walk = (
    positions: readonly number[],
    across: number,
    along: number,
    step: number,
    next: number,
  ): void => {
    for (const position of positions) {
      const line = Math.round(position);
      if (line < 8 || line > across - 8) continue;
      for (const offset of [0, -6, -5, -4, -3, 3, 4, 5, 6]) {
        let sum = 0;
        for (let i = 0; i < along; i++) {
          const at = (line + offset) * step + i * next;
          sum += Math.abs((luma.data[at] as number) - (luma.data[at - step] as number));
        }
        if (offset === 0) {
          on += sum;
          onCount += along;
        } else {
          off += sum;
          offCount += along;
        }
      }
    }
  };
  walk(lines.x, luma.widthPx, luma.heightPx, 1, luma.widthPx);
  walk(lines.y, luma.heightPx, luma.widthPx, luma.widthPx, 1);
  if (onCount === 0) return null;
  // A quarter of a level keeps a picture of one colour from dividing by nothing.
  return (on / onCount + 0.25) / (off / offCount + 0.25);
}
