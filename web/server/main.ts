import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { configureLibvips } from '../core/image/libvips.ts';
import { openStore } from '../core/store/open.ts';
import type { Store, StoreLog } from '../core/store/store.ts';
import { createApp } from './app.ts';
import type { Config } from './config.ts';
import { engineCallbacks } from './engines.ts';
import { createEventBus, type EventBus } from './events.ts';
import { apiRouter } from './http/api/router.ts';
import { createInbox } from './http/inbox.ts';
import { panelPages } from './http/panel.ts';
import { requireSession } from './http/require-session.ts';
import { processDeliveryJob } from './jobs/process-delivery.ts';
import { ensureQueues } from './jobs/queues.ts';
import { jobs } from './jobs/registry.ts';
import { startWorkers } from './jobs/workers.ts';
import { createLogger } from './logger.ts';
import { createOperator } from './operator/operator.ts';
import { openOperatorSocket } from './operator/socket.ts';
import { readSealKeys } from './seal-keys.ts';
import type { AccessTokens } from './shopify/access-tokens.ts';
import { createSessionTokenVerifier } from './shopify/session-token.ts';
import { createWebhookValidator } from './shopify/validate-webhook.ts';
import { createTokens, createVault, deriveKey, openEnhancement, panelFolder } from './wiring.ts';

export type Role = 'all' | 'web' | 'worker';

export interface ServeOptions {
  readonly role: Role;
  readonly config: Config;
  /** Default: JSON lines on standard output, at the level of the configuration. */
  readonly log?: StoreLog;
}

export interface Running {
  /** Where requests are answered; null in a process that only works. */
  readonly address: { readonly host: string; readonly port: number } | null;
  readonly store: Store;
  /** Answers what has come, puts back what runs, closes everything. May be called twice. */
  stop(): Promise<void>;
}

/** Everything that a process of this role does, until `stop`. Handles no signals: see runUntilSignal. */
export async function serve({
  role,
  config,
  log = createLogger({ level: config.logLevel }),
}: ServeOptions): Promise<Running> {
  const closers: (() => Promise<unknown>)[] = [];
  const stop = onlyOnce(async () => {
    for (const close of closers.reverse()) await close();
  });
  try {
    const store = await openStore({
      databaseUrl: config.databaseUrl?.reveal() ?? null,
      dataDir: config.dataDir,
      log,
      now: () => new Date(),
      poolSize: config.databaseConnections,
      isSupervisor: role !== 'web',
    });
    closers.push(() => store.close());
    await ensureQueues(store, jobs);
    const sealKeys = await readSealKeys(config);
    const tokens = createTokens(config, store, sealKeys);
    const events = await createEventBus(store, log);
    closers.push(() => events.close());
    const parts = { config, store, sealKeys, tokens, events, log };
    if (role !== 'web') closers.push(await startWork(parts));
    const web = role === 'worker' ? null : await startWeb(parts);
    if (web !== null) closers.push(web.close);
    return { address: web?.address ?? null, store, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Parts {
  readonly config: Config;
  readonly store: Store;
  readonly sealKeys: readonly Uint8Array[];
  readonly tokens: AccessTokens;
  readonly events: EventBus;
  readonly log: StoreLog;
}

async function startWork({
  config,
  store,
  sealKeys,
  tokens,
  events,
  log,
}: Parts): Promise<() => Promise<void>> {
  configureLibvips();
  const enhancement = await openEnhancement({ config, store, sealKeys, tokens, events, log });
  const workers = await startWorkers({
    store,
    deps: { store, tokens, enhancement: enhancement.deps, sweeper: enhancement.sweeper },
    jobs,
    lanes: { ...config.lanes, system: 1 },
    log,
  });
  const operator = createOperator(enhancement.deps, AbortSignal.any([]));
  const closeSocket = store.kind === 'pglite' ? await openOperatorSocket(config.dataDir, operator) : null;
  return async () => {
    await closeSocket?.();
    await workers.stop();
    await enhancement[Symbol.asyncDispose]();
  };
}

async function startWeb({ config, store, sealKeys, tokens, events, log }: Parts) {
  const { apiKey, secrets } = config.shopify;
  const { now } = store;
  let isStopping = false;
  const inbox = createInbox({ store, queue: processDeliveryJob.name, log });
  const verifySessionToken = createSessionTokenVerifier({ apiKey, secrets, now });
  const api = apiRouter({
    store,
    vault: createVault(config),
    events,
    requireSession: requireSession({ verify: verifySessionToken, tokens }),
    signingKey: deriveKey(sealKeys, 'blob links'),
    now,
    log,
  });
  const app = createApp({
    store,
    log,
    sandbox: config.sandbox,
    inbox,
    validateWebhook: createWebhookValidator({ secrets }),
    verifySessionToken,
    tokens,
    api: api.router,
    panel: panelPages({
      apiKey,
      sandbox: config.sandbox,
      panelDir: panelFolder(),
      pictureOrigins: config.sandbox === null ? [] : [anyPortOf(config.sandbox)],
    }),
    engineCallbacks: engineCallbacks({ config, store, vault: createVault(config), sealKeys, log }),
    isStopping: () => isStopping,
  });
  const server = createServer(app);
  const address = await listen(server, config.listen);
  log.info({ ...address, url: config.url }, 'listening');
  return {
    address,
    async close() {
      isStopping = true;
      api.close();
      await closeServer(server);
      await inbox.close();
    },
  };
}

/** The sandbox's CDN is on the same host, on a port of its own. */
function anyPortOf(origin: string): string {
  const { protocol, hostname } = new URL(origin);
  return `${protocol}//${hostname}:*`;
}

function listen(server: Server, { host, port }: Config['listen']): Promise<{ host: string; port: number }> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve({ host, port: (server.address() as AddressInfo).port });
    });
  });
}

const drainMs = 5_000;

/** Lets requests under way be answered; what is still open after that, such as a live stream, is cut. */
function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), drainMs);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}

function onlyOnce(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  return () => {
    running ??= work();
    return running;
  };
}
