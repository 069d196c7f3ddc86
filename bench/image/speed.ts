import { readdir, readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Engine } from '../../web/core/engines/contract.ts';
import { defaultMemoryBudgetBytes } from '../../web/core/engines/local/local-engine.ts';
import type { LocalModel } from '../../web/core/engines/local/tiers.ts';
import { tileSideFor } from '../../web/core/engines/local/tile-size.ts';
import type { Raster } from '../../web/core/image/types.ts';
import type { Figure } from '../report.ts';
import { noCancelling, requestFor, timed } from './request.ts';
import { timeUpscalerJs } from './upscalerjs.ts';

const repeats = 2;

/** The whole image by the engine (one step) and by UpscalerJS in turn: best of two each, both warm. */
export async function compareWithUpscalerJs(
  engine: Engine,
  image: Raster<3>,
  models: readonly LocalModel[],
  say: (line: string) => void,
): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const model of models) {
    const request = requestFor({ rgb: image, jpeg: null }, model, 1);
    await engine.enhance(request, noCancelling);
    const before = await timed(() => engine.enhance(request, noCancelling));
    // As one piece, and in patches as its guide advises for large images: whichever is faster counts.
    const whole = await timeUpscalerJs(model, image, { patchPx: 0, repeats });
    const patches = await timeUpscalerJs(model, image, { patchPx: 64, repeats });
    const after = await timed(() => engine.enhance(request, noCancelling));
    const ownMs = Math.min(before.elapsedMs, after.elapsedMs);
    const theirMs = Math.min(whole, patches);
    say(
      `speed: ${model} ${ownMs.toFixed(0)} ms, UpscalerJS ${whole.toFixed(0)} ms whole, ${patches.toFixed(0)} ms in patches`,
    );
    figures.push({
      name: `speed.upscalerjs.${model.replace('local/', '')}`,
      value: theirMs / ownMs,
      unit: '× UpscalerJS',
      bar: { atLeast: 8 },
      note: `${image.widthPx}×${image.heightPx} px in, ${ownMs.toFixed(0)} ms against ${theirMs.toFixed(0)} ms`,
    });
  }
  return figures;
}

/** Output pixels a second of the engine over those of the runtime alone on tiles without overlap, in turn. */
export async function compareWithBareTiles(
  engine: Engine,
  image: Raster<3>,
  models: readonly LocalModel[],
  cacheDir: string,
): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const model of models) {
    const request = requestFor({ rgb: image, jpeg: null }, model, 1);
    await engine.enhance(request, noCancelling);
    const bare = await openBare(model, cacheDir);
    const sidePx = Math.min(tileSideFor(model, defaultMemoryBudgetBytes), image.widthPx, image.heightPx);
    const tile = new Uint8Array(sidePx * sidePx * 3).map((_, at) => image.data[at] as number);
    const runTile = () => bare.run({ tile: new Tensor('uint8', tile, [sidePx, sidePx, 3]) });
    await runTile();
    let [ownMs, bareMs] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    const tiles = Math.ceil((image.widthPx * image.heightPx) / sidePx ** 2);
    for (let round = 0; round < repeats + 1; round++) {
      ownMs = Math.min(ownMs, (await timed(() => engine.enhance(request, noCancelling))).elapsedMs);
      const alone = await timed(async () => {
        for (let count = 0; count < tiles; count++) await runTile();
      });
      bareMs = Math.min(bareMs, alone.elapsedMs / tiles);
    }
    await bare.release();
    const own = (image.widthPx * image.heightPx) / ownMs;
    figures.push({
      name: `speed.bareTiles.${model.replace('local/', '')}`,
      value: own / (sidePx ** 2 / bareMs),
      unit: 'of onnxruntime on bare tiles',
      bar: { atLeast: 0.8 },
      note: `${((own * 16) / 1000).toFixed(3)} output MP/s`,
    });
  }
  return figures;
}

async function openBare(model: LocalModel, cacheDir: string): Promise<InferenceSession> {
  const prefix = `${model.replace('local/', '')}-x4-`;
  const name = (await readdir(cacheDir)).find((file) => file.startsWith(prefix) && file.endsWith('.onnx'));
  if (name === undefined) throw new Error(`the graph of ${model} is not in the cache`);
  return await InferenceSession.create(await readFile(join(cacheDir, name)), {
    graphOptimizationLevel: 'all',
    intraOpNumThreads: availableParallelism(),
  });
}
