import { EngineError } from '../errors.ts';
import { type NetScale, netScales } from './tiers.ts';

export interface ScaleRequest {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Longest side that is wanted in the end; null: as much as the networks give. */
  readonly targetLongestSidePx: number | null;
  readonly maxOutputPixels: number;
}

/**
 * The smallest enlargement that reaches the target, so that no pixel is made to be thrown away; 4 when none does or
 * nothing is said. (×2 is the ×4 network halved inside the graph: measured against the ×2 networks' own weights it gains
 * 0.9 to 1.0 dB at one step and 0 to 0.2 dB at four, for the same work.) One step smaller wherever the output would be larger than allowed.
 * @throws EngineError `local-too-large` when even doubling would pass maxOutputPixels.
 */
export function chooseScale({
  widthPx,
  heightPx,
  targetLongestSidePx,
  maxOutputPixels,
}: ScaleRequest): NetScale {
  const longestPx = Math.max(widthPx, heightPx);
  const wanted = targetLongestSidePx === null ? 4 : targetLongestSidePx / longestPx;
  const reaching = netScales.find((scale) => scale >= wanted) ?? 4;
  const allowed = netScales.filter((scale) => widthPx * heightPx * scale * scale <= maxOutputPixels);
  const scale = allowed.filter((one) => one <= reaching).at(-1);
  if (scale === undefined) {
    throw new EngineError(
      'local-too-large',
      `The image is already ${widthPx}×${heightPx} px, too large to be enlarged by the local engine; set a smaller longest side for the input.`,
      { isReported: false },
    );
  }
  return scale;
}
