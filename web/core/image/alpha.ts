import { ImageError } from './errors.ts';
import { resizeRaster } from './resize.ts';
import type { Raster } from './types.ts';

/** True where every sample is 0 or 255: a cut-out without any softness, as in a GIF. */
export function isBinaryAlpha(alpha: Raster<1>): boolean {
  return alpha.data.every((value) => value === 0 || value === 255);
}

const threshold = (alpha: Raster<1>): Raster<1> => ({
  ...alpha,
  data: alpha.data.map((value) => (value < 128 ? 0 : 255)),
});

/**
 * Alpha at another size, by Catmull-Rom, whose only overshoots lie beyond 0 and 255 at an edge and are cut there.
 * Binary alpha stays binary. For a much larger size with hard edges use `upscaleAlpha`.
 * @throws ImageError image-parameter for a size that is no integer ≥ 1
 */
export async function resizeAlpha(alpha: Raster<1>, widthPx: number, heightPx: number): Promise<Raster<1>> {
  if (alpha.widthPx === widthPx && alpha.heightPx === heightPx) return alpha;
  const resized = await resizeRaster(alpha, widthPx, heightPx, 'cubic');
  return isBinaryAlpha(alpha) ? threshold(resized) : resized;
}

interface Edges {
  /** Smallest and largest alpha within two pixels, and hardness 0…255, for each pixel of the small raster. */
  readonly low: Uint8Array;
  readonly high: Uint8Array;
  readonly hardness: Uint8Array;
}

/** Running minimum or maximum over a window of 2·radius + 1, both axes; edges are repeated. */
function windowed(raster: Raster<1>, radius: number, pick: (a: number, b: number) => number): Uint8Array {
  const { data, widthPx, heightPx } = raster;
  const rows = new Uint8Array(data.length);
  const out = new Uint8Array(data.length);
  for (let y = 0; y < heightPx; y += 1) {
    for (let x = 0; x < widthPx; x += 1) {
      let value = data[y * widthPx + x] ?? 0;
      const end = Math.min(x + radius, widthPx - 1);
      for (let at = Math.max(x - radius, 0); at <= end; at += 1)
        value = pick(value, data[y * widthPx + at] ?? 0);
      rows[y * widthPx + x] = value;
    }
  }
  for (let y = 0; y < heightPx; y += 1) {
    const [start, end] = [Math.max(y - radius, 0), Math.min(y + radius, heightPx - 1)];
    for (let x = 0; x < widthPx; x += 1) {
      let value = rows[y * widthPx + x] ?? 0;
      for (let at = start; at <= end; at += 1) value = pick(value, rows[at * widthPx + x] ?? 0);
      out[y * widthPx + x] = value;
    }
  }
  return out;
}

const smaller = Math.min;
const larger = Math.max;

/**
 * How hard the edge near each pixel is: the part of the change within two pixels around that happens inside one
 * step of one. A step blurred by sampling alone makes all of it there, a ramp half.
 */
function findEdges(alpha: Raster<1>): Edges {
  const step = windowed(alpha, 1, larger);
  const floor = windowed(alpha, 1, smaller);
  for (let at = 0; at < step.length; at += 1) step[at] = (step[at] ?? 0) - (floor[at] ?? 0);
  const steepest = windowed({ ...alpha, data: step }, 1, larger);
  const low = windowed(alpha, 2, smaller);
  const high = windowed(alpha, 2, larger);
  const hardness = new Uint8Array(step.length);
  for (let at = 0; at < step.length; at += 1) {
    const range = (high[at] ?? 0) - (low[at] ?? 0);
    if (range === 0) continue;
    const ratio = Math.min(Math.max(((steepest[at] ?? 0) / range - 0.6) / 0.3, 0), 1);
    hardness[at] = ratio * ratio * (3 - 2 * ratio) * 255;
  }
  return { low, high, hardness };
}

/** Left neighbour and weight of the right one (0…255) in the small raster, for each output coordinate. */
function neighbours(
  fromPx: number,
  toPx: number,
): { readonly near: Int32Array; readonly weight: Float32Array } {
  const near = new Int32Array(toPx);
  const weight = new Float32Array(toPx);
  for (let at = 0; at < toPx; at += 1) {
    const place = Math.min(Math.max(((at + 0.5) * fromPx) / toPx - 0.5, 0), fromPx - 1);
    near[at] = Math.min(Math.floor(place), Math.max(fromPx - 2, 0));
    weight[at] = place - (near[at] ?? 0);
  }
  return { near, weight };
}

/**
 * Enlarges alpha so that a hard edge is again one output pixel wide and a soft one stays as soft as it was.
 *
 * Catmull-Rom enlarges; then, where the small raster's edge is as steep as sampling allows, the change between the
 * local floor and ceiling is made steeper about its middle, by the scale. The middle stays where it was, so the
 * shape keeps its place and size; half-transparent areas keep their value. Binary alpha comes out binary, its
 * staircase smoothed. Where an axis does not get larger, `resizeAlpha` decides alone.
 * There is no guide by colour: under alpha the colours were bled outward on purpose, so they show no edge.
 * @throws ImageError image-parameter for a size that is no integer ≥ 1
 */
export async function upscaleAlpha(alpha: Raster<1>, widthPx: number, heightPx: number): Promise<Raster<1>> {
  const scale = Math.min(widthPx / alpha.widthPx, heightPx / alpha.heightPx);
  if (!(scale > 1)) return await resizeAlpha(alpha, widthPx, heightPx);
  if (isBinaryAlpha(alpha)) {
    // Cubic B-spline-like softness first, or the staircase of the small raster is kept as it is.
    return threshold(await resizeRaster(alpha, widthPx, heightPx, 'cubic'));
  }
  const smooth = await resizeRaster(alpha, widthPx, heightPx, 'cubic');
  const edges = findEdges(alpha);
  const [columns, rows] = [neighbours(alpha.widthPx, widthPx), neighbours(alpha.heightPx, heightPx)];
  const out = Uint8Array.from(smooth.data);
  const right = alpha.widthPx > 1 ? 1 : 0;
  const below = alpha.heightPx > 1 ? alpha.widthPx : 0;
  for (let y = 0; y < heightPx; y += 1) {
    const row = (rows.near[y] ?? 0) * alpha.widthPx;
    const wy = rows.weight[y] ?? 0;
    for (let x = 0; x < widthPx; x += 1) {
      const a = row + (columns.near[x] ?? 0);
      const [b, c, d] = [a + right, a + below, a + below + right];
      const low = Math.min(edges.low[a] ?? 0, edges.low[b] ?? 0, edges.low[c] ?? 0, edges.low[d] ?? 0);
      const high = Math.max(edges.high[a] ?? 0, edges.high[b] ?? 0, edges.high[c] ?? 0, edges.high[d] ?? 0);
      if (low === high) {
        out[y * widthPx + x] = low;
        continue;
      }
      const wx = columns.weight[x] ?? 0;
      const top = (edges.hardness[a] ?? 0) * (1 - wx) + (edges.hardness[b] ?? 0) * wx;
      const bottom = (edges.hardness[c] ?? 0) * (1 - wx) + (edges.hardness[d] ?? 0) * wx;
      const hardness = (top * (1 - wy) + bottom * wy) / 255;
      const gain = 1 + (scale - 1) * hardness;
      const middle = (low + high) / 2;
      const steep = middle + ((smooth.data[y * widthPx + x] ?? 0) - middle) * gain;
      out[y * widthPx + x] = Math.round(Math.min(Math.max(steep, low), high));
    }
  }
  return { data: out, widthPx, heightPx, channels: 1 };
}

/**
 * Straight RGBA from colour and alpha of the same size.
 * @throws ImageError image-parameter when the sizes differ
 */
export function joinAlpha(rgb: Raster<3>, alpha: Raster<1>): Raster<4> {
  const { widthPx, heightPx } = rgb;
  if (alpha.widthPx !== widthPx || alpha.heightPx !== heightPx) {
    throw new ImageError(
      'image-parameter',
      `Colour (${widthPx} × ${heightPx}) and alpha (${alpha.widthPx} × ${alpha.heightPx}) must have the same size.`,
    );
  }
  const pixels = widthPx * heightPx;
  const data = new Uint8Array(pixels * 4);
  for (let pixel = 0, from = 0, to = 0; pixel < pixels; pixel += 1, from += 3, to += 4) {
    data[to] = rgb.data[from] ?? 0;
    data[to + 1] = rgb.data[from + 1] ?? 0;
    data[to + 2] = rgb.data[from + 2] ?? 0;
    data[to + 3] = alpha.data[pixel] ?? 0;
  }
  return { data, widthPx, heightPx, channels: 4 };
}
