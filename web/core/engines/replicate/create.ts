import { randomBytes } from 'node:crypto';
import type { Budget } from '../../budget/budget.ts';
import type { GuardedFetch, HostRule } from '../../net/guarded-fetch.ts';
import { newId } from '../../store/ids.ts';
import type { Engine } from '../contract.ts';
import type { Clock, EngineLog, OutputStore, PredictionStore } from '../ports.ts';
import type { Breakers } from '../router/breaker.ts';
import { type AccountSource, createAccounts } from './accounts.ts';
import { createReplicateClient, type ReplicateClient } from './client.ts';
import { createReplicateEngine } from './engine.ts';
import type { FaultPoint } from './fault-points.ts';
import { createHints } from './hints.ts';
import { createLifecycle } from './lifecycle.ts';
import { defaultReplicateSettings, type ReplicateSettings } from './settings.ts';
import { createSweeper, type Sweeper } from './sweep.ts';

/** Where Replicate's API is, unless it is the sandbox's. */
export const replicateApiUrl = 'https://api.replicate.com/v1';

/** Where outputs come from. */
export const replicateOutputHosts: readonly HostRule[] = [
  { host: 'replicate.delivery', withSubdomains: true },
];

export interface ReplicateDeps {
  readonly predictions: PredictionStore;
  readonly outputs: OutputStore;
  readonly budget: Budget;
  readonly accounts: AccountSource;
  readonly breakers: Breakers;
  /** Of a guarded fetch that allows `replicateOutputHosts`. */
  readonly download: GuardedFetch['download'];
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: EngineLog;
  readonly baseUrl?: string;
  /** This app's own origin as Replicate reaches it, https; null where it does not. */
  readonly publicOrigin: string | null;
  readonly settings?: Partial<ReplicateSettings>;
  readonly at?: (point: FaultPoint) => void | Promise<void>;
}

/** The engine, and what keeps its promises while nobody waits. */
export interface ReplicateService extends Sweeper {
  readonly engine: Engine;
  /** A client for a token that somebody has just entered: see verifyToken. */
  clientFor(token: string): ReplicateClient;
}

/** Where the app answers for attempts: the router of web/server/http/replicate-callback.ts is mounted at `enginesPath`. */
export const enginesPath = '/engines';
export const inputPath = '/replicate/inputs';
export const callbackPath = '/replicate/callback';

export function createReplicate(given: ReplicateDeps): ReplicateService {
  const { predictions, outputs, budget, breakers, download, clock, random, log, publicOrigin } = given;
  const settings = { ...defaultReplicateSettings, ...given.settings };
  const clientFor = (token: string): ReplicateClient =>
    createReplicateClient({
      baseUrl: given.baseUrl ?? replicateApiUrl,
      token,
      fetch: given.fetch,
      clock,
      random,
      callDeadlineMs: settings.callDeadlineMs,
      maxPauseMs: settings.maxPauseMs,
    });
  const accounts = createAccounts(given.accounts, clientFor);
  const at = given.at ?? (() => undefined);
  const shared = { predictions, outputs, budget, accounts, download, clock, log, settings, at };
  const lifecycle = createLifecycle(shared);
  const hints = createHints(clock);
  const ours = (path: string) => (publicOrigin === null ? null : new URL(path, publicOrigin).href);
  const engine = createReplicateEngine({
    ...shared,
    lifecycle,
    breakers,
    hints,
    newId,
    newNonce: () => randomBytes(32).toString('base64url'),
    inputUrlOf: (nonce) => ours(`${enginesPath}${inputPath}/${nonce}.png`),
    callbackUrlOf: (nonce) => ours(`${enginesPath}${callbackPath}/${nonce}`),
  });
  return { engine, clientFor, ...createSweeper({ predictions, lifecycle, hints, clock, log }) };
}
