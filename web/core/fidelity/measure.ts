import type { JpegConstraint, Raster, TileLines } from '../image/types.ts';
import { alphaFiguresOf } from './alpha.ts';
import { colourDifferenceOf } from './colour.ts';
import { consistencyOf } from './consistency.ts';
import { FidelityError } from './errors.ts';
import { motionOf } from './motion.ts';
import { wearOf } from './noise.ts';
import { orientationErrorOf } from './orientation.ts';
import { blockMeans } from './places.ts';
import { luma8Of, lumaOf, mean, quantile } from './planes.ts';
import { resizeRaster } from './scale.ts';
import { seamRatioOf, seamStepOf } from './seams.ts';
import { sharpnessGainOf } from './sharpness.ts';
import { createSheet } from './sheet.ts';
import { structureOf, topMean } from './structure.ts';
import type { FidelityReport, TextReader } from './types.ts';

/** Raised whenever a measure changes what it means: reports of different versions are not compared. */
export const reportVersion = 1;

export interface MeasureRequest {
  /** Exactly what the engine got. */
  readonly input: Raster<3>;
  /** What it made of it, at any size. */
  readonly output: Raster<3>;
  readonly inputAlpha?: Raster<1> | null;
  readonly outputAlpha?: Raster<1> | null;
  /** Where the engine joined its tiles, in output pixels; without it every line is searched. */
  readonly tileLines?: TileLines | undefined;
  /** The input's own quantisation, when its pixels are a decoded JPEG's. */
  readonly inputJpeg?: JpegConstraint | null;
  readonly readText?: TextReader | null;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Every figure that says whether `output` still shows what `input` shows. Works at the input's size; the output is
 * shrunk once. Changes nothing that it is given. Where both have an alpha, what lies under full transparency does
 * not count: both are compared as they look on white.
 * @throws FidelityError for rasters that cannot be compared; an aborted signal rejects with its reason.
 */
export async function measureFidelity(request: MeasureRequest): Promise<FidelityReport> {
  const { signal } = request;
  const alphas = alphasOf(request);
  check('input', request.input);
  check('output', request.output);
  signal?.throwIfAborted();
  const input = alphas ? onWhite(request.input, alphas.before) : request.input;
  const output = alphas ? onWhite(request.output, alphas.after) : request.output;
  const shrunk = await resizeRaster(output, input.widthPx, input.heightPx);
  const before = lumaOf(input);
  const after = lumaOf(shrunk);
  const sheet = createSheet(input, output);
  const { add, mark } = sheet;

  const wear = wearOf(before, request.inputJpeg ?? null);
  const consistency = consistencyOf(before, after);
  add('lrPsnr', consistency.psnrDb);
  add('lrSsim', mean(consistency.ssim.data));
  add('lrSsimWorst', quantile(blockMeans(consistency.ssim, 8).data, 0.05));
  add('lowPassPsnr15', consistency.lowPass15Db);
  add('lowPassPsnr3', consistency.lowPass3Db);
  add('lowPassPsnr6', consistency.lowPass6Db);
  add('noiseBefore', wear.noiseSigma);
  add('aspectError', aspectErrorOf(input, output));
  add('orientationError', orientationErrorOf(before, after));
  signal?.throwIfAborted();

  const colour = colourDifferenceOf(input, shrunk);
  add('deltaEMean', mean(colour.map.data));
  add('deltaEP95', quantile(colour.map.data, 0.95));
  add('deltaEGoods', colour.goodsMean);
  add('deltaEBroad', topMean(colour.broad, 3));
  mark('deltaEBroad', colour.broad, 8);
  if (colour.whiteDrift !== null) add('whiteDrift', colour.whiteDrift);
  signal?.throwIfAborted();

  const structure = structureOf(before, after, wear.noiseSigma);
  const motion = motionOf(before, after);
  for (const [name, { map, cellPx, figure }] of [
    ...structureNames.map((name) => [name, structure[name]] as const),
    ['edgeShift', motion.edgeShift] as const,
  ]) {
    add(name, figure);
    mark(name, map, cellPx);
  }
  add('globalShift', motion.globalPx);
  signal?.throwIfAborted();

  const outputLuma = luma8Of(output);
  const enlarged = await resizeRaster(luma8Of(input), output.widthPx, output.heightPx);
  add('sharpnessGain', sharpnessGainOf(before, outputLuma, enlarged));
  const lines = linesAcross(request.tileLines, output);
  const seam = seamStepOf(
    before,
    after,
    structure.contrast,
    wear.noiseSigma,
    lines && scaled(lines, input, output),
  );
  add('seamStep', seam.step);
  add('seamStandout', seam.standout);
  if (seam.place) sheet.markPlace('seamStep', seam.place, seam.step);
  const ratio = lines === null ? null : seamRatioOf(outputLuma, enlarged, lines);
  if (ratio !== null) add('seamRatio', ratio);
  signal?.throwIfAborted();

  if (alphas) {
    const alphaAfter = await resizeRaster(alphas.after, input.widthPx, input.heightPx);
    const alpha = alphaFiguresOf(alphas.before, alphaAfter, input, shrunk);
    add('alphaEdgeError', alpha.edgeError);
    add('alphaOverlap', alpha.overlap);
    add('alphaFringe', alpha.fringe);
    mark('alphaEdgeError', alpha.map, 1);
  }
  const text = request.readText
    ? await request.readText.compare(
        await resizeRaster(input, output.widthPx, output.heightPx),
        output,
        signal,
      )
    : null;
  if (text !== null && text.length > 0) {
    add('textDistance', Math.max(...text.map(({ distance }) => distance)));
    sheet.markText(text);
  }
  return {
    version: reportVersion,
    measures: sheet.measures,
    badPlaces: sheet.badPlaces(),
    text: text ?? [],
    textStatus: text === null ? 'skipped' : text.length === 0 ? 'none-found' : 'compared',
  };
}

const structureNames = ['shapeChange', 'faintChange', 'relativeChange', 'textureGain', 'detailLoss'] as const;

/** Both alphas where there is one to compare, checked. */
function alphasOf(request: MeasureRequest): { before: Raster<1>; after: Raster<1> } | null {
  const { input, output, inputAlpha, outputAlpha } = request;
  if (!inputAlpha || !outputAlpha) return null;
  for (const [name, alpha, rgb] of [
    ['inputAlpha', inputAlpha, input],
    ['outputAlpha', outputAlpha, output],
  ] as const) {
    if (alpha.widthPx !== rgb.widthPx || alpha.heightPx !== rgb.heightPx) {
      throw new FidelityError(
        name,
        `${rgb.widthPx} × ${rgb.heightPx}`,
        `${alpha.widthPx} × ${alpha.heightPx}`,
      );
    }
  }
  return { before: inputAlpha, after: outputAlpha };
}

function onWhite(rgb: Raster<3>, alpha: Raster<1>): Raster<3> {
  const data = new Uint8Array(rgb.data.length);
  for (let i = 0, p = 0; p < data.length; i++) {
    const cover = (alpha.data[i] as number) / 255;
    const white = 255 * (1 - cover) + 0.5;
    for (let c = 0; c < 3; c++, p++) data[p] = (rgb.data[p] as number) * cover + white;
  }
  return { ...rgb, data };
}

/** Lines that lie inside the picture; null where none do, so that a seam is then looked for everywhere. */
function linesAcross(lines: TileLines | undefined, output: Raster<3>): TileLines | null {
  const x = (lines?.x ?? []).filter((line) => line > 0 && line < output.widthPx);
  const y = (lines?.y ?? []).filter((line) => line > 0 && line < output.heightPx);
  return x.length + y.length === 0 ? null : { x, y };
}

function scaled(lines: TileLines, input: Raster<3>, output: Raster<3>): TileLines {
  return {
    x: lines.x.map((line) => (line * input.widthPx) / output.widthPx),
    y: lines.y.map((line) => (line * input.heightPx) / output.heightPx),
  };
}

function check(name: string, raster: Raster<3>): void {
  const { widthPx, heightPx, channels, data } = raster;
  if (channels !== 3) throw new FidelityError(name, 'an RGB raster', `${channels} channels`);
  if (!(widthPx >= 8 && heightPx >= 8)) {
    throw new FidelityError(name, 'at least 8 pixels on each side', `${widthPx} × ${heightPx}`);
  }
  if (data.length !== widthPx * heightPx * channels) {
    throw new FidelityError(name, `${widthPx * heightPx * channels} bytes long`, data.length);
  }
}

/**
 * How far the proportions moved beyond what rounding to whole pixels explains: 0 for the same, 0.1 for a side that
 * is a tenth too long.
 */
function aspectErrorOf(input: Raster<3>, output: Raster<3>): number {
  const scale = Math.sqrt((output.widthPx * output.heightPx) / (input.widthPx * input.heightPx));
  const rounding = Math.max(1, scale);
  const offX = Math.max(0, Math.abs(output.widthPx - input.widthPx * scale) - rounding) / output.widthPx;
  const offY = Math.max(0, Math.abs(output.heightPx - input.heightPx * scale) - rounding) / output.heightPx;
  return 2 * Math.max(offX, offY);
}
