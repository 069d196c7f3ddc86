import { formatMicros } from '../../budget/micros.ts';
import { resizeRaster } from '../../image/resize.ts';
import type { Raster } from '../../image/types.ts';
import type { Rung } from './ladder.ts';
import { lineHeightPx, writeText } from './pixel-font.ts';
import { figureOf } from './table.ts';

const cellPx = 360;
const gapPx = 12;
const dotPx = 2;
const labelLines = 3;
const ground = 32;
const ink = 235;

interface Cell {
  readonly picture: Raster<3>;
  readonly label: readonly string[];
}

/**
 * The input and every rung side by side: the whole photo above, below it the same busiest part at 1:1 of the result,
 * and what it measures, takes and costs. Returns RGB pixels.
 * @param input what the engine got; it is shown enlarged to the size of the results
 */
export async function drawContactSheet(input: Raster<3>, rungs: readonly Rung[]): Promise<Raster<3>> {
  const made = rungs.filter((rung) => rung.kind === 'made');
  const [first] = made;
  const size = first?.repaired ?? input;
  const enlarged = await resizeRaster(input, size.widthPx, size.heightPx);
  const cells: Cell[] = [
    { picture: enlarged, label: ['INPUT, ENLARGED', `${input.widthPx} X`, `${input.heightPx} PIXELS`] },
    ...made.map((rung) => ({ picture: rung.repaired, label: labelOf(rung) })),
  ];
  const spot = busiestSpot(enlarged);
  const labelPx = labelLines * lineHeightPx * dotPx + gapPx;
  const widthPx = gapPx + cells.length * (cellPx + gapPx);
  const heightPx = 3 * gapPx + 2 * cellPx + labelPx;
  const sheet: Raster<3> = {
    data: new Uint8Array(widthPx * heightPx * 3).fill(ground),
    widthPx,
    heightPx,
    channels: 3,
  };
  for (const [at, { picture, label }] of cells.entries()) {
    const xPx = gapPx + at * (cellPx + gapPx);
    const share = Math.min(cellPx / picture.widthPx, cellPx / picture.heightPx);
    const small = await resizeRaster(
      picture,
      Math.max(1, Math.round(picture.widthPx * share)),
      Math.max(1, Math.round(picture.heightPx * share)),
    );
    paste(sheet, small, { xPx, yPx: gapPx }, { xPx: 0, yPx: 0 });
    paste(sheet, picture, { xPx, yPx: 2 * gapPx + cellPx }, spot);
    label.forEach((text, line) => {
      const yPx = 3 * gapPx + 2 * cellPx + line * lineHeightPx * dotPx;
      writeText(sheet, text, { xPx, yPx, dotPx }, ink);
    });
  }
  return sheet;
}

function labelOf(rung: Extract<Rung, { kind: 'made' }>): readonly string[] {
  const psnr = figureOf(rung.report, 'lrPsnr');
  const price = rung.costMicros === 0 ? 'FREE' : formatMicros(rung.costMicros);
  return [
    `${rung.steps} STEP${rung.steps === 1 ? '' : 'S'}: ${rung.verdict.kind.replace('_', ' ')}`,
    psnr === null ? '' : `LR-PSNR ${psnr.toFixed(1)} DB`,
    `${((rung.predictMs ?? rung.elapsedMs) / 1000).toFixed(1)} S, ${price}`,
  ];
}

/** Copies a cell's worth of a picture, cut off at its own edges. */
function paste(
  sheet: Raster<3>,
  picture: Raster<3>,
  to: { readonly xPx: number; readonly yPx: number },
  from: { readonly xPx: number; readonly yPx: number },
): void {
  const widthPx = Math.min(cellPx, picture.widthPx - from.xPx);
  const heightPx = Math.min(cellPx, picture.heightPx - from.yPx);
  for (let y = 0; y < heightPx; y += 1) {
    const start = ((from.yPx + y) * picture.widthPx + from.xPx) * 3;
    sheet.data.set(
      picture.data.subarray(start, start + widthPx * 3),
      ((to.yPx + y) * sheet.widthPx + to.xPx) * 3,
    );
  }
}

/** Top left of the cell with the most difference between neighbours: where steps show. */
function busiestSpot(picture: Raster<3>): { readonly xPx: number; readonly yPx: number } {
  const { data, widthPx, heightPx } = picture;
  const stepPx = Math.max(1, Math.floor(cellPx / 2));
  let best = { xPx: 0, yPx: 0 };
  let most = -1;
  for (let yPx = 0; yPx === 0 || yPx + cellPx <= heightPx; yPx += stepPx) {
    for (let xPx = 0; xPx === 0 || xPx + cellPx <= widthPx; xPx += stepPx) {
      let sum = 0;
      for (let y = yPx; y < Math.min(heightPx, yPx + cellPx); y += 3) {
        for (let x = xPx + 3; x < Math.min(widthPx, xPx + cellPx); x += 3) {
          const at = (y * widthPx + x) * 3 + 1;
          sum += Math.abs((data[at] as number) - (data[at - 9] as number));
        }
      }
      if (sum > most) {
        most = sum;
        best = { xPx, yPx };
      }
    }
  }
  return best;
}
