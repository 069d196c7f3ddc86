import type { JpegConstraint, Raster } from '../../image/types.ts';
import { type BlockTransform, createBlockTransform } from './dct.ts';
import type { FloatImage } from './resample-rows.ts';

/** One plane of samples on the grid that the JPEG stores it on. */
interface Plane {
  readonly data: Float32Array;
  readonly widthPx: number;
  readonly heightPx: number;
}

/**
 * How far a measured coefficient may lie from the multiple that was stored, in steps, and still be taken for it.
 * Decoded pixels are rounded and clipped to 0…255: where clipping moved them further, the measured value is kept.
 */
const snapShare = 0.25;

/**
 * Half the width of the interval that a coefficient is pulled into, in steps. The true value lies within 0.5; the far
 * ends are the least likely places, and the measured optimum over photos at quality 75 lies here (0.5: +0.07 dB in
 * three rounds, 0.35: +0.10, 0.2: +0.09; pulling to the middle costs 0.2).
 */
const intervalShare = 0.35;

/**
 * What an image must be changed by so that the JPEG could have been made of it.
 *
 * input: the decoded pixels of the JPEG on its own grid. The returned function takes an image of the same size and
 * gives the difference to the nearest image whose coefficients all lie in the intervals around the stored ones:
 * coefficients inside their intervals stay, others go to the border. So artefacts, which live inside the intervals,
 * are never asked for. Zero everywhere when nothing lies outside.
 *
 * Luma on the full grid, chroma on the subsampled one: the decoder's triangular upsampling is undone on the input,
 * the encoder's box averaging is done to the image.
 */
export function createJpegProjection(
  input: Raster<3>,
  constraint: JpegConstraint,
): (image: FloatImage) => FloatImage {
  const { x, y } = constraint.chromaSubsampling;
  const transform = createBlockTransform();
  const stored = splitColours(input.data, input.widthPx, input.heightPx);
  const chromaOf = (plane: Plane) => average(plane, x, y);
  const wanted = {
    luma: stored.luma,
    blue: undoTriangle(chromaOf(stored.blue), x, y),
    red: undoTriangle(chromaOf(stored.red), x, y),
  };
  return (image) => {
    const shown = splitColours(image.data, image.widthPx, image.heightPx);
    const luma = differenceToIntervals(shown.luma, wanted.luma, constraint.lumaSteps, transform);
    const chroma = (plane: Plane, target: Plane) =>
      triangle(
        differenceToIntervals(chromaOf(plane), target, constraint.chromaSteps, transform),
        { x, y },
        input,
      );
    return joinColours(luma, chroma(shown.blue, wanted.blue), chroma(shown.red, wanted.red));
  };
}

/** YCbCr as JFIF 1.02 defines it, Y shifted by −128 as T.81 A.3.1 asks, Cb and Cr around 0. */
function splitColours(
  rgb: ArrayLike<number>,
  widthPx: number,
  heightPx: number,
): { luma: Plane; blue: Plane; red: Plane } {
  const plane = (): Plane => ({ data: new Float32Array(widthPx * heightPx), widthPx, heightPx });
  const [luma, blue, red] = [plane(), plane(), plane()];
  for (let at = 0; at < luma.data.length; at++) {
    const [r, g, b] = [rgb[at * 3] as number, rgb[at * 3 + 1] as number, rgb[at * 3 + 2] as number];
    luma.data[at] = 0.299 * r + 0.587 * g + 0.114 * b - 128;
    blue.data[at] = -0.168735892 * r - 0.331264108 * g + 0.5 * b;
    red.data[at] = 0.5 * r - 0.418687589 * g - 0.081312411 * b;
  }
  return { luma, blue, red };
}

/** Of differences: the shift of Y is left out. */
function joinColours(luma: Plane, blue: Plane, red: Plane): FloatImage {
  const data = new Float32Array(luma.data.length * 3);
  for (let at = 0; at < luma.data.length; at++) {
    const [y, cb, cr] = [luma.data[at] as number, blue.data[at] as number, red.data[at] as number];
    data[at * 3] = y + 1.402 * cr;
    data[at * 3 + 1] = y - 0.344136286 * cb - 0.714136286 * cr;
    data[at * 3 + 2] = y + 1.772 * cb;
  }
  return { data, widthPx: luma.widthPx, heightPx: luma.heightPx };
}

function differenceToIntervals(
  shown: Plane,
  target: Plane,
  steps: readonly number[],
  { forward, inverse }: BlockTransform,
): Plane {
  const difference: Plane = { ...shown, data: new Float32Array(shown.data.length) };
  const [block, wanted] = [new Float32Array(64), new Float32Array(64)];
  for (let top = 0; top < shown.heightPx; top += 8) {
    for (let left = 0; left < shown.widthPx; left += 8) {
      readBlock(shown, left, top, block);
      readBlock(target, left, top, wanted);
      forward(block);
      forward(wanted);
      for (let k = 0; k < 64; k++) {
        block[k] = distanceToInterval(block[k] as number, wanted[k] as number, steps[k] as number);
      }
      inverse(block);
      writeBlock(difference, left, top, block);
    }
  }
  return difference;
}

function distanceToInterval(value: number, measured: number, step: number): number {
  const multiple = Math.round(measured / step) * step;
  const middle = Math.abs(measured - multiple) <= snapShare * step ? multiple : measured;
  const off = middle - value;
  const half = intervalShare * step;
  if (off > half) return off - half;
  return off < -half ? off + half : 0;
}

/** Beyond the right and bottom border the outermost samples repeat, as encoders fill up their blocks. */
function readBlock(plane: Plane, left: number, top: number, block: Float32Array): void {
  for (let y = 0; y < 8; y++) {
    const row = Math.min(plane.heightPx - 1, top + y) * plane.widthPx;
    for (let x = 0; x < 8; x++) {
      block[y * 8 + x] = plane.data[row + Math.min(plane.widthPx - 1, left + x)] as number;
    }
  }
}

function writeBlock(plane: Plane, left: number, top: number, block: Float32Array): void {
  const rows = Math.min(8, plane.heightPx - top);
  const columns = Math.min(8, plane.widthPx - left);
  for (let y = 0; y < rows; y++) {
    plane.data.set(block.subarray(y * 8, y * 8 + columns), (top + y) * plane.widthPx + left);
  }
}

/** Mean over x by y samples; the last column and row repeat where the size is odd. */
function average(plane: Plane, x: number, y: number): Plane {
  if (x === 1 && y === 1) return plane;
  const widthPx = Math.ceil(plane.widthPx / x);
  const heightPx = Math.ceil(plane.heightPx / y);
  const data = new Float32Array(widthPx * heightPx);
  for (let row = 0; row < heightPx; row++) {
    for (let column = 0; column < widthPx; column++) {
      let sum = 0;
      for (let dy = 0; dy < y; dy++) {
        const from = Math.min(plane.heightPx - 1, row * y + dy) * plane.widthPx;
        for (let dx = 0; dx < x; dx++) {
          sum += plane.data[from + Math.min(plane.widthPx - 1, column * x + dx)] as number;
        }
      }
      data[row * widthPx + column] = sum / (x * y);
    }
  }
  return { data, widthPx, heightPx };
}

/** One line of samples within a plane. */
interface Line {
  readonly from: number;
  readonly step: number;
  readonly count: number;
}

function* linesAlong(plane: Plane, axis: 'x' | 'y'): Generator<Line> {
  const { widthPx, heightPx } = plane;
  const lines = axis === 'x' ? heightPx : widthPx;
  for (let line = 0; line < lines; line++) {
    yield axis === 'x'
      ? { from: line * widthPx, step: 1, count: widthPx }
      : { from: line, step: widthPx, count: heightPx };
  }
}

/**
 * libjpeg enlarges chroma by (3·near + far) / 4. The mean of the two samples that come of one is then
 * (before + 6·own + after) / 8, which is solved here for `own` along each subsampled axis (Thomas' algorithm; the
 * border repeats itself).
 */
function undoTriangle(means: Plane, x: number, y: number): Plane {
  const solved: Plane = { ...means, data: means.data.slice() };
  if (x === 2) for (const line of linesAlong(solved, 'x')) solveLine(solved.data, line);
  if (y === 2) for (const line of linesAlong(solved, 'y')) solveLine(solved.data, line);
  return solved;
}

function solveLine(data: Float32Array, { from, step, count }: Line): void {
  if (count === 1) return;
  const upper = new Float64Array(count);
  const diagonal = (at: number) => (at === 0 || at === count - 1 ? 7 / 8 : 6 / 8);
  let before = 0;
  for (let at = 0; at < count; at++) {
    const pivot = diagonal(at) - (at === 0 ? 0 : (upper[at - 1] as number) / 8);
    upper[at] = 1 / 8 / pivot;
    before = ((data[from + at * step] as number) - (at === 0 ? 0 : before / 8)) / pivot;
    data[from + at * step] = before;
  }
  for (let at = count - 2; at >= 0; at--) {
    const place = from + at * step;
    data[place] = (data[place] as number) - (upper[at] as number) * (data[place + step] as number);
  }
}

/** Back to the full grid as libjpeg does it: three quarters of the near sample, one of the far one. */
function triangle(
  small: Plane,
  { x, y }: { x: number; y: number },
  full: { widthPx: number; heightPx: number },
): Plane {
  const wide = x === 2 ? doubled(small, 'x', full.widthPx) : small;
  return y === 2 ? doubled(wide, 'y', full.heightPx) : wide;
}

function doubled(plane: Plane, axis: 'x' | 'y', length: number): Plane {
  const widthPx = axis === 'x' ? length : plane.widthPx;
  const heightPx = axis === 'y' ? length : plane.heightPx;
  const out: Plane = { data: new Float32Array(widthPx * heightPx), widthPx, heightPx };
  const targets = linesAlong(out, axis);
  for (const source of linesAlong(plane, axis)) {
    const { from, step, count } = targets.next().value as Line;
    for (let at = 0; at < count; at++) {
      const near = at >> 1;
      const far = Math.min(source.count - 1, Math.max(0, near + (at % 2 === 0 ? -1 : 1)));
      const nearValue = plane.data[source.from + near * source.step] as number;
      const farValue = plane.data[source.from + far * source.step] as number;
      out.data[from + at * step] = 0.75 * nearValue + 0.25 * farValue;
    }
  }
  return out;
}
