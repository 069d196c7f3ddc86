import sharp from 'sharp';
import { ImageError } from './errors.ts';
import type { Raster } from './types.ts';

/** Side of a cell of the coarse grid, and σ of the low-pass, in input pixels: a cast is broad, finer is detail. */
const cellPx = 2;
const sigmaPx = 3;
/** Steps of the table that turns linear light back into code values. */
const codeSteps = 8192;

interface Grid {
  readonly width: number;
  readonly height: number;
  /** Interleaved RGB means, one triple a cell. */
  readonly data: Float32Array;
}

/**
 * The output with the input's broad colours: adds the enlarged low-pass (σ 3 input pixels) of input − shrunk output,
 * in linear light. Everything finer, which is what the engine was asked for, stays. Neither raster is changed.
 *
 * Linear light alone would let a small correction of a bright area darken a dark neighbour visibly (a halo of 20
 * levels beside a white label); so no pixel moves by more code values than the low-passed pictures differ nearby.
 *
 * input, output: RGB, sRGB 8 bit; the output may have any size, non-integer ratios included. Memory beyond the
 * result: the shrunk output and two grids of a quarter of the input's pixels.
 * @throws ImageError image-parameter when a raster's length does not fit its size.
 */
export async function repairColour(input: Raster<3>, output: Raster<3>): Promise<Raster<3>> {
  check('input', input);
  check('output', output);
  const shrunk = await shrink(output, input.widthPx, input.heightPx);
  const linear = linearTable();
  const codes = Float32Array.from({ length: 256 }, (_, code) => code);
  const delta = blurGrid(cellMeans(input.data, shrunk, input.widthPx, input.heightPx, linear));
  const codeDelta = blurGrid(cellMeans(input.data, shrunk, input.widthPx, input.heightPx, codes));
  return apply(output, delta, boundOf(codeDelta), linear);
}

/** The output at the input's size, antialiased (libvips stretches the cubic kernel when it shrinks). */
async function shrink(output: Raster<3>, widthPx: number, heightPx: number): Promise<Uint8Array> {
  if (output.widthPx === widthPx && output.heightPx === heightPx) return output.data;
  return sharp(output.data, { raw: { width: output.widthPx, height: output.heightPx, channels: 3 } })
    .resize(widthPx, heightPx, { fit: 'fill', kernel: 'cubic' })
    .raw()
    .toBuffer();
}

function check(name: string, raster: Raster<3>): void {
  const expected = raster.widthPx * raster.heightPx * 3;
  if (raster.channels !== 3 || expected <= 0 || raster.data.length !== expected) {
    throw new ImageError(
      'image-parameter',
      `${name} must be RGB with ${expected} bytes; it has ${raster.channels} channels and ${raster.data.length} bytes.`,
    );
  }
}

/** sRGB code value to linear light 0…1, IEC 61966-2-1. */
function linearTable(): Float32Array {
  return Float32Array.from({ length: 256 }, (_, code) => {
    const c = code / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
}

/** Linear light 0…1 in codeSteps steps to the nearest sRGB code value. */
function codeTable(): Float32Array {
  return Float32Array.from({ length: codeSteps + 1 }, (_, step) => {
    const l = step / codeSteps;
    return 255 * (l <= 0.0031308 ? 12.92 * l : 1.055 * l ** (1 / 2.4) - 0.055);
  });
}

/** Means of a − b over cells of cellPx × cellPx (fewer at the right and bottom edge), through `table`. */
function cellMeans(
  a: Uint8Array,
  b: Uint8Array,
  widthPx: number,
  heightPx: number,
  table: Float32Array,
): Grid {
  const width = Math.ceil(widthPx / cellPx);
  const height = Math.ceil(heightPx / cellPx);
  const data = new Float32Array(width * height * 3);
  for (let y = 0; y < heightPx; y++) {
    const base = Math.floor(y / cellPx) * width * 3;
    const rows = Math.min(cellPx, heightPx - Math.floor(y / cellPx) * cellPx);
    for (let x = 0, p = y * widthPx * 3; x < widthPx; x++, p += 3) {
      const cell = Math.floor(x / cellPx);
      const share = 1 / (rows * Math.min(cellPx, widthPx - cell * cellPx));
      for (let c = 0; c < 3; c++) {
        const i = base + cell * 3 + c;
        const step = (table[a[p + c] as number] as number) - (table[b[p + c] as number] as number);
        data[i] = (data[i] as number) + step * share;
      }
    }
  }
  return { width, height, data };
}

function blurGrid(grid: Grid): Grid {
  const sigma = sigmaPx / cellPx;
  const radius = Math.ceil(3 * sigma);
  const raw = Array.from({ length: radius + 1 }, (_, i) => Math.exp(-(i * i) / (2 * sigma * sigma)));
  const total = raw.reduce((sum, tap, i) => sum + (i === 0 ? tap : 2 * tap), 0);
  const taps = raw.map((tap) => tap / total);
  const { width, height } = grid;
  const once = spread(grid.data, taps, width, height, 3, width * 3);
  return { width, height, data: spread(once, taps, height, width, width * 3, 3) };
}

/** Symmetric convolution along one axis of an interleaved grid; the last cell stands for all beyond it. */
function spread(
  data: Float32Array,
  taps: readonly number[],
  length: number,
  lines: number,
  step: number,
  lineStep: number,
): Float32Array {
  const result = new Float32Array(data.length);
  for (let line = 0; line < lines; line++) {
    for (let i = 0; i < length; i++) {
      for (let c = 0; c < 3; c++) {
        const at = (index: number): number =>
          data[line * lineStep + Math.max(0, Math.min(length - 1, index)) * step + c] as number;
        let sum = (taps[0] as number) * at(i);
        for (let t = 1; t < taps.length; t++) sum += (taps[t] as number) * (at(i - t) + at(i + t));
        result[line * lineStep + i * step + c] = sum;
      }
    }
  }
  return result;
}

/** Largest code difference within three cells, over all channels, and one code value for rounding. */
function boundOf(delta: Grid): Float32Array {
  const { width, height } = delta;
  const reach = 3;
  const largest = new Float32Array(width * height);
  for (let i = 0; i < largest.length; i++) {
    for (let c = 0; c < 3; c++) {
      largest[i] = Math.max(largest[i] as number, Math.abs(delta.data[i * 3 + c] as number));
    }
  }
  const across = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let most = 0;
      for (let i = Math.max(0, x - reach); i <= Math.min(width - 1, x + reach); i++) {
        most = Math.max(most, largest[y * width + i] as number);
      }
      across[y * width + x] = most;
    }
  }
  const bound = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let j = Math.max(0, y - reach); j <= Math.min(height - 1, y + reach); j++) {
      for (let x = 0; x < width; x++) {
        bound[y * width + x] = Math.max(
          bound[y * width + x] as number,
          (across[j * width + x] as number) + 1,
        );
      }
    }
  }
  return bound;
}

/** Position of each sample between two cell centres: the left one and the share of the right one. */
function between(
  samples: number,
  cells: number,
): { readonly left: Int32Array; readonly share: Float32Array } {
  const left = new Int32Array(samples);
  const share = new Float32Array(samples);
  for (let i = 0; i < samples; i++) {
    const position = Math.max(0, Math.min(cells - 1, ((i + 0.5) * cells) / samples - 0.5));
    left[i] = Math.min(Math.max(0, cells - 2), Math.floor(position));
    share[i] = cells === 1 ? 0 : position - (left[i] as number);
  }
  return { left, share };
}

function apply(output: Raster<3>, delta: Grid, bound: Float32Array, linear: Float32Array): Raster<3> {
  const { widthPx, heightPx } = output;
  const { width, height } = delta;
  const result = new Uint8Array(output.data.length);
  const codes = codeTable();
  const across = between(widthPx, width);
  const down = between(heightPx, height);
  const right = width > 1 ? 4 : 0;
  // One row of the grid between two of its own: R, G, B and the bound.
  const row = new Float32Array(width * 4);
  for (let y = 0; y < heightPx; y++) {
    const top = (down.left[y] as number) * width;
    const bottom = height > 1 ? top + width : top;
    const low = down.share[y] as number;
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++) {
        row[x * 4 + c] =
          (delta.data[(top + x) * 3 + c] as number) * (1 - low) +
          (delta.data[(bottom + x) * 3 + c] as number) * low;
      }
      row[x * 4 + 3] = (bound[top + x] as number) * (1 - low) + (bound[bottom + x] as number) * low;
    }
    for (let x = 0, p = y * widthPx * 3; x < widthPx; x++, p += 3) {
      const cell = (across.left[x] as number) * 4;
      const far = across.share[x] as number;
      const near = 1 - far;
      const most = (row[cell + 3] as number) * near + (row[cell + right + 3] as number) * far;
      for (let c = 0; c < 3; c++) {
        const code = output.data[p + c] as number;
        const shift = (row[cell + c] as number) * near + (row[cell + right + c] as number) * far;
        const light = (linear[code] as number) + shift;
        const step = light <= 0 ? 0 : light >= 1 ? codeSteps : (light * codeSteps + 0.5) | 0;
        const wished = codes[step] as number;
        const kept = Math.max(code - most, Math.min(code + most, wished));
        result[p + c] = kept + 0.5;
      }
    }
  }
  return { ...output, data: result };
}
