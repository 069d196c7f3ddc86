import { setImmediate as nextTurn } from 'node:timers/promises';
import sharp from 'sharp';
import type { JpegConstraint, Raster } from '../../image/types.ts';
import type { Engine, EngineContext, EnhancedImage, EnhanceRequest, Provenance } from '../contract.ts';
import { EngineError, EngineParamError } from '../errors.ts';
import { pullTowardsInput } from './consistency.ts';
import { enlargeTiled } from './enlarge-tiled.ts';
import { createFairLock } from './fair-lock.ts';
import { checkParams } from './local-params.ts';
import { createNetSessions } from './net-sessions.ts';
import { chooseScale } from './scale-choice.ts';
import { isLocalModel, type LocalModel, localModels, nets } from './tiers.ts';
import { tileSideFor } from './tile-size.ts';

export interface LocalEngineOptions {
  /** Where converted networks are kept between starts; made when missing. */
  readonly cacheDir: string;
  /** Threads of the runtime within one tile; by default as many as the machine offers. */
  readonly threads?: number | undefined;
  /** Working memory for a tile in the runtime, in bytes; default 384 MiB. Decides the size of a tile. */
  readonly memoryBudgetBytes?: number | undefined;
  /** Most pixels that one output may have; default 40 million (120 MB). */
  readonly maxOutputPixels?: number | undefined;
  /** Milliseconds on a clock that never goes back; for the provenance only. */
  readonly nowMs?: (() => number) | undefined;
  readonly log?: ((message: string) => void) | undefined;
}

/** Raised whenever the same weights and parameters would give other pixels than before. */
const pixelsRevision = 1;
export const defaultMemoryBudgetBytes = 384 * 1024 * 1024;
const defaultMaxOutputPixels = 40_000_000;

/**
 * The faithful engine that runs anywhere: residual dense networks on the CPU, in tiles, then rounds of consistency
 * with the input (num_steps − 1 of them). Models: `local/slim`, `local/medium`, `local/thick`. Deterministic.
 *
 * Jobs share one network and take turns tile by tile, so a small image is not kept waiting by a large one.
 * Cancelling works between tiles and between slices of a round. Costs nothing.
 * Errors: EngineParamError, EngineError `local-too-large`, `local-weights`, `local-load`, `local-run`, `local-closed`.
 */
export function createLocalEngine(options: LocalEngineOptions): Engine {
  const { cacheDir, threads, log, nowMs = () => performance.now() } = options;
  const budgetBytes = options.memoryBudgetBytes ?? defaultMemoryBudgetBytes;
  const maxOutputPixels = options.maxOutputPixels ?? defaultMaxOutputPixels;
  const lock = createFairLock();
  const sessions = createNetSessions({ cacheDir, lock, threads, log });
  const closing = new AbortController();

  return {
    id: 'local',
    async enhance(request, context) {
      const startedMs = nowMs();
      const signal = AbortSignal.any([context.signal, closing.signal]);
      signal.throwIfAborted();
      const model = checkModel(request.model);
      checkParams(request.params);
      const source = await resizeInput(request);
      const scale = chooseScale({
        ...source.rgb,
        targetLongestSidePx: request.targetLongestSidePx,
        maxOutputPixels,
      });
      const tilePx = tileSideFor(model, budgetBytes);
      const { chopping_size } = request.params;
      const lease = await sessions.lease(model, scale);
      try {
        const progress = createProgress(context, request.params.num_steps - 1);
        const { rgb, tileLines } = await enlargeTiled(source.rgb, {
          net: lease.net,
          tilePx: Math.min(tilePx, chopping_size ?? tilePx),
          takeTurn: (work) => lock.run(work, signal),
          onTile: progress.onTile,
        });
        const rounds = { rounds: request.params.num_steps - 1, jpeg: source.jpeg, scale };
        await pullTowardsInput(rgb, source.rgb, rounds, {
          async pause(share) {
            await nextTurn();
            signal.throwIfAborted();
            progress.onRound(share);
          },
        });
        progress.finish();
        const provenance = describe(request, {
          model,
          modelVersion: `${lease.net.digest}.${pixelsRevision}`,
          tilePx,
          elapsedMs: nowMs() - startedMs,
        });
        return { rgb, scale, tileLines, provenance, costMicros: 0 } satisfies EnhancedImage;
      } finally {
        lease.giveBack();
      }
    },
    async close() {
      closing.abort(
        new EngineError(
          'local-closed',
          'The local engine is shutting down; the work is taken up again later.',
          {
            isRetriable: true,
            isReported: false,
          },
        ),
      );
      await sessions.close();
    },
  };
}

function checkModel(model: string): LocalModel {
  if (!isLocalModel(model)) throw new EngineParamError('model', `one of ${localModels.join(', ')}`, model);
  return model;
}

/** Shrinks to `resize`, never enlarges. A resized input has left the JPEG's grid: its tables say nothing any more. */
async function resizeInput({
  input,
  params,
}: EnhanceRequest): Promise<{ rgb: Raster<3>; jpeg: JpegConstraint | null }> {
  const { widthPx, heightPx, data } = input.rgb;
  const factor = params.resize === null ? 1 : params.resize / Math.max(widthPx, heightPx);
  if (factor >= 1) return { rgb: input.rgb, jpeg: input.jpeg };
  const { data: resized, info } = await sharp(data, {
    raw: { width: widthPx, height: heightPx, channels: 3 },
  })
    .resize(Math.max(1, Math.round(widthPx * factor)), Math.max(1, Math.round(heightPx * factor)), {
      kernel: 'cubic',
      fit: 'fill',
    })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return {
    rgb: { data: resized, widthPx: info.width, heightPx: info.height, channels: 3 },
    jpeg: null,
  };
}

/** One round costs about as much as this share of the network's work; only the bar's evenness depends on it. */
const roundShare = 0.05;

function createProgress({ onProgress }: EngineContext, rounds: number) {
  const tilesShare = 1 / (1 + rounds * roundShare);
  return {
    onTile: (done: number, total: number) => onProgress?.((done / total) * tilesShare),
    onRound: (share: number) => onProgress?.(tilesShare + share * (1 - tilesShare)),
    finish: () => onProgress?.(1),
  };
}

function describe(
  { params }: EnhanceRequest,
  facts: { model: LocalModel; modelVersion: string; tilePx: number; elapsedMs: number },
): Provenance {
  const { model, modelVersion, tilePx, elapsedMs } = facts;
  const isTooLarge = params.chopping_size !== null && params.chopping_size > tilePx;
  return {
    engine: 'local',
    model,
    modelVersion,
    licence: nets[model].licence,
    params,
    ignoredParams: {
      ...(params.seed === null ? {} : { seed: 'the local engine is deterministic' }),
      ...(isTooLarge ? { chopping_size: `the memory allowed holds tiles of at most ${tilePx} px` } : {}),
      output_format: 'the local engine hands on pixels, which are encoded once, at the end',
    },
    predictionId: null,
    elapsedMs,
    predictMs: null,
  };
}
