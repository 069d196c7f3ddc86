import sharp from 'sharp';
import type { Raster } from '../image/types.ts';
import type { BadPlace, FidelityReport } from './types.ts';

/** Longest side of a map in pixels: to be looked at beside the picture, not instead of it. */
const longestSidePx = 1400;

/** One colour for each sort of finding, all plain on grey. */
const colours: readonly (readonly [measure: RegExp, colour: readonly [number, number, number]])[] = [
  [/^(deltaE|white|colour)/, [215, 44, 13]],
  [/^text/, [127, 59, 214]],
  [/^seam/, [10, 124, 255]],
  [/^alpha/, [0, 164, 124]],
  [/./, [255, 138, 0]],
];

/**
 * A PNG of the output in faint grey with the bad places of its report drawn over it, the worst most strongly.
 * Red: colour · orange: shape, detail and texture · violet: text · blue: seams · green: edge of the cut-out.
 * output: the picture that was measured, any size; the map's longest side is at most 1400 px. Drawn by hand, because
 * the process keeps libvips' SVG loader shut.
 */
export async function drawMap(report: FidelityReport, output: Raster<3>): Promise<Uint8Array> {
  const scale = Math.min(1, longestSidePx / Math.max(output.widthPx, output.heightPx));
  const width = Math.max(1, Math.round(output.widthPx * scale));
  const height = Math.max(1, Math.round(output.heightPx * scale));
  const raw = { width: output.widthPx, height: output.heightPx, channels: 3 as const };
  const grey = await sharp(output.data, { raw })
    .resize(width, height, { fit: 'fill' })
    .greyscale()
    .linear(0.6, 102)
    .toColourspace('b-w')
    .raw()
    .toBuffer();
  const canvas = { data: new Uint8Array(width * height * 3), width, height };
  for (let i = 0; i < grey.length; i++) canvas.data.fill(grey[i] as number, 3 * i, 3 * i + 3);
  // The worst last, so that nothing is drawn over it.
  for (const [index, place] of [...report.badPlaces].reverse().entries()) {
    drawPlace(canvas, place, scale, (index + 1) / report.badPlaces.length);
  }
  return sharp(canvas.data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

interface Canvas {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

const linePx = 2;

/** A frame in the colour of its measure, and a veil of it inside. weight: 0…1. */
function drawPlace(canvas: Canvas, place: BadPlace, scale: number, weight: number): void {
  const colour = colours.find(([measure]) => measure.test(place.measure))?.[1] ?? [0, 0, 0];
  const left = Math.floor(place.xPx * scale) - linePx;
  const top = Math.floor(place.yPx * scale) - linePx;
  const right = Math.ceil((place.xPx + place.widthPx) * scale) + linePx;
  const bottom = Math.ceil((place.yPx + place.heightPx) * scale) + linePx;
  for (let y = Math.max(0, top); y < Math.min(canvas.height, bottom); y++) {
    for (let x = Math.max(0, left); x < Math.min(canvas.width, right); x++) {
      const isFrame = Math.min(x - left, right - 1 - x, y - top, bottom - 1 - y) < linePx;
      const cover = isFrame ? 1 : 0.1 + 0.25 * weight;
      const at = (y * canvas.width + x) * 3;
      for (let c = 0; c < 3; c++) {
        canvas.data[at + c] = (canvas.data[at + c] as number) * (1 - cover) + (colour[c] as number) * cover;
      }
    }
  }
}
