import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ReplicateSandbox, startReplicateSandbox } from '../../../../sandbox/replicate/sandbox.ts';
import type { Caps } from '../../../../web/core/budget/budget.ts';
import { createMemoryBudget } from '../../../../web/core/budget/memory-budget.ts';
import { wallClock } from '../../../../web/core/engines/clock.ts';
import type { EngineParams, EnhanceRequest } from '../../../../web/core/engines/contract.ts';
import type { Clock, OutputStore, PredictionStore } from '../../../../web/core/engines/ports.ts';
import { createMemoryPredictions } from '../../../../web/core/engines/prediction-stores.ts';
import { operatorAccountOnly } from '../../../../web/core/engines/replicate/accounts.ts';
import {
  createReplicate,
  type ReplicateDeps,
  type ReplicateService,
  replicateOutputHosts,
} from '../../../../web/core/engines/replicate/create.ts';
import type { ReplicateSettings } from '../../../../web/core/engines/replicate/settings.ts';
import { createBreakers } from '../../../../web/core/engines/router/breaker.ts';
import { encodeRasterPng } from '../../../../web/core/image/prepared.ts';
import type { Raster } from '../../../../web/core/image/types.ts';
import { createGuardedFetch } from '../../../../web/core/net/guarded-fetch.ts';

export const shopId = '0193b0a0-0000-7000-8000-000000000001';

/** Impatient: what takes seconds with Replicate takes milliseconds with the sandbox. */
export const quickSettings: Partial<ReplicateSettings> = {
  unsettledMs: 60,
  callDeadlineMs: 2000,
  maxPauseMs: 3000,
  shortestPollMs: 50,
  longestPollMs: 200,
  cancelPatienceMs: 500,
  wholeDeadlineMs: 20_000,
};

export function createMemoryOutputs(): OutputStore & { readonly bytes: Map<string, Uint8Array> } {
  const bytes = new Map<string, Uint8Array>();
  return {
    bytes,
    async save(_attempt, content) {
      const digest = createHash('sha256').update(content).digest('hex');
      bytes.set(digest, content);
      return digest;
    },
    async read(_shopId, digest) {
      return bytes.get(digest) ?? null;
    },
  };
}

/** The wall's time, but waiting takes a tenth of what it should. */
export const hurriedClock: Clock = {
  now: wallClock.now,
  sleep: (delayMs, signal) => wallClock.sleep(delayMs / 10, signal),
};

export interface LogLine {
  readonly level: string;
  readonly fields: object;
  readonly message: string;
}

export function createTestLog() {
  const lines: LogLine[] = [];
  const at = (level: string) => (fields: object, message: string) => {
    lines.push({ level, fields, message });
  };
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

export const defaultParams: EngineParams = {
  num_steps: 1,
  chopping_size: null,
  seed: null,
  resize: null,
  output_format: 'png',
};

/** A picture with some structure; another `seed` is another picture, so other work. */
export async function makeRequest(
  seed = 1,
  change: Partial<EnhanceRequest> & { widthPx?: number; heightPx?: number } = {},
): Promise<EnhanceRequest> {
  const { widthPx = 64, heightPx = 48, ...rest } = change;
  const data = new Uint8Array(widthPx * heightPx * 3);
  for (let index = 0; index < data.length; index += 1) data[index] = (index * (7 + seed) + seed * 31) % 251;
  const rgb: Raster<3> = { data, widthPx, heightPx, channels: 3 };
  const inputPng = await encodeRasterPng(rgb);
  return {
    input: { rgb, alpha: null, jpeg: null },
    inputPng,
    inputDigest: createHash('sha256').update(inputPng).digest('hex'),
    params: defaultParams,
    model: 'zf-kbot/invsr',
    targetLongestSidePx: null,
    ...rest,
  };
}

export const freeCaps: Caps = { perImageMicros: null, perDayMicros: null, perShopMicros: null };

export interface World {
  readonly sandbox: Awaited<ReturnType<typeof startReplicateSandbox>>;
  readonly service: ReplicateService;
  readonly predictions: PredictionStore;
  readonly outputs: ReturnType<typeof createMemoryOutputs>;
  readonly budget: ReturnType<typeof createMemoryBudget>;
  readonly breakers: ReturnType<typeof createBreakers>;
  readonly log: ReturnType<typeof createTestLog>;
  /** A second service on the same records: another process, or this one after a crash. */
  another(change?: Partial<ReplicateDeps>): ReplicateService;
  close(): Promise<void>;
}

export async function createWorld(
  options: Parameters<typeof startReplicateSandbox>[0] & { caps?: Caps; deps?: Partial<ReplicateDeps> } = {},
): Promise<World> {
  const { caps = freeCaps, deps = {}, ...sandboxOptions } = options;
  const sandbox = await startReplicateSandbox(sandboxOptions);
  const predictions = createMemoryPredictions(() => new Date());
  const outputs = createMemoryOutputs();
  const budget = createMemoryBudget(caps, () => new Date());
  const breakers = createBreakers({ clock: wallClock });
  const log = createTestLog();
  const guarded = createGuardedFetch({
    allowHosts: replicateOutputHosts,
    sandboxOrigin: sandbox.origin,
    maxBytes: 64 * 1024 * 1024,
    deadlineMs: 5000,
  });
  const another = (change: Partial<ReplicateDeps> = {}): ReplicateService =>
    createReplicate({
      predictions,
      outputs,
      budget,
      breakers,
      log,
      accounts: operatorAccountOnly(sandbox.tokens[0], sandbox.webhookSecret),
      download: guarded.download,
      fetch,
      clock: hurriedClock,
      random: Math.random,
      baseUrl: sandbox.apiUrl(),
      publicOrigin: null,
      settings: quickSettings,
      ...deps,
      ...change,
    });
  const service = another();
  return {
    sandbox,
    service,
    predictions,
    outputs,
    budget,
    breakers,
    log,
    another,
    async close() {
      await service.engine.close();
      await guarded.close();
      await sandbox.close();
    },
  };
}

/** Serves inputs and takes webhooks, as the app does. */
export async function startPublicEdge(
  onWebhook: (nonce: string, headers: Record<string, string | undefined>, body: Buffer) => number,
  inputOf: (nonce: string) => Uint8Array | null,
): Promise<{ readonly origin: string; close(): Promise<void> }> {
  const server: Server = createServer(async (request, response) => {
    const [, , , kind, last = ''] = (request.url ?? '').split('/');
    if (kind === 'inputs') {
      const bytes = inputOf(last.replace(/\.png$/, ''));
      response.writeHead(bytes === null ? 404 : 200).end(bytes ?? undefined);
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const headers = request.headers as Record<string, string | undefined>;
    response.writeHead(onWebhook(last, headers, Buffer.concat(chunks))).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export const paidRuns = (sandbox: Pick<ReplicateSandbox, 'account'>): number =>
  [...sandbox.account.runs.values()].filter((run) => run.startedMs !== null).length;
