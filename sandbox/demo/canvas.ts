import type { Raster } from '../../web/core/image/types.ts';
import { createInk, type TextLine, widthOfText } from '../photos/lettering.ts';

export type Rgb = readonly [number, number, number];

/** Opaque 8-bit RGB to draw on; lengths in pixels, the origin at the top left. */
export interface Canvas {
  readonly data: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
}

export function createCanvas(widthPx: number, heightPx: number, ground: Rgb): Canvas {
  const data = new Uint8Array(widthPx * heightPx * 3);
  for (let i = 0; i < data.length; i += 3) data.set(ground, i);
  return { data, widthPx, heightPx };
}

function blend(canvas: Canvas, x: number, y: number, c: Rgb, share: number): void {
  if (x < 0 || y < 0 || x >= canvas.widthPx || y >= canvas.heightPx) return;
  const at = (y * canvas.widthPx + x) * 3;
  for (let i = 0; i < 3; i++) {
    const under = canvas.data[at + i] as number;
    canvas.data[at + i] = Math.round(under + ((c[i] as number) - under) * share);
  }
}

export function fillRect(
  canvas: Canvas,
  x: number,
  y: number,
  widthPx: number,
  heightPx: number,
  c: Rgb,
): void {
  for (let dy = 0; dy < heightPx; dy++)
    for (let dx = 0; dx < widthPx; dx++) blend(canvas, x + dx, y + dy, c, 1);
}

/** A frame of the given thickness whose outer edge is the rectangle. */
export function strokeRect(
  canvas: Canvas,
  rect: { readonly x: number; readonly y: number; readonly widthPx: number; readonly heightPx: number },
  c: Rgb,
  thicknessPx: number,
): void {
  const { x, y, widthPx, heightPx } = rect;
  fillRect(canvas, x, y, widthPx, thicknessPx, c);
  fillRect(canvas, x, y + heightPx - thicknessPx, widthPx, thicknessPx, c);
  fillRect(canvas, x, y, thicknessPx, heightPx, c);
  fillRect(canvas, x + widthPx - thicknessPx, y, thicknessPx, heightPx, c);
}

const checkPx = 12;
const checks: readonly [Rgb, Rgb] = [
  [255, 255, 255],
  [236, 236, 234],
];

/** Lays a picture down; where it is clear, the usual checks show. */
export function placePicture(canvas: Canvas, picture: Raster<4>, left: number, top: number): void {
  for (let y = 0; y < picture.heightPx; y++) {
    for (let x = 0; x < picture.widthPx; x++) {
      const from = (y * picture.widthPx + x) * 4;
      const check = checks[((Math.floor(x / checkPx) + Math.floor(y / checkPx)) % 2) as 0 | 1];
      blend(canvas, left + x, top + y, check, 1);
      const own: Rgb = [
        picture.data[from] as number,
        picture.data[from + 1] as number,
        picture.data[from + 2] as number,
      ];
      blend(canvas, left + x, top + y, own, (picture.data[from + 3] as number) / 255);
    }
  }
}

/** Draws one line of words, antialiased; x and y anchor its base line. */
export function drawText(canvas: Canvas, line: TextLine, c: Rgb): void {
  const ink = createInk([line], 1);
  const width = widthOfText(line);
  const start = line.x - width * { left: 0, centre: 0.5, right: 1 }[line.align ?? 'left'];
  const left = Math.floor(start - line.size);
  const right = Math.ceil(start + width + line.size);
  for (let y = Math.floor(line.y - line.size * 1.3); y <= Math.ceil(line.y + line.size * 0.6); y++) {
    for (let x = left; x <= right; x++) {
      const share = Math.min(1, Math.max(0, 0.5 - ink(x + 0.5, y + 0.5)));
      if (share > 0) blend(canvas, x, y, c, share);
    }
  }
}
