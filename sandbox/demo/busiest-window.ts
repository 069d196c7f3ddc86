import type { Raster } from '../../web/core/image/types.ts';

/**
 * Finds the square of the given side that holds the most fine detail, so that a before and after shows something:
 * the sum of steps between neighbours, with what is clear counting nothing and the outer rim of the picture little.
 * Returns its top left corner in pixels; (0, 0) where the picture is not larger than the window.
 */
export function busiestWindow(
  picture: Raster<4>,
  sidePx: number,
): { readonly x: number; readonly y: number } {
  const { data, widthPx, heightPx } = picture;
  if (widthPx <= sidePx && heightPx <= sidePx) return { x: 0, y: 0 };
  // Summed-area table of the steps: sums[y][x] holds everything above and to the left.
  const stride = widthPx + 1;
  const sums = new Float64Array(stride * (heightPx + 1));
  const luma = (at: number): number =>
    0.299 * (data[at] as number) + 0.587 * (data[at + 1] as number) + 0.114 * (data[at + 2] as number);
  for (let y = 0; y < heightPx; y++) {
    let row = 0;
    for (let x = 0; x < widthPx; x++) {
      const at = (y * widthPx + x) * 4;
      const right = x + 1 < widthPx ? at + 4 : at;
      const below = y + 1 < heightPx ? at + widthPx * 4 : at;
      const isSolid =
        Math.min(data[at + 3] as number, data[right + 3] as number, data[below + 3] as number) > 250;
      if (isSolid) row += Math.abs(luma(right) - luma(at)) + Math.abs(luma(below) - luma(at));
      sums[(y + 1) * stride + x + 1] = (sums[y * stride + x + 1] as number) + row;
    }
  }
  const step = Math.max(1, Math.floor(sidePx / 16));
  let best = { x: 0, y: 0, detail: -1 };
  for (let y = 0; y + Math.min(sidePx, heightPx) <= heightPx; y += step) {
    for (let x = 0; x + Math.min(sidePx, widthPx) <= widthPx; x += step) {
      const bottom = Math.min(heightPx, y + sidePx);
      const right = Math.min(widthPx, x + sidePx);
      const detail =
        (sums[bottom * stride + right] as number) -
        (sums[y * stride + right] as number) -
        (sums[bottom * stride + x] as number) +
        (sums[y * stride + x] as number);
      if (detail > best.detail) best = { x, y, detail };
    }
  }
  return { x: best.x, y: best.y };
}
