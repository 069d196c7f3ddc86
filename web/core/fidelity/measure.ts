import type { JpegConstraint, Raster, TileLines } from '../image/types.ts';
import { alphaFiguresOf } from './alpha.ts';
import { type MeasureName, measureOf } from './catalogue.ts';
import { colourDifferenceOf } from './colour.ts';
import { consistencyOf } from './consistency.ts';
import { FidelityError } from './errors.ts';
import { motionOf } from './motion.ts';
import { wearOf } from './noise.ts';
import { orientationErrorOf } from './orientation.ts';
import { blockMeans, worstPlaces } from './places.ts';
import { lumaOf, mean, type Plane, quantile } from './planes.ts';
import { planeToRaster, resizeRaster } from './scale.ts';
import { seamRatioOf, seamStepOf } from './seams.ts';
import { sharpnessGainOf } from './sharpness.ts';
import { structureOf } from './structure.ts';
import type { BadPlace, FidelityReport, Measure, TextReader } from './types.ts';

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
 * shrunk once. Changes nothing that it is given.
 * @throws FidelityError for rasters that cannot be compared; an aborted signal rejects with its reason.
 */
export async function measureFidelity(request: MeasureRequest): Promise<FidelityReport> {
  const { input, output, signal } = request;
  check('input', input);
  check('output', output);
  signal?.throwIfAborted();
  const shrunk = await resizeRaster(output, input.widthPx, input.heightPx);
  const before = lumaOf(input);
  const after = lumaOf(shrunk);
  const measures: Measure[] = [];
  const badPlaces: BadPlace[] = [];
  const add = (name: MeasureName, value: number): void => void measures.push(measureOf(name, value));

  const wear = wearOf(before, request.inputJpeg ?? null);
  const consistency = consistencyOf(before, after);
  add('lrPsnr', consistency.psnrDb);
  add('lrSsim', mean(consistency.ssim.data));
  const ssimBlocks = blockMeans(consistency.ssim, 8);
  add('lrSsimWorst', quantile(ssimBlocks.data, 0.05));
  add('lowPassPsnr15', consistency.lowPass15Db);
  add('lowPassPsnr3', consistency.lowPass3Db);
  add('lowPassPsnr6', consistency.lowPass6Db);
  add('noiseBefore', wear.noiseSigma);
  add('aspectError', aspectErrorOf(input, output));
  signal?.throwIfAborted();

  const colour = colourDifferenceOf(input, shrunk);
  add('deltaEMean', mean(colour.map.data));
  add('deltaEP95', quantile(colour.map.data, 0.95));
  // Blocks of 4 × 4 at half size are 8 × 8 input pixels.
  const colourBlocks = blockMeans(colour.map, 4);
  add('deltaEWorst', quantile(colourBlocks.data, 1));
  if (colour.whiteDrift !== null) add('whiteDrift', colour.whiteDrift);
  badPlaces.push(
    ...worstPlaces({
      measure: 'deltaEWorst',
      blocks: colourBlocks,
      sidePx: 8,
      cells: input,
      output,
      floor: 6,
      most: 8,
    }),
  );
  signal?.throwIfAborted();

  const structure = structureOf(before, after, wear.noiseSigma);
  for (const name of [
    'shapeChange',
    'relativeChange',
    'edgeLoss',
    'edgeGain',
    'textureGain',
    'detailLoss',
  ] as const) {
    add(name, topMean(structure[name]));
  }
  const motion = motionOf(before, after, wear.noiseSigma);
  add('globalShift', Math.hypot(motion.globalX, motion.globalY));
  add('edgeShift', topMean(motion.blocks, 3));
  add('orientationError', orientationErrorOf(before, after));
  signal?.throwIfAborted();

  const outputLuma = planeToRaster(lumaOf(output));
  const enlarged = await resizeRaster(planeToRaster(before), output.widthPx, output.heightPx);
  add('sharpnessGain', sharpnessGainOf(before, outputLuma, enlarged));
  const lines = request.tileLines ?? null;
  const scale = output.widthPx / input.widthPx;
  const inputLines = lines && { x: lines.x.map((x) => x / scale), y: lines.y.map((y) => y / scale) };
  const seams = seamStepOf(before, after, inputLines);
  add('seamStep', seams.step);
  const ratio = lines === null ? null : seamRatioOf(outputLuma, enlarged, lines);
  if (ratio !== null) add('seamRatio', ratio);
  if (request.inputAlpha && request.outputAlpha) {
    const shrunkAlpha = await resizeRaster(request.outputAlpha, input.widthPx, input.heightPx);
    const alpha = alphaFiguresOf(request.inputAlpha, shrunkAlpha, input, shrunk);
    add('alphaEdgeError', alpha.edgeError);
    add('alphaOverlap', alpha.overlap);
    add('alphaFringe', alpha.fringe);
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
    for (const { distance, before: _before, after: _after, ...place } of text) {
      if (distance > 0) badPlaces.push({ ...place, measure: 'textDistance', value: distance });
    }
  }
  const textStatus = text === null ? 'skipped' : text.length === 0 ? 'none-found' : 'compared';
  return { version: reportVersion, measures, badPlaces, text: text ?? [], textStatus };
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

/** Mean of the largest values: one pixel alone may be chance, a dozen that agree are not. */
function topMean(map: Plane, count = 12): number {
  const top = map.data.slice().sort().slice(-count);
  return mean(top);
}
