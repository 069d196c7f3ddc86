import type { Raster } from '../../image/types.ts';
import type { Net } from './net-sessions.ts';
import { featherPx, linesOf, planAxis, type Span } from './tile-plan.ts';

export interface TiledDeps {
  readonly net: Net;
  /** Side of a tile in input pixels, ≥ minTilePx. */
  readonly tilePx: number;
  /** Waits for this job's turn with the runtime, runs one tile. Rejects when the job is cancelled. */
  readonly takeTurn: (work: () => Promise<Uint8Array>) => Promise<Uint8Array>;
  readonly onTile: (done: number, total: number) => void;
}

export interface Enlarged {
  readonly rgb: Raster<3>;
  /** Lines between tiles, in output pixels. */
  readonly tileLines: { readonly x: number[]; readonly y: number[] };
}

/**
 * Runs the network over the image tile by tile. Besides the output itself only one row of tiles is held, 8-bit:
 * tiles fade into each other along the row, then the row fades into the one above it.
 */
export async function enlargeTiled(image: Raster<3>, deps: TiledDeps): Promise<Enlarged> {
  const { net, tilePx, takeTurn, onTile } = deps;
  const { scale } = net;
  const columns = planAxis(image.widthPx, tilePx);
  const rows = planAxis(image.heightPx, tilePx);
  const output = newRaster(image.widthPx * scale, image.heightPx * scale);
  let done = 0;
  for (const [rowIndex, row] of rows.entries()) {
    const band = newRaster(output.widthPx, (row.keptEnd - row.keptStart) * scale);
    for (const [columnIndex, column] of columns.entries()) {
      const pixels = cutOut(image, column, row);
      const tile = await takeTurn(() => net.run(pixels, column.end - column.start, row.end - row.start));
      fadeIntoBand(band, tile, { column, row, scale, hasLeft: columnIndex > 0 });
      onTile(++done, rows.length * columns.length);
    }
    fadeIntoImage(output, band, { topPx: row.keptStart * scale, scale, hasAbove: rowIndex > 0 });
  }
  const toOutput = (line: number) => line * scale;
  return {
    rgb: output,
    tileLines: { x: linesOf(columns).map(toOutput), y: linesOf(rows).map(toOutput) },
  };
}

function newRaster(widthPx: number, heightPx: number): Raster<3> {
  return { data: new Uint8Array(widthPx * heightPx * 3), widthPx, heightPx, channels: 3 };
}

function cutOut(image: Raster<3>, column: Span, row: Span): Uint8Array {
  const rowBytes = (column.end - column.start) * 3;
  const pixels = new Uint8Array(rowBytes * (row.end - row.start));
  for (let y = row.start; y < row.end; y++) {
    const from = (y * image.widthPx + column.start) * 3;
    pixels.set(image.data.subarray(from, from + rowBytes), (y - row.start) * rowBytes);
  }
  return pixels;
}

/** Share of the newer tile at each pixel of the fade, in 1/65536 so that the sums stay integer and exact. */
function fadeWeights(scale: number): Int32Array {
  const length = 2 * featherPx * scale;
  return Int32Array.from({ length }, (_, at) => Math.round(((at + 0.5) / length) * 65536));
}

function fade(old: number, fresh: number, weight: number): number {
  return (old * (65536 - weight) + fresh * weight + 32768) >>> 16;
}

function fadeIntoBand(
  band: Raster<3>,
  tile: Uint8Array,
  place: { column: Span; row: Span; scale: number; hasLeft: boolean },
): void {
  const { column, row, scale, hasLeft } = place;
  const weights = hasLeft ? fadeWeights(scale) : new Int32Array(0);
  const tileWidth = (column.end - column.start) * scale;
  const keptLength = (column.keptEnd - column.keptStart) * scale;
  for (let y = 0; y < band.heightPx; y++) {
    const tileRow = y + (row.keptStart - row.start) * scale;
    let from = (tileRow * tileWidth + (column.keptStart - column.start) * scale) * 3;
    let to = (y * band.widthPx + column.keptStart * scale) * 3;
    const end = from + keptLength * 3;
    for (const weight of weights)
      for (let channel = 0; channel < 3; channel++, from++, to++)
        band.data[to] = fade(band.data[to] as number, tile[from] as number, weight);
    band.data.set(tile.subarray(from, end), to);
  }
}

function fadeIntoImage(
  image: Raster<3>,
  band: Raster<3>,
  { topPx, scale, hasAbove }: { topPx: number; scale: number; hasAbove: boolean },
): void {
  const weights = hasAbove ? fadeWeights(scale) : new Int32Array(0);
  const rowBytes = image.widthPx * 3;
  const top = topPx * rowBytes;
  for (const [y, weight] of weights.entries())
    for (let at = y * rowBytes; at < (y + 1) * rowBytes; at++)
      image.data[top + at] = fade(image.data[top + at] as number, band.data[at] as number, weight);
  const rest = weights.length * rowBytes;
  image.data.set(band.data.subarray(rest), top + rest);
}
