import type { Raster } from './types.ts';

/**
 * Loss of colour, in 8-bit steps of Cb or Cr, that is seen as a ragged or faded edge. Photos stay below it nearly
 * everywhere; red or blue lettering does not.
 */
const visibleLoss = 26;

/** Share of 2 × 2 blocks with visible loss from which the whole picture is worth 4:4:4. */
const visibleShare = 0.0015;

/**
 * Whether halving the colour resolution (4:2:0) would be seen: saturated text, line art, hard colour edges. For each
 * 2 × 2 block the spread of Cb and Cr about their mean is what 4:2:0 throws away.
 * rgb: not changed; every block is looked at, so the answer does not depend on where the lettering stands.
 * Chroma: BT.601 full range, as JPEG has it (JFIF 1.02).
 */
export function needsFullChroma(rgb: Raster<3>): boolean {
  const { data, widthPx, heightPx } = rgb;
  const blocks = (widthPx >> 1) * (heightPx >> 1);
  const enough = Math.max(4, Math.ceil(blocks * visibleShare));
  let lossy = 0;
  for (let y = 0; y + 1 < heightPx; y += 2) {
    for (let x = 0; x + 1 < widthPx; x += 2) {
      const top = (y * widthPx + x) * 3;
      const bottom = top + widthPx * 3;
      if (spread(data, top, top + 3, bottom, bottom + 3) > visibleLoss) {
        lossy += 1;
        if (lossy >= enough) return true;
      }
    }
  }
  return false;
}

/** Largest distance of Cb or Cr from the mean of four pixels. */
function spread(data: Uint8Array, a: number, b: number, c: number, d: number): number {
  const cb = (at: number): number =>
    -0.168736 * (data[at] ?? 0) - 0.331264 * (data[at + 1] ?? 0) + 0.5 * (data[at + 2] ?? 0);
  const cr = (at: number): number =>
    0.5 * (data[at] ?? 0) - 0.418688 * (data[at + 1] ?? 0) - 0.081312 * (data[at + 2] ?? 0);
  const [b0, b1, b2, b3] = [cb(a), cb(b), cb(c), cb(d)];
  const [r0, r1, r2, r3] = [cr(a), cr(b), cr(c), cr(d)];
  const meanB = (b0 + b1 + b2 + b3) / 4;
  const meanR = (r0 + r1 + r2 + r3) / 4;
  return Math.max(
    Math.abs(b0 - meanB),
    Math.abs(b1 - meanB),
    Math.abs(b2 - meanB),
    Math.abs(b3 - meanB),
    Math.abs(r0 - meanR),
    Math.abs(r1 - meanR),
    Math.abs(r2 - meanR),
    Math.abs(r3 - meanR),
  );
}
