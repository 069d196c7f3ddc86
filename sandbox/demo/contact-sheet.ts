import sharp from 'sharp';
import type { Raster } from '../../web/core/image/types.ts';
import { widthOfText } from '../photos/lettering.ts';
import { busiestWindow } from './busiest-window.ts';
import {
  type Canvas,
  createCanvas,
  drawText,
  fillRect,
  placePicture,
  type Rgb,
  strokeRect,
} from './canvas.ts';

export interface SheetRow {
  readonly title: string;
  /** The encoded files as the shop had and has them. */
  readonly before: Uint8Array;
  readonly after: Uint8Array;
  /** A short line of figures under the title. */
  readonly note: string;
}

export interface SheetOptions {
  readonly heading: string;
  readonly subheading: string;
  /** Cards side by side. */
  readonly columns: number;
  /** Side of each of a card's three pictures. */
  readonly tilePx: number;
}

/** How the demo lays its sheet out. */
export const demoLook = { columns: 2, tilePx: 340 } as const;

const ground: Rgb = [246, 244, 240];
const card: Rgb = [255, 255, 255];
const hairline: Rgb = [222, 218, 210];
const ink: Rgb = [34, 34, 38];
const quiet: Rgb = [120, 116, 110];
const accent: Rgb = [196, 92, 46];

const marginPx = 48;
const gapPx = 28;
const paddingPx = 18;
const innerGapPx = 8;
const headerPx = 150;
const captionPx = 64;
const footPx = 30;

async function decode(bytes: Uint8Array): Promise<Raster<4>> {
  const { data, info } = await sharp(bytes)
    .autoOrient()
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, widthPx: info.width, heightPx: info.height, channels: 4 };
}

async function scaled(picture: Raster<4>, widthPx: number, heightPx: number): Promise<Raster<4>> {
  const { data, info } = await sharp(picture.data, {
    raw: { width: picture.widthPx, height: picture.heightPx, channels: 4 },
  })
    .resize(widthPx, heightPx, { fit: 'fill', kernel: 'cubic' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, widthPx: info.width, heightPx: info.height, channels: 4 };
}

function cut(picture: Raster<4>, left: number, top: number, widthPx: number, heightPx: number): Raster<4> {
  const data = new Uint8Array(widthPx * heightPx * 4);
  for (let y = 0; y < heightPx; y++) {
    const from = ((top + y) * picture.widthPx + left) * 4;
    data.set(picture.data.subarray(from, from + widthPx * 4), y * widthPx * 4);
  }
  return { data, widthPx, heightPx, channels: 4 };
}

/** Shortens a title to the width at hand. */
function fitText(text: string, size: number, maxPx: number): string {
  let shown = text;
  while (shown.length > 1 && widthOfText({ text: shown, size }) > maxPx) shown = shown.slice(0, -1);
  return shown === text ? text : `${shown.slice(0, -2).trimEnd()}..`;
}

async function drawCard(canvas: Canvas, row: SheetRow, x: number, y: number, tilePx: number): Promise<void> {
  const [before, after] = await Promise.all([decode(row.before), decode(row.after)]);
  const cardWidth = 3 * tilePx + 2 * innerGapPx + 2 * paddingPx;
  const cardHeight = captionPx + tilePx + footPx + paddingPx;
  fillRect(canvas, x, y, cardWidth, cardHeight, card);
  strokeRect(canvas, { x, y, widthPx: cardWidth, heightPx: cardHeight }, hairline, 1);
  const noteSize = 13;
  const titleRoom = cardWidth - 2 * paddingPx - widthOfText({ text: row.note, size: noteSize }) - 40;
  const title = fitText(row.title, 19, titleRoom);
  drawText(canvas, { text: title, x: x + paddingPx + 2, y: y + 42, size: 19, weight: 0.12 }, ink);
  drawText(
    canvas,
    {
      text: row.note,
      x: x + cardWidth - paddingPx - 2,
      y: y + 41,
      size: noteSize,
      weight: 0.12,
      align: 'right',
    },
    quiet,
  );

  const tileTop = y + captionPx;
  const tileLeft = (i: number): number => x + paddingPx + i * (tilePx + innerGapPx);
  // The whole picture, as large as it fits.
  const fit = Math.min(tilePx / after.widthPx, tilePx / after.heightPx);
  const wholeWidth = Math.max(1, Math.round(after.widthPx * fit));
  const wholeHeight = Math.max(1, Math.round(after.heightPx * fit));
  const wholeLeft = tileLeft(0) + Math.floor((tilePx - wholeWidth) / 2);
  const wholeTop = tileTop + Math.floor((tilePx - wholeHeight) / 2);
  placePicture(canvas, await scaled(after, wholeWidth, wholeHeight), wholeLeft, wholeTop);

  // One window of the result at 1:1, and the same window of the source stretched to the same size.
  const window = busiestWindow(after, tilePx);
  const cropWidth = Math.min(tilePx, after.widthPx);
  const cropHeight = Math.min(tilePx, after.heightPx);
  const stretched = await scaled(before, after.widthPx, after.heightPx);
  placePicture(canvas, cut(stretched, window.x, window.y, cropWidth, cropHeight), tileLeft(1), tileTop);
  placePicture(canvas, cut(after, window.x, window.y, cropWidth, cropHeight), tileLeft(2), tileTop);
  // The source's own pixels at 1:1, in the corner: what a shop really had.
  const ratio = before.widthPx / after.widthPx;
  const ownSide = Math.max(1, Math.min(Math.round(tilePx * ratio), before.widthPx, before.heightPx));
  const ownLeft = Math.min(Math.round(window.x * ratio), before.widthPx - ownSide);
  const ownTop = Math.min(Math.round(window.y * ratio), before.heightPx - ownSide);
  const insetLeft = tileLeft(1) + tilePx - ownSide - 8;
  const insetTop = tileTop + tilePx - ownSide - 8;
  if (ownSide < tilePx / 2) {
    fillRect(canvas, insetLeft - 3, insetTop - 3, ownSide + 6, ownSide + 6, card);
    placePicture(canvas, cut(before, ownLeft, ownTop, ownSide, ownSide), insetLeft, insetTop);
  }
  strokeRect(
    canvas,
    {
      x: wholeLeft + Math.round(window.x * fit),
      y: wholeTop + Math.round(window.y * fit),
      widthPx: Math.round(cropWidth * fit),
      heightPx: Math.round(cropHeight * fit),
    },
    accent,
    2,
  );
  const labels = [
    `after, whole, ${after.widthPx} × ${after.heightPx}`,
    `before, enlarged ×${(1 / ratio).toFixed(ratio === 0.25 ? 0 : 1)}, and 1:1`,
    'after, 1:1',
  ];
  labels.forEach((text, i) => {
    drawText(canvas, { text, x: tileLeft(i) + 2, y: tileTop + tilePx + 24, size: 11.5, weight: 0.12 }, quiet);
  });
}

export interface SheetSize {
  readonly columns: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** How large the sheet of so many rows is; a sheet of fewer rows is its upper part. */
export function sheetSize(
  rows: number,
  { columns: wanted, tilePx }: Pick<SheetOptions, 'columns' | 'tilePx'>,
): SheetSize {
  const columns = Math.max(1, Math.min(wanted, rows));
  const cardWidth = 3 * tilePx + 2 * innerGapPx + 2 * paddingPx;
  const cardHeight = captionPx + tilePx + footPx + paddingPx;
  return {
    columns,
    widthPx: 2 * marginPx + columns * cardWidth + (columns - 1) * gapPx,
    heightPx: headerPx + Math.ceil(rows / columns) * (cardHeight + gapPx) + marginPx - gapPx,
  };
}

/** A PNG that shows each product before and after at 1:1; ready for a person to look at. */
export async function contactSheet(rows: readonly SheetRow[], options: SheetOptions): Promise<Uint8Array> {
  const { tilePx } = options;
  const { columns, widthPx, heightPx } = sheetSize(rows.length, options);
  const cardWidth = 3 * tilePx + 2 * innerGapPx + 2 * paddingPx;
  const cardHeight = captionPx + tilePx + footPx + paddingPx;
  const canvas = createCanvas(widthPx, heightPx, ground);
  drawText(
    canvas,
    { text: options.heading, x: marginPx, y: 82, size: 34, weight: 0.13, tracking: 0.06 },
    ink,
  );
  drawText(canvas, { text: options.subheading, x: marginPx + 2, y: 118, size: 15, weight: 0.12 }, quiet);
  for (const [i, row] of rows.entries()) {
    const x = marginPx + (i % columns) * (cardWidth + gapPx);
    const y = headerPx + Math.floor(i / columns) * (cardHeight + gapPx);
    await drawCard(canvas, row, x, y, tilePx);
  }
  return sharp(canvas.data, { raw: { width: widthPx, height: heightPx, channels: 3 } })
    .png({ compressionLevel: 9 })
    .toBuffer();
}
