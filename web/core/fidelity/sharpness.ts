import type { Raster } from '../image/types.ts';
import { blur, gradientLength, type Plane } from './planes.ts';

/** Edges that are looked at: the steepest of the input, in this share of its pixels. */
const edgeShare = 0.02;
const mostEdges = 4000;

/**
 * How much steeper the output's edges are than those of the input merely enlarged: the median over the input's
 * steepest edges of (steepest slope nearby in the output) / (the same in the enlarged input). 1: no gain. Only edges
 * count, because a clean result has less fine contrast than noisy input and is better for it.
 * before: luma at the input's size; output, enlarged: luma at the output's size.
 */
export function sharpnessGainOf(before: Plane, output: Raster<1>, enlarged: Raster<1>): number {
  const slopes = gradientLength(blur(before, 0.7));
  const sorted = slopes.data.slice().sort();
  const bound = Math.max(4, sorted[Math.floor(sorted.length * (1 - edgeShare))] ?? 0);
  const edges: number[] = [];
  for (let i = 0; i < slopes.data.length; i++) if ((slopes.data[i] as number) >= bound) edges.push(i);
  if (edges.length === 0) return 1;
  const step = Math.max(1, Math.floor(edges.length / mostEdges));
  const scaleX = output.widthPx / before.widthPx;
  const scaleY = output.heightPx / before.heightPx;
  const ratios: number[] = [];
  for (let e = 0; e < edges.length; e += step) {
    const index = edges[e] as number;
    const x = ((index % before.widthPx) + 0.5) * scaleX;
    const y = (Math.floor(index / before.widthPx) + 0.5) * scaleY;
    const plain = steepest(enlarged, x, y, scaleX);
    if (plain > 0) ratios.push(steepest(output, x, y, scaleX) / plain);
  }
  ratios.sort((a, b) => a - b);
  return ratios[Math.floor(ratios.length / 2)] ?? 1;
}

/** Steepest slope within one input pixel of (x, y), levels per output pixel. */
function steepest(luma: Raster<1>, x: number, y: number, scale: number): number {
  const reach = Math.max(1, Math.ceil(scale));
  const { widthPx: w, heightPx: h, data } = luma;
  let most = 0;
  const bottom = Math.min(h - 2, Math.floor(y) + reach);
  const right = Math.min(w - 2, Math.floor(x) + reach);
  for (let v = Math.max(1, Math.floor(y) - reach); v <= bottom; v++) {
    for (let u = Math.max(1, Math.floor(x) - reach); u <= right; u++) {
      const i = v * w + u;
      const dx = (data[i + 1] as number) - (data[i - 1] as number);
      const dy = (data[i + w] as number) - (data[i - w] as number);
      const square = dx * dx + dy * dy;
      if (square > most) most = square;
    }
  }
  return Math.sqrt(most) / 2;
}
