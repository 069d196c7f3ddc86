import type { Budget, Caps } from '../budget/budget.ts';
import { createMemoryBudget } from '../budget/memory-budget.ts';
import { createGuardedFetch, type HostRule } from '../net/guarded-fetch.ts';
import { newId } from '../store/ids.ts';
import { wallClock } from './clock.ts';
import type { CogInstance } from './cog/client.ts';
import { type CogSettings, createCogEngine } from './cog/engine.ts';
import type { Engine, EngineId } from './contract.ts';
import { createLocalEngine, type LocalEngineOptions } from './local/local-engine.ts';
import { createMemoryOutputs } from './memory-outputs.ts';
import type { Clock, EngineLog, OutputStore, PredictionStore } from './ports.ts';
import { createMemoryPredictions } from './prediction-stores.ts';
import type { AccountSource } from './replicate/accounts.ts';
import {
  createReplicate,
  type ReplicateService,
  replicateApiUrl,
  replicateOutputHosts,
} from './replicate/create.ts';
import type { ReplicateSettings } from './replicate/settings.ts';
import { type Breakers, createBreakers } from './router/breaker.ts';

export interface EnginesConfig {
  readonly local: LocalEngineOptions;
  readonly replicate: {
    readonly accounts: AccountSource;
    /** This app's own origin, as Replicate reaches it; null: inputs are uploaded and webhooks are not asked for. */
    readonly publicOrigin: string | null;
    readonly settings?: Partial<ReplicateSettings>;
  };
  readonly cog: {
    readonly instances: readonly CogInstance[];
    /** Hosts of `--upload-url`, https; without them outputs have to come in the answer itself. */
    readonly uploadHosts?: readonly HostRule[];
    readonly settings?: Partial<CogSettings>;
  };
  /** Null in production. Replicate's account is then at `/replicate` of this origin. */
  readonly sandboxOrigin: string | null;
  readonly log: EngineLog;
  /** Left out on the command line: attempts and results are held in memory, and nothing is taken up after the end. */
  readonly durable?: {
    readonly predictions: PredictionStore;
    readonly outputs: OutputStore;
    readonly budget: Budget;
  };
  /** Of the budget in memory, where there is no durable one. Default: none. */
  readonly caps?: Caps;
  readonly clock?: Clock;
  readonly fetch?: typeof globalThis.fetch;
  readonly random?: () => number;
}

export interface Engines {
  readonly byId: Readonly<Record<EngineId, Engine>>;
  /** Sweep, webhooks and tokens. */
  readonly replicate: ReplicateService;
  /** What the panel tells of engines that are left alone for a while. */
  readonly breakers: Breakers;
  /** Hands over what runs, and frees what is held. May be called twice. */
  close(): Promise<void>;
}

const maxOutputBytes = 256 * 1024 * 1024;
const downloadDeadlineMs = 5 * 60_000;
const noCaps: Caps = { perImageMicros: null, perDayMicros: null, perShopMicros: null };

/** Every engine there is, wired once per process. Nothing is asked and nothing loaded before the first image. */
export function createEngines(config: EnginesConfig): Engines {
  const { sandboxOrigin, log } = config;
  const clock = config.clock ?? wallClock;
  const fetch = config.fetch ?? globalThis.fetch;
  const random = config.random ?? Math.random;
  const breakers = createBreakers({ clock });
  const net = createGuardedFetch({
    allowHosts: [...replicateOutputHosts, ...(config.cog.uploadHosts ?? [])],
    sandboxOrigin,
    maxBytes: maxOutputBytes,
    deadlineMs: downloadDeadlineMs,
  });
  const durable = config.durable ?? {
    predictions: createMemoryPredictions(clock.now),
    outputs: createMemoryOutputs(),
    budget: createMemoryBudget(config.caps ?? noCaps, clock.now),
  };
  const { settings, ...replicateParts } = config.replicate;
  const replicate = createReplicate({
    ...durable,
    ...replicateParts,
    ...(settings === undefined ? {} : { settings }),
    breakers,
    download: net.download,
    fetch,
    clock,
    random,
    log,
    baseUrl: sandboxOrigin === null ? replicateApiUrl : `${sandboxOrigin}/replicate/v1`,
  });
  const hasUploadHosts = (config.cog.uploadHosts ?? []).length > 0 || sandboxOrigin !== null;
  const byId = {
    local: createLocalEngine(config.local),
    replicate: replicate.engine,
    cog: createCogEngine({
      instances: config.cog.instances,
      fetch,
      download: hasUploadHosts ? net.download : null,
      clock,
      log,
      breakers,
      newId,
      ...(config.cog.settings === undefined ? {} : { settings: config.cog.settings }),
    }),
  };
  return {
    byId,
    replicate,
    breakers,
    async close() {
      await Promise.all(Object.values(byId).map((engine) => engine.close()));
      await net.close();
    },
  };
}
