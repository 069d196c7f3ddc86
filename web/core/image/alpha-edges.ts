import type { Raster } from './types.ts';

/**
 * What a small alpha raster says about its edges, for each cell between four neighbouring pixel centres. Cells are
 * stored as the pixel at their upper left; those of the last row and column repeat the picture's border.
 */
export interface AlphaEdges {
  /** Smallest and largest alpha within one pixel of the cell. Equal: nothing happens there. */
  readonly low: Uint8Array;
  readonly high: Uint8Array;
  /** 0 (soft) … 1 (as steep as sampling allows), for each pixel. */
  readonly hardness: Float32Array;
}

/** One axis of a window of three values (two, where it does not look back); it ends at the border. */
function along(
  from: Uint8Array,
  count: number,
  step: number,
  lines: number,
  lineStep: number,
  looksBack: boolean,
  isMaximum: boolean,
): Uint8Array {
  const to = new Uint8Array(from.length);
  // Largest of a is 255 less the smallest of 255 − a: one comparison serves both.
  const flip = isMaximum ? 255 : 0;
  for (let line = 0; line < lines; line += 1) {
    let at = line * lineStep;
    let here = (from[at] ?? 0) ^ flip;
    let before = here;
    for (let place = 0; place < count; place += 1, at += step) {
      const after = place + 1 < count ? (from[at + step] ?? 0) ^ flip : here;
      let least = Math.min(here, after);
      if (looksBack && before < least) least = before;
      to[at] = least ^ flip;
      before = here;
      here = after;
    }
  }
  return to;
}

/**
 * How hard the edge near each pixel is: the part of all change within four pixels that happens from one pixel to the
 * next but one. A step that only sampling has blurred makes all of it there, a long ramp a quarter, and half where
 * it begins. A step with a slope beyond it, such as an object's rim on its soft shadow, is not hard: made steeper, it
 * would take the slope with it, and a light halo would come between the two.
 */
export function findAlphaEdges({ data, widthPx, heightPx }: Raster<1>): AlphaEdges {
  const window = (from: Uint8Array, isMaximum: boolean, looksBack = true): Uint8Array => {
    const rows = along(from, widthPx, 1, heightPx, widthPx, looksBack, isMaximum);
    return along(rows, heightPx, widthPx, widthPx, 1, looksBack, isMaximum);
  };
  // A window of a window of one pixel to each side has two to each side, and so on.
  const [low1, high1] = [window(data, false), window(data, true)];
  const [low2, high2] = [window(low1, false), window(high1, true)];
  const [low4, high4] = [window(window(low2, false), false), window(window(high2, true), true)];
  const steps = high1.map((high, at) => high - (low1[at] ?? 0));
  const steepest = window(steps, true);
  const hardness = new Float32Array(data.length);
  for (let at = 0; at < data.length; at += 1) {
    const range = (high4[at] ?? 0) - (low4[at] ?? 0);
    if (range === 0) continue;
    const share = Math.min(Math.max(((steepest[at] ?? 0) / range - 0.6) / 0.3, 0), 1);
    const beyond = (low2[at] ?? 0) - (low4[at] ?? 0) + (high4[at] ?? 0) - (high2[at] ?? 0);
    const flat = Math.min(Math.max((0.15 - beyond / range) / 0.1, 0), 1);
    hardness[at] = share * share * (3 - 2 * share) * flat;
  }
  // A cell sees what its four corners see, one pixel around: the support of the spline.
  return { low: window(low1, false, false), high: window(high1, true, false), hardness };
}
