import Replicate from 'replicate';
import type { z } from 'zod';
import type { ModelEntry } from '../models/entry.ts';
import type { Clock } from '../ports.ts';
import {
  accountSchema,
  predictionPageSchema,
  type RemoteFile,
  type RemotePrediction,
  remoteFileSchema,
  remotePredictionSchema,
  webhookSecretSchema,
} from './api.ts';
import { ReplicateError, redact, refusalError } from './errors.ts';
import { createPacedFetch } from './paced-fetch.ts';

export interface ReplicateClientDeps {
  /** https://api.replicate.com/v1, or the sandbox's. */
  readonly baseUrl: string;
  readonly token: string;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  readonly random: () => number;
  /** For one call. Default 30 s. */
  readonly callDeadlineMs?: number;
  /** The longest that a call waits before it is left to the job queue. Default 60 s. */
  readonly maxPauseMs?: number;
}

export interface NewRemotePrediction {
  readonly model: ModelEntry;
  readonly input: Readonly<Record<string, unknown>>;
  /** Null: no webhook; the sweep finds out. */
  readonly webhookUrl: string | null;
  /** Counts from the create, queue and cold boot included. */
  readonly cancelAfterSeconds: number;
}

/** `unknown`: no answer, or none that can be read. It may have been accepted, and then it is paid for. */
export type CreateOutcome =
  | { readonly kind: 'created'; readonly prediction: RemotePrediction }
  | { readonly kind: 'unknown'; readonly detail: string };

/** What is asked of an account. Every method throws ReplicateError. */
export interface ReplicateClient {
  /** Asked once: only a call that was surely refused (429) is repeated. Not abortable, or it would be unsettled. */
  create(wanted: NewRemotePrediction): Promise<CreateOutcome>;
  get(id: string, signal?: AbortSignal): Promise<RemotePrediction>;
  /** Canceling what is over changes nothing. */
  cancel(id: string): Promise<RemotePrediction>;
  /** The account's predictions since a time, newest first, page by page. */
  list(createdAfter: Date, signal?: AbortSignal): AsyncGenerator<RemotePrediction>;
  uploadFile(bytes: Uint8Array, name: string, signal?: AbortSignal): Promise<RemoteFile>;
  deleteFile(id: string): Promise<void>;
  /** The account's name: proves the token. */
  account(): Promise<string>;
  /** What the account's webhooks are signed with. */
  webhookSecret(): Promise<string>;
}

/** 100 predictions a page: more than an account may create in the time that an attempt is looked for. */
const longestListPages = 60;

/** The vendor's client behind a fetch of ours: see createPacedFetch for what it would do otherwise. */
export function createReplicateClient(deps: ReplicateClientDeps): ReplicateClient {
  const { baseUrl, token, clock, random } = deps;
  const paced = createPacedFetch({
    fetch: deps.fetch,
    clock,
    random,
    secrets: [token],
    callDeadlineMs: deps.callDeadlineMs ?? 30_000,
    maxPauseMs: deps.maxPauseMs ?? 60_000,
  });
  const replicate = new Replicate({
    auth: token,
    baseUrl,
    userAgent: 'vitrine',
    useFileOutput: false,
    fetch: (input, init) => paced.fetch(input, init),
  });

  /** @throws ReplicateError with nothing of the vendor's error in it: that one prints the token. */
  async function ask(route: string, options: RequestOptions): Promise<unknown> {
    let response: Response;
    try {
      response = await replicate.request(route, options);
    } catch (error) {
      options.signal?.throwIfAborted();
      const refusal = responseOf(error) && paced.refusalOf(responseOf(error) as Response);
      if (refusal) throw refusalError(refusal);
      throw unreadable(redact(error instanceof Error ? error.message : 'unknown error', [token]));
    }
    if (response.status === 204) return null;
    try {
      return await response.json();
    } catch {
      throw unreadable(`the answer to ${options.method ?? 'GET'} ${route.split('?')[0]} is not JSON`);
    }
  }

  async function read<T>(schema: z.ZodType<T>, route: string, options: RequestOptions): Promise<T> {
    const parsed = schema.safeParse(await ask(route, options));
    if (!parsed.success) throw unreadable(redact(parsed.error.message, [token]));
    return parsed.data;
  }

  return {
    async create({ model, input, webhookUrl, cancelAfterSeconds }) {
      const route = model.isOfficial ? `/models/${model.id}/predictions` : '/predictions';
      try {
        const prediction = await read(remotePredictionSchema, route, {
          method: 'POST',
          headers: { 'Cancel-After': `${Math.max(5, Math.ceil(cancelAfterSeconds))}s` },
          data: {
            ...(model.isOfficial ? {} : { version: model.version }),
            input,
            ...(webhookUrl === null
              ? {}
              : { webhook: webhookUrl, webhook_events_filter: ['start', 'completed'] }),
          },
        });
        return { kind: 'created', prediction };
      } catch (error) {
        if (error instanceof ReplicateError && isUnsettled(error)) {
          return { kind: 'unknown', detail: error.message };
        }
        throw error;
      }
    },
    get: (id, signal) =>
      read(remotePredictionSchema, `/predictions/${encodeURIComponent(id)}`, { ...(signal && { signal }) }),
    cancel: (id) =>
      read(remotePredictionSchema, `/predictions/${encodeURIComponent(id)}/cancel`, { method: 'POST' }),
    async *list(createdAfter, signal) {
      let params: Record<string, string> = { created_after: createdAfter.toISOString() };
      for (let page = 0; page < longestListPages; page += 1) {
        const { results, next } = await read(predictionPageSchema, '/predictions', {
          params,
          ...(signal && { signal }),
        });
        yield* results;
        if (!next) return;
        // Only the cursor is taken over: the address itself could lead the token elsewhere.
        params = Object.fromEntries(new URL(next, baseUrl).searchParams);
      }
    },
    async uploadFile(bytes, name, signal) {
      const form = new FormData();
      form.append('content', new Blob([new Uint8Array(bytes)], { type: 'image/png' }), name);
      return read(remoteFileSchema, '/files', { method: 'POST', data: form, ...(signal && { signal }) });
    },
    async deleteFile(id) {
      await ask(`/files/${encodeURIComponent(id)}`, { method: 'DELETE' });
    },
    account: async () => (await read(accountSchema, '/account', {})).username,
    webhookSecret: async () => (await read(webhookSecretSchema, '/webhooks/default/secret', {})).key,
  };
}

interface RequestOptions {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly params?: Record<string, string>;
  readonly data?: object;
  readonly signal?: AbortSignal;
}

/** Whether a create that ended like this may have been accepted all the same. */
function isUnsettled({ code, status }: ReplicateError): boolean {
  return code === 'replicate-answer-unreadable' || status === null || status >= 500;
}

const unreadable = (detail: string): ReplicateError =>
  new ReplicateError(
    'replicate-answer-unreadable',
    'Replicate answered in a way that Vitrine does not understand; the work is tried again later.',
    { detail, isRetriable: true },
  );

function responseOf(error: unknown): Response | null {
  if (typeof error !== 'object' || error === null || !('response' in error)) return null;
  return error.response instanceof Response ? error.response : null;
}
