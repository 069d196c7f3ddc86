import type { LocalModel } from './tiers.ts';
import { minTilePx } from './tile-plan.ts';

/** Bytes that the runtime holds for each input pixel of a tile (peak, arena included); measured at ×4, 192²…256². */
const bytesPerInputPx: Readonly<Record<LocalModel, number>> = {
  'local/slim': 3_600,
  'local/medium': 12_000,
  'local/thick': 7_000,
};

/** Beyond this a larger tile saves no time, and the wait for a cancellation grows. */
const maxUsefulTilePx: Readonly<Record<LocalModel, number>> = {
  'local/slim': 320,
  'local/medium': 256,
  'local/thick': 256,
};

/** Side of the largest square tile whose run fits into budgetBytes; at least minTilePx. */
export function tileSideFor(model: LocalModel, budgetBytes: number): number {
  const sidePx = Math.floor(Math.sqrt(budgetBytes / bytesPerInputPx[model]));
  return Math.max(minTilePx, Math.min(sidePx, maxUsefulTilePx[model]));
}
