import type { Raster, TileLines } from '../image/types.ts';
import { difference, type Plane } from './planes.ts';

/** Length of the piece of a line that is looked at by itself, in pixels of the plane. */
const pieceInputPx = 48;
/** Pixels on each side of a line whose mean is compared; the two next to it may hold an edge's overshoot. */
const nearPx = 1;
const farPx = 5;

export interface Seams {
  /** Gradient across the tile lines over that on lines beside them, over the same on the enlarged input; null without lines. */
  readonly ratio: number | null;
  /** Largest step in tone along a whole piece of a line that the input does not have, in levels. */
  readonly step: number;
  readonly worst: {
    readonly xPx: number;
    readonly yPx: number;
    readonly widthPx: number;
    readonly heightPx: number;
  } | null;
}

/**
 * The largest coherent step of (after − before) across a straight line, over pieces of 48 input pixels. A seam lifts
 * one whole side; rewritten texture and sharpened edges cancel out along the piece. The step must exceed the spread
 * of the steps within the piece to count (a t-statistic of the rows), so that a few strong rows do not make a seam.
 * lines: where to look, in input pixels; null: everywhere.
 */
export function seamStepOf(
  before: Plane,
  after: Plane,
  lines: TileLines | null,
): Pick<Seams, 'step' | 'worst'> {
  const error = difference(after, before);
  const upright = strongestStep(error, lines?.x ?? null, false);
  const level = strongestStep(error, lines?.y ?? null, true);
  if (upright.step >= level.step) {
    const { step, line, start, length } = upright;
    return { step, worst: step > 0 ? { xPx: line - 4, yPx: start, widthPx: 8, heightPx: length } : null };
  }
  const { step, line, start, length } = level;
  return { step, worst: { xPx: start, yPx: line - 4, widthPx: length, heightPx: 8 } };
}

interface Step {
  readonly step: number;
  readonly line: number;
  readonly start: number;
  readonly length: number;
}

function strongestStep(error: Plane, lines: readonly number[] | null, isLevel: boolean): Step {
  const { widthPx: w, heightPx: h, data } = error;
  const across = isLevel ? h : w;
  const along = isLevel ? w : h;
  const acrossStep = isLevel ? w : 1;
  const alongStep = isLevel ? 1 : w;
  const length = Math.min(pieceInputPx, along);
  let worst: Step = { step: 0, line: 0, start: 0, length };
  const candidates =
    lines === null
      ? Array.from({ length: Math.max(0, across - 2 * farPx) }, (_, i) => i + farPx)
      : lines.map((line) => Math.round(line)).filter((line) => line >= farPx && line <= across - farPx);
  const steps = new Float32Array(along);
  for (const line of candidates) {
    for (let i = 0; i < along; i++) {
      let left = 0;
      let right = 0;
      const base = i * alongStep + line * acrossStep;
      for (let k = nearPx; k < farPx; k++) {
        right += data[base + k * acrossStep] as number;
        left += data[base - (k + 1) * acrossStep] as number;
      }
      steps[i] = (right - left) / (farPx - nearPx);
    }
    for (let start = 0; start + length <= along; start += length / 2) {
      let sum = 0;
      let squares = 0;
      const from = Math.floor(start);
      for (let i = from; i < from + length; i++) {
        const value = steps[i] as number;
        sum += value;
        squares += value * value;
      }
      const average = sum / length;
      const variance = Math.max(0, squares / length - average * average);
      // Neighbouring rows are alike over about four pixels: a quarter of them are independent.
      const chance = 3 * Math.sqrt(variance / (length / 4));
      const step = Math.max(0, Math.abs(average) - chance);
      if (step > worst.step) worst = { step, line, start: from, length };
    }
  }
  return worst;
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
