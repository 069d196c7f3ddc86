import { availableParallelism } from 'node:os';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { EngineError } from '../errors.ts';
import type { FairLock } from './fair-lock.ts';
import { loadGraph } from './graph-cache.ts';
import { readKerasModel } from './keras-model.ts';
import { type LocalModel, type NetScale, nets } from './tiers.ts';
import { findWeights } from './weights.ts';

/** A network that is loaded and warm. */
export interface Net {
  readonly scale: NetScale;
  /** SHA-256 (hex) of the weights. */
  readonly digest: string;
  /** rgb: [height, width, 3], 8-bit. Returns the same, `scale` times as high and wide. */
  run(rgb: Uint8Array, widthPx: number, heightPx: number): Promise<Uint8Array>;
}

/** The right to use a network until it is given back; a network in use is never sent away. */
export interface NetLease {
  readonly net: Net;
  giveBack(): void;
}

export interface NetSessions {
  /** Loads and warms the network at the first call, shares it afterwards. A failed load is tried anew. */
  lease(model: LocalModel, scale: NetScale): Promise<NetLease>;
  /** Frees every network, after the tile that is running. */
  close(): Promise<void>;
}

interface Held {
  readonly key: string;
  readonly loading: Promise<{ net: Net; session: InferenceSession }>;
  users: number;
}

/** Each network keeps the memory of its largest tile, so a third one sends the longest unused away. */
const maxHeldNets = 2;
/** Large enough for the runtime to choose its kernels and layouts, small enough to cost nothing. */
const warmSidePx = 32;

/** threads: how many the runtime uses within one tile; by default as many as the machine offers. */
export function createNetSessions(deps: {
  readonly cacheDir: string;
  /** Keeps the end of a session apart from the tiles that may still be running on it. */
  readonly lock: FairLock;
  readonly threads?: number | undefined;
  readonly log?: ((message: string) => void) | undefined;
}): NetSessions {
  const { cacheDir, lock, threads = availableParallelism(), log } = deps;
  /** The longest unused first. */
  let held: Held[] = [];

  const load = async (model: LocalModel, scale: NetScale) => {
    // The ×2 networks are weaker than the ×4 ones made half as large, at the same cost: see scale-choice.ts.
    const isHalved = scale === 2;
    const weights = await readKerasModel(findWeights(model, isHalved ? 4 : scale));
    const name = `${model.replace('local/', '')}-x${isHalved ? '4-halved' : scale}`;
    const { white } = nets[model];
    const graph = await loadGraph(weights, { name, white, isHalved }, { cacheDir, log });
    const session = await createSession(graph, threads);
    const net: Net = { scale, digest: weights.digest, run: (...tile) => runTile(session, ...tile) };
    await net.run(new Uint8Array(warmSidePx * warmSidePx * 3), warmSidePx, warmSidePx);
    return { net, session };
  };

  const release = async ({ loading }: Held): Promise<void> => {
    const loaded = await loading.catch(() => null);
    await lock.run(async () => loaded?.session.release(), new AbortController().signal);
  };

  const sendSpareAway = async (): Promise<void> => {
    const spare = held.filter(({ users }) => users === 0).slice(0, Math.max(0, held.length - maxHeldNets));
    held = held.filter((one) => !spare.includes(one));
    await Promise.all(spare.map(release));
  };

  return {
    async lease(model, scale) {
      const key = `${model} ×${scale}`;
      const known = held.find((one) => one.key === key);
      const one = known ?? { key, loading: load(model, scale), users: 0 };
      one.users += 1;
      held = [...held.filter((other) => other !== one), one];
      await sendSpareAway();
      try {
        const { net } = await one.loading;
        let isOut = true;
        return {
          net,
          giveBack() {
            if (isOut) one.users -= 1;
            isOut = false;
          },
        };
      } catch (error) {
        held = held.filter((other) => other !== one);
        throw error;
      }
    },
    async close() {
      await Promise.all(held.splice(0).map(release));
    },
  };
}

async function createSession(graph: Uint8Array, threads: number): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(graph, {
      executionProviders: ['cpu'],
      graphOptimizationLevel: 'all',
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      // Without the arena each layer asks the system for fresh pages, which costs a quarter of the speed.
      enableCpuMemArena: true,
      logSeverityLevel: 3,
    });
  } catch (cause) {
    throw new EngineError('local-load', 'The local network could not be loaded; the log has the reason.', {
      cause,
      detail: `onnxruntime: ${String(cause)}`,
    });
  }
}

async function runTile(
  session: InferenceSession,
  rgb: Uint8Array,
  widthPx: number,
  heightPx: number,
): Promise<Uint8Array> {
  const tile = new Tensor('uint8', rgb, [heightPx, widthPx, 3]);
  try {
    const { enlarged } = await session.run({ tile });
    return enlarged?.data as Uint8Array;
  } catch (cause) {
    throw new EngineError(
      'local-run',
      'The local network stopped on a tile, most likely for want of memory; try again with a smaller tile.',
      { cause, detail: `onnxruntime on ${widthPx}×${heightPx}: ${String(cause)}`, isRetriable: true },
    );
  }
}
