import type { Raster } from '../../image/types.ts';
import { findContent } from './flat-border.ts';
import type { Net } from './net-sessions.ts';
import { contextPx, featherPx, linesOf, planAxis, planPart, type Span } from './tile-plan.ts';

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
  /** Lines between tiles and around the content, in output pixels. */
  readonly tileLines: { readonly x: number[]; readonly y: number[] };
}

/**
 * Runs the network over the image tile by tile. Besides the output itself only one row of tiles is held, 8-bit:
 * tiles fade into each other along the row, then the row fades into the one above it.
 * A flat border is not run but filled with what the network makes of that colour, which is the same within 1/255.
 */
export async function enlargeTiled(image: Raster<3>, deps: TiledDeps): Promise<Enlarged> {
  const { net, tilePx, takeTurn, onTile } = deps;
  const { scale } = net;
  const content = findContent(image);
  const columns = content ? planPart(content.x, tilePx) : planAxis(image.widthPx, tilePx);
  const rows = content ? planPart(content.y, tilePx) : planAxis(image.heightPx, tilePx);
  const output = newRaster(image.widthPx * scale, image.heightPx * scale);
  if (content) {
    const flat = newRaster(flatSidePx, flatSidePx);
    for (let at = 0; at < flat.data.length; at += 3) flat.data.set(content.colour, at);
    fillWith(output, await takeTurn(() => net.run(flat.data, flatSidePx, flatSidePx)), scale);
  }
  const [leftmost, rightmost] = [columns[0] as Span, columns.at(-1) as Span];
  const bandWidth = (rightmost.keptEnd - leftmost.keptStart) * scale;
  let done = 0;
  for (const [rowIndex, row] of rows.entries()) {
    const band = newRaster(bandWidth, (row.keptEnd - row.keptStart) * scale);
    for (const [columnIndex, column] of columns.entries()) {
      const pixels = cutOut(image, column, row);
      const tile = await takeTurn(() => net.run(pixels, column.end - column.start, row.end - row.start));
      const leftPx = (column.keptStart - leftmost.keptStart) * scale;
      fadeIntoBand(band, tile, { column, row, scale, leftPx, hasLeft: columnIndex > 0 });
      onTile(++done, rows.length * columns.length);
    }
    const place = { leftPx: leftmost.keptStart * scale, topPx: row.keptStart * scale };
    fadeIntoImage(output, band, { ...place, scale, hasAbove: rowIndex > 0 });
  }
  return {
    rgb: output,
    tileLines: {
      x: linesWithin(columns, image.widthPx, scale),
      y: linesWithin(rows, image.heightPx, scale),
    },
  };
}

/** In output pixels: between tiles, and where a flat border begins. */
function linesWithin(spans: readonly Span[], lengthPx: number, scale: number): number[] {
  const [first, last] = [spans[0] as Span, spans.at(-1) as Span];
  return [first.keptStart, ...linesOf(spans), last.keptEnd]
    .filter((line) => line > 0 && line < lengthPx)
    .map((line) => line * scale);
}

/** Wide enough that its middle does not feel the border of the tile. */
const flatSidePx = 4 * contextPx;

/** Repeats the enlarged middle pixel of a flat tile over the whole output. */
function fillWith(output: Raster<3>, flatTile: Uint8Array, scale: number): void {
  const tileRow = flatSidePx * scale * 3;
  const middle = (flatSidePx / 2) * scale;
  const rowBytes = output.widthPx * 3;
  for (let y = 0; y < scale; y++) {
    const from = (middle + y) * tileRow + middle * 3;
    const pattern = flatTile.subarray(from, from + scale * 3);
    for (let at = 0; at < rowBytes; at += pattern.length) output.data.set(pattern, y * rowBytes + at);
  }
  for (let y = scale; y < output.heightPx; y += scale) {
    output.data.copyWithin(y * rowBytes, 0, scale * rowBytes);
  }
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
  place: { column: Span; row: Span; scale: number; leftPx: number; hasLeft: boolean },
): void {
  const { column, row, scale, leftPx, hasLeft } = place;
  const weights = hasLeft ? fadeWeights(scale) : new Int32Array(0);
  const tileWidth = (column.end - column.start) * scale;
  const keptLength = (column.keptEnd - column.keptStart) * scale;
  for (let y = 0; y < band.heightPx; y++) {
    const tileRow = y + (row.keptStart - row.start) * scale;
    let from = (tileRow * tileWidth + (column.keptStart - column.start) * scale) * 3;
    let to = (y * band.widthPx + leftPx) * 3;
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
  place: { leftPx: number; topPx: number; scale: number; hasAbove: boolean },
): void {
  const { leftPx, topPx, scale, hasAbove } = place;
  const weights = hasAbove ? fadeWeights(scale) : new Int32Array(0);
  const rowBytes = band.widthPx * 3;
  for (let y = 0; y < band.heightPx; y++) {
    const from = y * rowBytes;
    const to = ((topPx + y) * image.widthPx + leftPx) * 3;
    const weight = weights[y];
    if (weight === undefined) {
      image.data.set(band.data.subarray(from, from + rowBytes), to);
      continue;
    }
    for (let at = 0; at < rowBytes; at++) {
      image.data[to + at] = fade(image.data[to + at] as number, band.data[from + at] as number, weight);
    }
  }
}
