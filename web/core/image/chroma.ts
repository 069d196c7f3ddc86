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
 * 2 × 2 block the distance of Cb and Cr from their mean is what 4:2:0 throws away.
 * rgb: not changed; every block is looked at, so the answer does not depend on where the lettering stands.
 * Chroma: BT.601 full range, as JPEG has it (JFIF 1.02), written with differences to green:
 * Cb = 0.5·(B − G) − 0.168736·(R − G), Cr = 0.5·(R − G) − 0.081312·(B − G).
 */
export function needsFullChroma(rgb: Raster<3>): boolean {
  const { data, widthPx, heightPx } = rgb;
  const blocks = (widthPx >> 1) * (heightPx >> 1);
  const enough = Math.max(4, Math.ceil(blocks * visibleShare));
  let lossy = 0;
  for (let y = 0; y + 1 < heightPx; y += 2) {
    const end = (y * widthPx + widthPx - 1) * 3;
    for (let at = y * widthPx * 3; at < end; at += 6) {
      if (isLossy(data, at, at + widthPx * 3)) lossy += 1;
    }
    if (lossy >= enough) return true;
  }
  return false;
}

/** Whether a block of two pixels from `top` and two from `bottom` loses visibly. Written out: it runs for each block. */
function isLossy(data: Uint8Array, top: number, bottom: number): boolean {
  const greenA = data[top + 1] ?? 0;
  const greenB = data[top + 4] ?? 0;
  const greenC = data[bottom + 1] ?? 0;
  const greenD = data[bottom + 4] ?? 0;
  const redA = (data[top] ?? 0) - greenA;
  const redB = (data[top + 3] ?? 0) - greenB;
  const redC = (data[bottom] ?? 0) - greenC;
  const redD = (data[bottom + 3] ?? 0) - greenD;
  const blueA = (data[top + 2] ?? 0) - greenA;
  const blueB = (data[top + 5] ?? 0) - greenB;
  const blueC = (data[bottom + 2] ?? 0) - greenC;
  const blueD = (data[bottom + 5] ?? 0) - greenD;
  const redRange = Math.max(redA, redB, redC, redD) - Math.min(redA, redB, redC, redD);
  const blueRange = Math.max(blueA, blueB, blueC, blueD) - Math.min(blueA, blueB, blueC, blueD);
  // No distance from a mean is larger than three quarters of the range: nearly every block ends here.
  if (0.669 * 0.75 * Math.max(redRange, blueRange) <= visibleLoss) return false;
  const red = (redA + redB + redC + redD) / 4;
  const blue = (blueA + blueB + blueC + blueD) / 4;
  return (
    isFar(redA - red, blueA - blue) ||
    isFar(redB - red, blueB - blue) ||
    isFar(redC - red, blueC - blue) ||
    isFar(redD - red, blueD - blue)
  );
}

/** Whether Cb or Cr is visibly off, from the distances of R − G and B − G to their means. */
function isFar(red: number, blue: number): boolean {
  return (
    Math.abs(0.5 * blue - 0.168736 * red) > visibleLoss || Math.abs(0.5 * red - 0.081312 * blue) > visibleLoss
  );
}
