import type { Raster } from './types.ts';

/**
 * What a small alpha raster says about its edges, for each cell between four neighbouring pixel centres. Cells are
 * stored as the pixel at their upper left; those of the last row and column repeat the picture's border.
 */
export interface AlphaEdges {
  /** Smallest and largest alpha within two pixels. Equal: nothing happens there. */
  readonly low: Uint8Array;
  readonly high: Uint8Array;
  /** 0 (soft) … 1 (as steep as sampling allows), for each pixel. */
  readonly hardness: Float32Array;
}

/** Smallest or largest value in a square window about each pixel; the window ends at the border. */
function windowed(
  data: Uint8Array,
  widthPx: number,
  heightPx: number,
  before: number,
  after: number,
  isMaximum: boolean,
): Uint8Array {
  const along = (
    from: Uint8Array,
    count: number,
    step: number,
    lines: number,
    lineStep: number,
  ): Uint8Array => {
    const to = new Uint8Array(from.length);
    for (let line = 0; line < lines; line += 1) {
      const base = line * lineStep;
      for (let place = 0; place < count; place += 1) {
        const end = Math.min(place + after, count - 1);
        let value = from[base + place * step] ?? 0;
        for (let other = Math.max(place - before, 0); other <= end; other += 1) {
          const candidate = from[base + other * step] ?? 0;
          if (isMaximum ? candidate > value : candidate < value) value = candidate;
        }
        to[base + place * step] = value;
      }
    }
    return to;
  };
  const rows = along(data, widthPx, 1, heightPx, widthPx);
  return along(rows, heightPx, widthPx, widthPx, 1);
}

/**
 * How hard the edge near each pixel is: the part of all change within four pixels that happens from one pixel to the
 * next but one. A step that only sampling has blurred makes all of it there, a long ramp a quarter, and half where
 * it begins.
 */
export function findAlphaEdges({ data, widthPx, heightPx }: Raster<1>): AlphaEdges {
  const window = (from: Uint8Array, before: number, after: number, isMaximum: boolean): Uint8Array =>
    windowed(from, widthPx, heightPx, before, after, isMaximum);
  const steps = window(data, 1, 1, true);
  const floor = window(data, 1, 1, false);
  for (let at = 0; at < steps.length; at += 1) steps[at] = (steps[at] ?? 0) - (floor[at] ?? 0);
  const steepest = window(steps, 1, 1, true);
  const [lowest, highest] = [window(data, 2, 2, false), window(data, 2, 2, true)];
  // A window of a window: four pixels to each side.
  const [farLowest, farHighest] = [window(lowest, 2, 2, false), window(highest, 2, 2, true)];
  const hardness = new Float32Array(data.length);
  for (let at = 0; at < data.length; at += 1) {
    const range = (farHighest[at] ?? 0) - (farLowest[at] ?? 0);
    if (range === 0) continue;
    const share = Math.min(Math.max(((steepest[at] ?? 0) / range - 0.6) / 0.3, 0), 1);
    hardness[at] = share * share * (3 - 2 * share);
  }
  // A cell sees what its four corners see.
  return { low: window(lowest, 0, 1, false), high: window(highest, 0, 1, true), hardness };
}
