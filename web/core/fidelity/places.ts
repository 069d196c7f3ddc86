import { emptyPlane, type Plane } from './planes.ts';
import type { BadPlace } from './types.ts';

/** Mean of each block of side × side cells (smaller at the right and bottom edge). */
export function blockMeans(map: Plane, sidePx: number): Plane {
  const blocks = emptyPlane(Math.ceil(map.widthPx / sidePx), Math.ceil(map.heightPx / sidePx));
  for (let by = 0; by < blocks.heightPx; by++) {
    for (let bx = 0; bx < blocks.widthPx; bx++) {
      const right = Math.min(map.widthPx, (bx + 1) * sidePx);
      const bottom = Math.min(map.heightPx, (by + 1) * sidePx);
      let sum = 0;
      for (let y = by * sidePx; y < bottom; y++) {
        for (let x = bx * sidePx; x < right; x++) sum += map.data[y * map.widthPx + x] as number;
      }
      blocks.data[by * blocks.widthPx + bx] = sum / ((right - bx * sidePx) * (bottom - by * sidePx));
    }
  }
  return blocks;
}

/** Largest value of each block of side × side cells. */
export function blockMaxima(map: Plane, sidePx: number): Plane {
  const blocks = emptyPlane(Math.ceil(map.widthPx / sidePx), Math.ceil(map.heightPx / sidePx));
  for (let y = 0, i = 0; y < map.heightPx; y++) {
    const row = Math.floor(y / sidePx) * blocks.widthPx;
    for (let x = 0; x < map.widthPx; x++, i++) {
      const at = row + Math.floor(x / sidePx);
      if ((map.data[i] as number) > (blocks.data[at] as number)) blocks.data[at] = map.data[i] as number;
    }
  }
  return blocks;
}

export interface PlaceRequest {
  readonly measure: string;
  /** Larger is worse. */
  readonly blocks: Plane;
  /** Side of a block in cells of the picture that `cellsX` × `cellsY` describe. */
  readonly sidePx: number;
  readonly cells: { readonly widthPx: number; readonly heightPx: number };
  readonly output: { readonly widthPx: number; readonly heightPx: number };
  /** Blocks at or below this are not bad. */
  readonly floor: number;
  readonly most: number;
}

/** The worst blocks above the floor as rectangles in output pixels, worst first. */
export function worstPlaces(request: PlaceRequest): BadPlace[] {
  const { blocks, sidePx, cells, output } = request;
  const scaleX = output.widthPx / cells.widthPx;
  const scaleY = output.heightPx / cells.heightPx;
  return Array.from(blocks.data, (value, index) => ({ value, index }))
    .filter(({ value }) => value > request.floor)
    .sort((a, b) => b.value - a.value || a.index - b.index)
    .slice(0, request.most)
    .map(({ value, index }) => {
      const left = (index % blocks.widthPx) * sidePx;
      const top = Math.floor(index / blocks.widthPx) * sidePx;
      const xPx = Math.round(left * scaleX);
      const yPx = Math.round(top * scaleY);
      return {
        xPx,
        yPx,
        widthPx: Math.round(Math.min(cells.widthPx, left + sidePx) * scaleX) - xPx,
        heightPx: Math.round(Math.min(cells.heightPx, top + sidePx) * scaleY) - yPx,
        measure: request.measure,
        value,
      };
    });
}
