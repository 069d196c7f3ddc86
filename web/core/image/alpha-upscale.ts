import { type AlphaEdges, findAlphaEdges } from './alpha-edges.ts';
import type { Raster } from './types.ts';

/**
 * How much of the scale becomes steepness. Measured on twelve cut-out photos, ×4 from a quarter shrunk by Lanczos,
 * Catmull-Rom or box: intersection over union 0.9957 to 0.9988. Back-projection was tried and adds nothing: the mean
 * stays, and the error along the edge grows by 5 %.
 */
const steepness = 0.5;

/** Catmull-Rom spline (Keys 1981, a = −0.5), support 2. */
function catmullRom(distance: number): number {
  const x = Math.abs(distance);
  if (x >= 2) return 0;
  return x < 1 ? (1.5 * x - 2.5) * x * x + 1 : ((-0.5 * x + 2.5) * x - 4) * x + 2;
}

interface Axis {
  /** First output pixel of each cell, and one more entry at the end. A cell lies between two small centres. */
  readonly starts: Int32Array;
  /** Four Catmull-Rom weights and the place 0…1 within its cell, for each output pixel. */
  readonly weights: Float32Array;
  readonly places: Float32Array;
}

function axis(smallPx: number, largePx: number): Axis {
  const scale = largePx / smallPx;
  const starts = new Int32Array(smallPx + 1).fill(largePx);
  starts[0] = 0;
  for (let cell = 1; cell < smallPx; cell += 1) {
    starts[cell] = Math.min(Math.max(Math.ceil((cell + 0.5) * scale - 0.5), 0), largePx);
  }
  const weights = new Float32Array(largePx * 4);
  const places = new Float32Array(largePx);
  for (let cell = 0; cell < smallPx; cell += 1) {
    for (let at = starts[cell] ?? 0; at < (starts[cell + 1] ?? 0); at += 1) {
      const place = (at + 0.5) / scale - 0.5 - cell;
      places[at] = Math.min(Math.max(place, 0), 1);
      for (let tap = 0; tap < 4; tap += 1) weights[at * 4 + tap] = catmullRom(place - (tap - 1));
    }
  }
  return { starts, weights, places };
}

/**
 * Alpha enlarged along both axes. Flat parts stay exactly flat; elsewhere Catmull-Rom interpolates,
 * and where the edge is hard the change between the local floor and ceiling is made steeper about its
 * middle. alpha: not changed. widthPx, heightPx: integers, not below alpha's own.
 * The time goes with the length of the edges, not with the area.
 */
export function enlargeAlpha(alpha: Raster<1>, widthPx: number, heightPx: number): Raster<1> {
  const edges = findAlphaEdges(alpha);
  const [columns, rows] = [axis(alpha.widthPx, widthPx), axis(alpha.heightPx, heightPx)];
  const data = new Uint8Array(widthPx * heightPx);
  const gain = (Math.min(widthPx / alpha.widthPx, heightPx / alpha.heightPx) - 1) * steepness;
  const work: Work = { alpha, edges, columns, rows, gain, data, widthPx };
  for (let row = 0; row < alpha.heightPx; row += 1) {
    for (let column = 0; column < alpha.widthPx; ) {
      const end = flatRun(edges, row * alpha.widthPx, column, alpha.widthPx);
      if (end === column) {
        fillCell(work, column, row);
        column += 1;
      } else {
        fillFlat(work, column, end, row);
        column = end;
      }
    }
  }
  return { data, widthPx, heightPx, channels: 1 };
}

interface Work {
  readonly alpha: Raster<1>;
  readonly edges: AlphaEdges;
  readonly columns: Axis;
  readonly rows: Axis;
  readonly gain: number;
  readonly data: Uint8Array;
  readonly widthPx: number;
}

/** Where the run of flat cells of one level that begins at `column` ends; `column` itself when it is not flat. */
function flatRun({ low, high }: AlphaEdges, line: number, column: number, count: number): number {
  const level = low[line + column];
  let end = column;
  while (end < count && low[line + end] === level && high[line + end] === level) end += 1;
  return end;
}

function fillFlat(
  { edges, alpha, columns, rows, data, widthPx }: Work,
  column: number,
  end: number,
  row: number,
): void {
  const level = edges.low[row * alpha.widthPx + column] ?? 0;
  if (level === 0) return;
  const [left, right] = [columns.starts[column] ?? 0, columns.starts[end] ?? 0];
  for (let y = rows.starts[row] ?? 0; y < (rows.starts[row + 1] ?? 0); y += 1) {
    data.fill(level, y * widthPx + left, y * widthPx + right);
  }
}

function fillCell(work: Work, column: number, row: number): void {
  const { alpha, edges, columns, rows, gain, data, widthPx } = work;
  const samples = alpha.data;
  const [lastColumn, lastRow] = [alpha.widthPx - 1, alpha.heightPx - 1];
  const cell = row * alpha.widthPx + column;
  const [low, high] = [edges.low[cell] ?? 0, edges.high[cell] ?? 0];
  const middle = (low + high) / 2;
  const next = column < lastColumn ? 1 : 0;
  const below = row < lastRow ? alpha.widthPx : 0;
  const [a, b] = [edges.hardness[cell] ?? 0, edges.hardness[cell + next] ?? 0];
  const [c, d] = [edges.hardness[cell + below] ?? 0, edges.hardness[cell + below + next] ?? 0];
  const across = [0, 0, 0, 0];
  const x0 = Math.max(column - 1, 0);
  const x2 = column + next;
  const x3 = Math.min(column + 2, lastColumn);
  for (let x = columns.starts[column] ?? 0; x < (columns.starts[column + 1] ?? 0); x += 1) {
    const u = columns.places[x] ?? 0;
    const w = x * 4;
    const w0 = columns.weights[w] ?? 0;
    const w1 = columns.weights[w + 1] ?? 0;
    const w2 = columns.weights[w + 2] ?? 0;
    const w3 = columns.weights[w + 3] ?? 0;
    for (let tap = 0; tap < 4; tap += 1) {
      const line = Math.min(Math.max(row + tap - 1, 0), lastRow) * alpha.widthPx;
      across[tap] =
        w0 * (samples[line + x0] ?? 0) +
        w1 * (samples[line + column] ?? 0) +
        w2 * (samples[line + x2] ?? 0) +
        w3 * (samples[line + x3] ?? 0);
    }
    const [r0 = 0, r1 = 0, r2 = 0, r3 = 0] = across;
    for (let y = rows.starts[row] ?? 0; y < (rows.starts[row + 1] ?? 0); y += 1) {
      const v = rows.places[y] ?? 0;
      const at = y * 4;
      const smooth =
        (rows.weights[at] ?? 0) * r0 +
        (rows.weights[at + 1] ?? 0) * r1 +
        (rows.weights[at + 2] ?? 0) * r2 +
        (rows.weights[at + 3] ?? 0) * r3;
      const hardness = (a + (b - a) * u) * (1 - v) + (c + (d - c) * u) * v;
      const steep = middle + (smooth - middle) * (1 + gain * hardness);
      data[y * widthPx + x] = Math.round(Math.max(Math.min(steep, high), low));
    }
  }
}
