import type { EngineParams } from '../contract.ts';
import type { ImageSize } from './entry.ts';

/**
 * Seconds that InvSR is expected to take. Published for one 128-pixel tile on an A100: 117 ms at 1 step and about
 * 30 ms for each further one (arXiv 2412.09013v2); a larger tile costs by its area. Tiles along an axis of length L:
 * 1 if L ≤ c, else ceil((L − c) / (c / 2)) + 1. The model is built anew on each call: 4 s are added for that.
 * An estimate: neither the hardware nor the fork's code is public.
 */
export function invsrSeconds({ widthPx, heightPx }: ImageSize, params: EngineParams): number {
  const choppingPx = params.chopping_size ?? 128;
  const tiles = tilesAlong(widthPx, choppingPx) * tilesAlong(heightPx, choppingPx);
  const perTile = (0.087 + 0.03 * params.num_steps) * (choppingPx / 128) ** 2;
  return 4 + tiles * perTile;
}

export function tilesAlong(lengthPx: number, choppingPx: number): number {
  return lengthPx <= choppingPx ? 1 : Math.ceil((lengthPx - choppingPx) / (choppingPx / 2)) + 1;
}

/**
 * Where InvSR's tiles begin and end: each overlaps the last by half, and the last one ends with the image.
 * Returns positions inside (0, lengthPx), rising, each once.
 */
export function invsrTileEdges(lengthPx: number, params: EngineParams): readonly number[] {
  const choppingPx = params.chopping_size ?? 128;
  const edges = new Set<number>();
  for (let tile = 0; tile < tilesAlong(lengthPx, choppingPx); tile += 1) {
    const startPx = Math.max(0, Math.min(Math.floor((tile * choppingPx) / 2), lengthPx - choppingPx));
    for (const edgePx of [startPx, startPx + choppingPx]) {
      if (edgePx > 0 && edgePx < lengthPx) edges.add(edgePx);
    }
  }
  return [...edges].sort((a, b) => a - b);
}
