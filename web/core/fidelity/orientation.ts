import { halve, type Plane } from './planes.ts';

/** The eight ways to lay a picture down: transposed or not, then mirrored along either axis. */
const turns = Array.from({ length: 8 }, (_, i) => ({
  swap: (i & 4) !== 0,
  flipX: (i & 2) !== 0,
  flipY: (i & 1) !== 0,
}));

/**
 * How much better another orientation of the output fits the input than the one it has: the largest correlation over
 * the seven others minus its own, −2…2. Above 0 the output lies wrongly; a symmetric product comes near 0 from below.
 * before, after: luma at one size; both are brought to about 64 cells a side, squeezed to a square.
 */
export function orientationErrorOf(before: Plane, after: Plane): number {
  const a = thumb(before);
  const b = thumb(after);
  const fits = turns.map((turn) => correlation(a, b, turn));
  return Math.max(...fits.slice(1)) - (fits[0] ?? 0);
}

const side = 64;

function thumb(plane: Plane): Float32Array {
  let small = plane;
  while (Math.min(small.widthPx, small.heightPx) >= 2 * side) small = halve(small);
  const result = new Float32Array(side * side);
  for (let y = 0; y < side; y++) {
    const v = Math.min(small.heightPx - 1, Math.floor(((y + 0.5) * small.heightPx) / side));
    for (let x = 0; x < side; x++) {
      const u = Math.min(small.widthPx - 1, Math.floor(((x + 0.5) * small.widthPx) / side));
      result[y * side + x] = small.data[v * small.widthPx + u] as number;
    }
  }
  const average = result.reduce((sum, value) => sum + value, 0) / result.length;
  return result.map((value) => value - average);
}

function correlation(
  a: Float32Array,
  b: Float32Array,
  turn: { readonly swap: boolean; readonly flipX: boolean; readonly flipY: boolean },
): number {
  let cross = 0;
  let powerA = 0;
  let powerB = 0;
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const u = turn.flipX ? side - 1 - x : x;
      const v = turn.flipY ? side - 1 - y : y;
      const one = a[y * side + x] as number;
      const two = b[turn.swap ? u * side + v : v * side + u] as number;
      cross += one * two;
      powerA += one * one;
      powerB += two * two;
    }
  }
  // Half a level of contrast keeps a blank picture at 0 instead of dividing by nothing.
  const floor = side * side * 0.25;
  return cross / Math.sqrt((powerA + floor) * (powerB + floor));
}
