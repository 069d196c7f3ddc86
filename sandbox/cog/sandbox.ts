import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import type { DamageKind } from '../character/damage.ts';
import { type RemoteModel, remoteModels } from '../replicate/models.ts';
import { readImage } from '../replicate/read-image.ts';
import { createPlainRender, type Render } from '../replicate/render.ts';
import { type Clock, createSystemClock } from '../store/clock/clock.ts';

export interface CogSandboxOptions {
  readonly clock?: Clock;
  readonly render?: Render;
  /** Default zf-kbot/invsr. */
  readonly model?: string;
  readonly setupMs?: number;
  readonly runMs?: number;
  /** As `--upload-url`: outputs are addresses on a host of their own instead of data URIs. */
  readonly hasUploadUrl?: boolean;
  /** Null: as Cog itself, no authentication. */
  readonly token?: string | null;
}

/** What is switched on for the next request or run. */
export interface CogFaults {
  setupFails: boolean;
  /** The next runs fail with this exception: HTTP 200 and `status: "failed"`. */
  failWith: string | null;
  /** The next run's connection is reset while it runs. */
  resetsDuringRun: boolean;
  outputIsNoImage: boolean;
  damage: DamageKind | null;
}

export interface CogSandbox {
  readonly url: string;
  readonly faults: CogFaults;
  /** Runs that the model began, requests that it turned away with a 409, and runs that were canceled. */
  readonly seen: { readonly runs: number; readonly conflicts: number; readonly canceled: number };
  status(): string;
  close(): Promise<void>;
}

interface Running {
  readonly id: string;
  readonly stop: AbortController;
}

/**
 * Cog 0.16.6's HTTP server with one model: one prediction at a time and no queue, busy or still setting up is a 409,
 * PUT is idempotent only while it runs, a model's exception is a 200, an asynchronous output without --upload-url is
 * a path inside the container.
 */
export async function startCogSandbox(options: CogSandboxOptions = {}): Promise<CogSandbox> {
  const clock = options.clock ?? createSystemClock();
  const render = options.render ?? createPlainRender();
  const model = remoteModels.find(({ name }) => name === (options.model ?? 'zf-kbot/invsr')) as RemoteModel;
  const faults: CogFaults = {
    setupFails: false,
    failWith: null,
    resetsDuringRun: false,
    outputIsNoImage: false,
    damage: null,
  };
  const seen = { runs: 0, conflicts: 0, canceled: 0 };
  const uploads = new Map<string, Uint8Array>();
  let uploadOrigin = '';
  let running: Running | null = null;
  let isReady = (options.setupMs ?? 0) === 0;
  if (!isReady) {
    clock.schedule(options.setupMs ?? 0, () => {
      isReady = true;
    });
  }
  const status = (): string => {
    if (faults.setupFails) return 'SETUP_FAILED';
    if (!isReady) return 'STARTING';
    return running === null ? 'READY' : 'BUSY';
  };

  const wait = (delayMs: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const stop = clock.schedule(delayMs, resolve);
      signal.addEventListener('abort', () => {
        stop();
        resolve();
      });
    });

  async function predict(id: string, input: Record<string, unknown>, isAsync: boolean): Promise<object> {
    const stop = new AbortController();
    running = { id, stop };
    seen.runs += 1;
    const startedMs = clock.nowMs();
    const shown = { id, input, started_at: new Date(startedMs).toISOString() };
    try {
      if (faults.failWith !== null) {
        const error = faults.failWith;
        faults.failWith = null;
        throw new Error(error);
      }
      const image = await readImage(String(input[model.imageField]), new Map());
      const [made] = await Promise.all([
        render({ image, model: model.name, input, damage: faults.damage, signal: stop.signal }),
        wait(options.runMs ?? 0, stop.signal),
      ]);
      if (stop.signal.aborted) return { ...shown, status: 'canceled', output: null };
      const bytes = faults.outputIsNoImage ? Buffer.from('not an image') : Buffer.from(made.bytes);
      return {
        ...shown,
        status: 'succeeded',
        output: outputOf(id, bytes, made.extension, isAsync),
        error: null,
        logs: '',
        metrics: { predict_time: (clock.nowMs() - startedMs) / 1000 },
        completed_at: new Date(clock.nowMs()).toISOString(),
      };
    } catch (error) {
      if (stop.signal.aborted) return { ...shown, status: 'canceled', output: null };
      return {
        ...shown,
        status: 'failed',
        output: null,
        error: error instanceof Error ? error.message : 'error',
      };
    } finally {
      running = null;
    }
  }

  function outputOf(id: string, bytes: Buffer, extension: string, isAsync: boolean): string {
    if (options.hasUploadUrl === true) {
      uploads.set(`/${id}/output.${extension}`, bytes);
      return `${uploadOrigin}/${id}/output.${extension}`;
    }
    if (isAsync) return `file:///tmp/tmp${id.slice(0, 8)}/output.${extension}`;
    const mime = extension === 'jpg' ? 'image/jpeg' : 'image/png';
    return `data:${mime};base64,${bytes.toString('base64')}`;
  }

  async function handlePredict(
    request: IncomingMessage,
    response: ServerResponse,
    id: string,
  ): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = z.object({ input: z.record(z.string(), z.unknown()) }).safeParse(parse(chunks));
    const input = body.success ? model.input.safeParse(body.data.input) : null;
    if (input === null || !input.success) {
      answer(response, 422, {
        detail: [{ loc: ['body', 'input'], msg: input?.error.message ?? 'not JSON' }],
      });
      return;
    }
    if (running?.id === id) {
      answer(response, 202, { id, status: 'processing' });
      return;
    }
    if (running !== null || !isReady || faults.setupFails) {
      seen.conflicts += 1;
      answer(response, 409, { detail: 'Already running a prediction' });
      return;
    }
    const isAsync = request.headers['prefer'] === 'respond-async';
    const going = predict(id, { ...input.data }, isAsync);
    if (isAsync) {
      answer(response, 202, { id, status: 'processing' });
      return;
    }
    if (faults.resetsDuringRun) {
      faults.resetsDuringRun = false;
      response.socket?.resetAndDestroy();
      return;
    }
    answer(response, 200, await going);
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const token = options.token ?? null;
    if (token !== null && request.headers.authorization !== `Bearer ${token}`) {
      answer(response, 401, { detail: 'Unauthorized' });
      return;
    }
    const path = new URL(request.url ?? '/', 'http://cog').pathname;
    const prediction = /^\/predictions(?:\/([^/]+))?(\/cancel)?$/.exec(path);
    if (path === '/health-check') {
      answer(response, 200, { status: status(), setup: null, version: { cog: '0.16.6' } });
    } else if (path === '/openapi.json') {
      const properties = z.toJSONSchema(model.input, { io: 'input' }).properties ?? {};
      answer(response, 200, { openapi: '3.0.2', components: { schemas: { Input: { properties } } } });
    } else if (prediction !== null && prediction[2] !== undefined) {
      const isRunning = running?.id === prediction[1];
      if (isRunning) {
        seen.canceled += 1;
        running?.stop.abort();
      }
      answer(response, isRunning ? 200 : 404, {});
    } else if (prediction !== null && (request.method === 'PUT' || request.method === 'POST')) {
      await handlePredict(request, response, prediction[1] ?? randomUUID());
    } else {
      answer(response, 404, { detail: 'Not Found' });
    }
  }

  const server = await listen((request, response) => {
    handle(request, response).catch((error: unknown) => {
      console.error('cog sandbox:', error);
      response.writeHead(500).end();
    });
  });
  const uploadServer = await listen((request, response) => {
    const bytes = uploads.get(request.url ?? '');
    response.writeHead(bytes === undefined ? 404 : 200, { 'content-type': 'image/png' }).end(bytes);
  });
  uploadOrigin = originOf(uploadServer);

  return {
    url: originOf(server),
    faults,
    seen,
    status,
    async close() {
      running?.stop.abort();
      for (const each of [server, uploadServer]) {
        const done = new Promise((resolve) => each.close(resolve));
        each.closeAllConnections();
        await done;
      }
    },
  };
}

const originOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

async function listen(
  listener: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Server> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function parse(chunks: readonly Buffer[]): unknown {
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    return null;
  }
}
