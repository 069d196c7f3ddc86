import { blur, type Plane } from './planes.ts';

export interface Motion {
  /** Shift of the whole picture, input pixels: medians over the blocks that have edges both ways. */
  readonly globalX: number;
  readonly globalY: number;
  /** Shift of each block against the whole, across its strongest edges, in input pixels; 0 where it has none. */
  readonly blocks: Plane;
  readonly sidePx: number;
}

/** Side of a block, and the distance between two, in input pixels. */
const sidePx = 16;
const stridePx = 8;

/**
 * How far edges moved, block by block (Lucas and Kanade 1981, on luma low-passed with σ 1.5). Along an edge nothing
 * can be known, so the shift is taken across the block's main edge direction: the eigenvector of its structure
 * tensor. Blocks whose edges do not stand out of the noise count as unmoved. Reliable to about 2 pixels; further
 * moves show as lost and new edges.
 */
export function motionOf(before: Plane, after: Plane, noiseSigma: number): Motion {
  const a = blur(before, 1.5);
  const b = blur(after, 1.5);
  const { widthPx: w, heightPx: h } = before;
  const columns = Math.max(1, Math.floor((w - sidePx) / stridePx) + 1);
  const rows = Math.max(1, Math.floor((h - sidePx) / stridePx) + 1);
  const shiftsX: number[] = [];
  const shiftsY: number[] = [];
  const found: { index: number; along: number; nx: number; ny: number; fit: number }[] = [];
  // Mean squared gradient of noise after the low-pass is tiny; 4 asks for an edge of about 10 levels in the block.
  const least = 4 + (0.15 * noiseSigma) ** 2 * 4;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let xx = 0;
      let xy = 0;
      let yy = 0;
      let xt = 0;
      let yt = 0;
      let tt = 0;
      let count = 0;
      const top = Math.max(1, row * stridePx);
      const left = Math.max(1, column * stridePx);
      for (let y = top; y < Math.min(h - 1, row * stridePx + sidePx); y++) {
        for (let x = left; x < Math.min(w - 1, column * stridePx + sidePx); x++) {
          const i = y * w + x;
          // Gradient of the mean of both: unbiased when one is sharper.
          const gx =
            ((a.data[i + 1] as number) -
              (a.data[i - 1] as number) +
              (b.data[i + 1] as number) -
              (b.data[i - 1] as number)) /
            4;
          const gy =
            ((a.data[i + w] as number) -
              (a.data[i - w] as number) +
              (b.data[i + w] as number) -
              (b.data[i - w] as number)) /
            4;
          const t = (b.data[i] as number) - (a.data[i] as number);
          xx += gx * gx;
          xy += gx * gy;
          yy += gy * gy;
          xt += gx * t;
          yt += gy * t;
          tt += t * t;
          count++;
        }
      }
      if (count === 0) continue;
      const half = (xx - yy) / 2;
      const root = Math.sqrt(half * half + xy * xy);
      const strong = (xx + yy) / 2 + root;
      if (strong / count < least) continue;
      const angle = 0.5 * Math.atan2(2 * xy, xx - yy);
      const nx = Math.cos(angle);
      const ny = Math.sin(angle);
      const along = -(nx * xt + ny * yt) / strong;
      // How much of the difference a shift explains: a change of texture is no move.
      const fit = tt <= 0 ? 0 : Math.max(0, Math.min(1, (along * along * strong) / tt));
      found.push({ index: row * columns + column, along, nx, ny, fit });
      if (Math.abs(nx) > 0.8) shiftsX.push(along / nx);
      if (Math.abs(ny) > 0.8) shiftsY.push(along / ny);
    }
  }
  const globalX = medianOf(shiftsX);
  const globalY = medianOf(shiftsY);
  const blocks = { data: new Float32Array(columns * rows), widthPx: columns, heightPx: rows };
  for (const { index, along, nx, ny, fit } of found) {
    const own = Math.abs(along - (globalX * nx + globalY * ny));
    blocks.data[index] = Math.min(4, own) * Math.sqrt(fit);
  }
  return { globalX, globalY, blocks, sidePx: stridePx };
}

/** Fewer than eight blocks say nothing about the whole picture. */
function medianOf(values: number[]): number {
  if (values.length < 8) return 0;
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
