import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Clock } from '../store/clock/clock.ts';
import type { Account } from './account.ts';
import type { Faults } from './faults.ts';
import { type RemoteModel, remoteModels } from './models.ts';
import { showRun } from './run.ts';

export interface ApiOptions {
  readonly account: Account;
  readonly faults: Faults;
  readonly clock: Clock;
  readonly tokens: readonly string[];
  readonly webhookSecret: string;
  readonly apiUrl: () => string;
  /** Webhooks must be HTTPS on Replicate; on this machine there is no certificate. */
  readonly allowHttpWebhooks: boolean;
}

interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer that is not the route's own: thrown, so that a route reads as its good case. */
class Refused extends Error {
  readonly answer: Answer;
  constructor(status: number, title: string, detail: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail);
    this.answer = { status, body: { title, detail, status }, headers };
  }
}

const pageSize = 100;
const maxFileBytes = 100 * 1000 * 1000;
const createBody = z.object({
  version: z.string().optional(),
  input: z.record(z.string(), z.unknown()),
  webhook: z.string().optional(),
  webhook_events_filter: z.array(z.enum(['start', 'output', 'logs', 'completed'])).optional(),
});

/** Replicate's HTTP API under `/v1`. `path` begins there, such as `/predictions`. */
export function createApi(options: ApiOptions) {
  const { account, faults, clock, apiUrl } = options;

  function authorize(request: IncomingMessage): void {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined || !options.tokens.includes(token)) {
      throw new Refused(401, 'Unauthenticated', 'You did not pass a valid authentication token');
    }
  }

  function readFaults(response: ServerResponse): boolean {
    if (faults.strike('read.reset') !== null) {
      response.socket?.resetAndDestroy();
      return true;
    }
    const throttled = faults.strike('read.throttled');
    if (throttled !== null)
      throw throttledBy({ ...throttled, resetSeconds: throttled.retryAfterSeconds ?? 1 });
    const broken = faults.strike('read.serverError');
    if (broken !== null) throw new Refused(broken.status ?? 502, 'Bad gateway', 'upstream error');
    return false;
  }

  async function create(
    request: IncomingMessage,
    response: ServerResponse,
    official: RemoteModel | null,
  ): Promise<Answer | null> {
    const body = await readJson(request);
    const refusedReset = faults.strike('create.reset');
    if (refusedReset !== null && refusedReset.accepted !== true) {
      response.socket?.resetAndDestroy();
      return null;
    }
    const throttled = faults.strike('create.throttled');
    if (throttled !== null) throw throttledBy(throttled);
    if (faults.strike('create.paymentRequired') !== null) {
      throw new Refused(402, 'Payment required', 'You have insufficient credit to run this model.');
    }
    const broken = faults.strike('create.serverError');
    if (broken !== null && broken.accepted !== true) {
      throw new Refused(broken.status ?? 500, 'Internal server error', 'something went wrong');
    }
    const wanted = createBody.safeParse(body);
    if (!wanted.success) throw new Refused(422, 'Input validation failed', wanted.error.message);
    const model =
      official ?? remoteModels.find(({ version }) => version !== null && version === wanted.data.version);
    if (model === undefined) {
      throw new Refused(
        422,
        'Invalid version or not permitted',
        'The specified version does not exist (or perhaps you don’t have permission to use it?)',
      );
    }
    const input = model.input.safeParse(wanted.data.input);
    if (!input.success) {
      const lines = input.error.issues.map((issue) => `- input.${issue.path.join('.')}: ${issue.message}`);
      throw new Refused(422, 'Input validation failed', lines.join('\n'));
    }
    const { webhook } = wanted.data;
    if (webhook !== undefined && !webhook.startsWith('https://') && !options.allowHttpWebhooks) {
      throw new Refused(422, 'Input validation failed', '- webhook: must be an HTTPS address');
    }
    const run = account.create({
      model,
      input: input.data,
      webhook: webhook ?? null,
      events: wanted.data.webhook_events_filter ?? ['start', 'output', 'logs', 'completed'],
      cancelAfterMs: durationMs(request.headers['cancel-after']),
    });
    if (refusedReset !== null) {
      response.socket?.resetAndDestroy();
      return null;
    }
    if (broken !== null)
      throw new Refused(broken.status ?? 500, 'Internal server error', 'something went wrong');
    if (faults.strike('create.html') !== null) return { status: 201, body: '<html>proxy</html>' };
    const waitMs = preferredWaitMs(request.headers['prefer']);
    if (waitMs !== null) {
      await Promise.race([
        account.whenOver(run),
        new Promise<void>((resolve) => clock.schedule(waitMs, resolve)),
      ]);
    }
    return { status: waitMs === null || run.completedMs !== null ? 201 : 202, body: showRun(run, apiUrl()) };
  }

  function list(query: URLSearchParams): Answer {
    const lag = faults.strike('list.lagging');
    const newestMs = lag === null ? Infinity : clock.nowMs() - lag.lagMs;
    const afterMs = Date.parse(query.get('created_after') ?? '') || -Infinity;
    const beforeMs = Date.parse(query.get('created_before') ?? '') || Infinity;
    const all = account
      .newestFirst()
      .filter((run) => run.createdMs >= afterMs && run.createdMs < beforeMs && run.createdMs <= newestMs);
    const cursor = query.get('cursor');
    const from = cursor === null ? 0 : all.findIndex((run) => run.id === decodeCursor(cursor)) + 1;
    const results = all.slice(from, from + pageSize);
    const last = results.at(-1);
    const next = new URL(`${apiUrl()}/predictions`);
    for (const [name, value] of query) next.searchParams.set(name, value);
    next.searchParams.set('cursor', encodeCursor(last?.id ?? ''));
    return {
      status: 200,
      body: {
        previous: null,
        next: from + pageSize < all.length ? next.href : null,
        results: results.map((run) => showRun(run, apiUrl())),
      },
    };
  }

  async function upload(request: IncomingMessage): Promise<Answer> {
    const form = await new Response(new Uint8Array(await readBody(request)), {
      headers: { 'content-type': request.headers['content-type'] ?? '' },
    }).formData();
    const content = form.get('content');
    if (!(content instanceof File)) throw new Refused(422, 'Input validation failed', '- content: required');
    if (content.size > maxFileBytes) throw new Refused(413, 'Too large', 'The file is above 100 MB');
    const id = account.newId();
    const bytes = new Uint8Array(await content.arrayBuffer());
    account.files.set(id, {
      id,
      name: content.name,
      contentType: content.type,
      bytes,
      createdMs: clock.nowMs(),
    });
    return { status: 201, body: showFile(id) };
  }

  function showFile(id: string): unknown {
    const file = account.files.get(id);
    if (file === undefined) throw new Refused(404, 'Not found', 'File not found');
    return {
      id,
      name: file.name,
      content_type: file.contentType,
      size: file.bytes.length,
      metadata: {},
      created_at: new Date(file.createdMs).toISOString(),
      expires_at: new Date(file.createdMs + 24 * 3_600_000).toISOString(),
      urls: { get: `${apiUrl()}/files/${id}` },
    };
  }

  async function route(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    path: string,
  ): Promise<Answer | null> {
    authorize(request);
    const method = request.method ?? 'GET';
    const official = /^\/models\/([^/]+\/[^/]+)\/predictions$/.exec(path)?.[1];
    if (method === 'POST' && path === '/predictions') return create(request, response, null);
    if (method === 'POST' && official !== undefined) {
      const model = remoteModels.find(({ name, version }) => name === official && version === null);
      if (model === undefined)
        throw new Refused(404, 'Not found', 'The requested resource could not be found.');
      return create(request, response, model);
    }
    if (readFaults(response)) return null;
    if (path === '/account')
      return { status: 200, body: { type: 'user', username: 'sandbox', name: 'Sandbox' } };
    if (path === '/webhooks/default/secret') return { status: 200, body: { key: options.webhookSecret } };
    if (path === '/predictions') return list(url.searchParams);
    const prediction = /^\/predictions\/([^/]+)(\/cancel)?$/.exec(path);
    if (prediction !== null) {
      const run = account.runs.get(prediction[1] ?? '');
      if (run === undefined) throw new Refused(404, 'Not found', 'Prediction not found');
      if (prediction[2] !== undefined && method === 'POST') account.cancel(run);
      return { status: 200, body: showRun(run, apiUrl()) };
    }
    if (path === '/files' && method === 'POST') return upload(request);
    if (path === '/files') {
      return { status: 200, body: { next: null, results: [...account.files.keys()].map(showFile) } };
    }
    const fileId = /^\/files\/([^/]+)$/.exec(path)?.[1];
    if (fileId !== undefined && method === 'DELETE') {
      if (!account.files.delete(fileId)) throw new Refused(404, 'Not found', 'File not found');
      return { status: 204 };
    }
    if (fileId !== undefined) return { status: 200, body: showFile(fileId) };
    throw new Refused(404, 'Not found', 'The requested resource could not be found.');
  }

  return async (
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    path: string,
  ): Promise<void> => {
    let answer: Answer | null;
    try {
      answer = await route(request, response, url, path);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      answer = error.answer;
    }
    if (answer === null) return;
    const { status, body, headers } = answer;
    const isText = typeof body === 'string';
    response.writeHead(status, { 'content-type': isText ? 'text/html' : 'application/json', ...headers });
    response.end(body === undefined ? undefined : isText ? body : JSON.stringify(body));
  };
}

function throttledBy({
  retryAfterSeconds,
  resetSeconds,
}: {
  retryAfterSeconds?: number;
  resetSeconds?: number;
}): Refused {
  const detail = `Request was throttled.${resetSeconds === undefined ? '' : ` Your rate limit resets in ~${resetSeconds}s.`}`;
  const headers: Record<string, string> =
    retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  return new Refused(429, 'Too many requests', detail, headers);
}

/** `Cancel-After`: 90s, 5m, 1h30m. */
function durationMs(header: string | string[] | undefined): number | null {
  if (typeof header !== 'string') return null;
  const parts = [...header.matchAll(/(\d+(?:\.\d+)?)(h|m|s)/g)];
  if (parts.length === 0 || parts.map(([text]) => text).join('') !== header) {
    throw new Refused(400, 'Bad request', 'Cancel-After must be a duration such as 5m');
  }
  const unitMs = { h: 3_600_000, m: 60_000, s: 1000 };
  return parts.reduce((sum, [, number, unit]) => sum + Number(number) * unitMs[unit as 'h' | 'm' | 's'], 0);
}

function preferredWaitMs(header: string | string[] | undefined): number | null {
  const wait = /\bwait(?:=(\d+))?/.exec(String(header ?? ''));
  if (wait === null) return null;
  return Math.min(60, Math.max(1, Number(wait[1] ?? 60))) * 1000;
}

const encodeCursor = (id: string): string => Buffer.from(id).toString('base64url');
const decodeCursor = (cursor: string): string => Buffer.from(cursor, 'base64url').toString();

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  try {
    return JSON.parse((await readBody(request)).toString());
  } catch {
    throw new Refused(400, 'Bad request', 'The body is not JSON');
  }
}
