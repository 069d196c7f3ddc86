import { z } from 'zod';
import { CogError } from './errors.ts';

/** One GPU with Cog's HTTP server in front of it. */
export interface CogInstance {
  /** Such as http://gpu-1.internal:5000; a path of a proxy may follow. */
  readonly url: string;
  /** Bearer token of the proxy before it: Cog itself asks for none. Null: none. */
  readonly token: string | null;
}

export const healthStatuses = ['STARTING', 'READY', 'BUSY', 'SETUP_FAILED', 'DEFUNCT', 'UNHEALTHY'] as const;
export type CogHealth = (typeof healthStatuses)[number];

const healthSchema = z.object({ status: z.enum(healthStatuses) });
const schemaSchema = z.object({
  components: z.object({
    schemas: z.object({ Input: z.object({ properties: z.record(z.string(), z.unknown()) }) }),
  }),
});
const predictionSchema = z.object({
  status: z.enum(['starting', 'processing', 'succeeded', 'failed', 'canceled']),
  output: z.unknown().optional(),
  error: z.string().nullish(),
  metrics: z.object({ predict_time: z.number().nonnegative().optional() }).nullish(),
});
export type CogPrediction = z.infer<typeof predictionSchema>;

/** `busy`: somebody else's prediction runs there, or it is still setting up. `running`: this very one runs already. */
export type CogAnswer =
  | { readonly kind: 'done'; readonly prediction: CogPrediction }
  | { readonly kind: 'busy' }
  | { readonly kind: 'running' };

export interface CogClientDeps {
  readonly instance: CogInstance;
  readonly fetch: typeof globalThis.fetch;
  /** For health, schema and cancel. */
  readonly callDeadlineMs: number;
}

/** Cog 0.16's HTTP server. Every method throws CogError. */
export interface CogClient {
  health(signal: AbortSignal): Promise<CogHealth>;
  /** Names of the model's inputs. */
  inputNames(signal: AbortSignal): Promise<readonly string[]>;
  /** Synchronous: answers when the model is done. @param id a UUID of ours, new for each run */
  predict(id: string, input: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<CogAnswer>;
  /** What is not running is none of its business: no error. */
  cancel(id: string): Promise<void>;
}

const maxAnswerBytes = 400 * 1024 * 1024;

export function createCogClient({ instance, fetch, callDeadlineMs }: CogClientDeps): CogClient {
  const base = instance.url.replace(/\/+$/, '');

  async function call(path: string, init: RequestInit, signal: AbortSignal): Promise<Response> {
    try {
      return await fetch(`${base}${path}`, {
        ...init,
        // A redirect would take the token, or the photo, to another server.
        redirect: 'error',
        signal,
        headers: {
          accept: 'application/json',
          ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(instance.token === null ? {} : { authorization: `Bearer ${instance.token}` }),
        },
      });
    } catch (error) {
      throw unreachable(error);
    }
  }

  async function read<T>(response: Response, schema: z.ZodType<T>): Promise<T> {
    const declaredBytes = Number(response.headers.get('content-length') ?? 0);
    if (declaredBytes > maxAnswerBytes) throw unreadable(`an answer of ${declaredBytes} bytes`);
    let body: unknown;
    try {
      body = await response.json();
    } catch (error) {
      if (error instanceof SyntaxError) throw unreadable('the answer is not JSON');
      throw unreachable(error);
    }
    const parsed = schema.safeParse(body);
    if (!parsed.success) throw unreadable(parsed.error.message);
    return parsed.data;
  }

  const brief = (signal: AbortSignal): AbortSignal =>
    AbortSignal.any([signal, AbortSignal.timeout(callDeadlineMs)]);

  return {
    async health(signal) {
      const response = await call('/health-check', {}, brief(signal));
      if (!response.ok) throw await refused(response);
      return (await read(response, healthSchema)).status;
    },
    async inputNames(signal) {
      const response = await call('/openapi.json', {}, brief(signal));
      if (!response.ok) throw await refused(response);
      return Object.keys((await read(response, schemaSchema)).components.schemas.Input.properties);
    },
    async predict(id, input, signal) {
      const body = JSON.stringify({ input });
      const response = await call(`/predictions/${id}`, { method: 'PUT', body }, signal);
      if (response.status === 409) {
        await response.body?.cancel();
        return { kind: 'busy' };
      }
      if (response.status === 202) {
        await response.body?.cancel();
        return { kind: 'running' };
      }
      if (!response.ok) throw await refused(response);
      return { kind: 'done', prediction: await read(response, predictionSchema) };
    },
    async cancel(id) {
      const response = await call(
        `/predictions/${id}/cancel`,
        { method: 'POST' },
        AbortSignal.timeout(callDeadlineMs),
      );
      await response.body?.cancel();
    },
  };
}

const unreachable = (cause: unknown): CogError => {
  const detail = cause instanceof Error ? `${cause.message} ${String(cause.cause ?? '')}` : 'network error';
  return new CogError(
    'cog-unreachable',
    'The GPU server cannot be reached; check that it runs and that its address is right.',
    { isRetriable: true, detail },
  );
};

const unreadable = (detail: string): CogError =>
  new CogError(
    'cog-output-unusable',
    'The GPU server answered in a way that Vitrine does not understand; check that it runs Cog 0.16.',
    { detail },
  );

async function refused(response: Response): Promise<CogError> {
  const detail = `HTTP ${response.status}: ${(await response.text()).slice(0, 300)}`;
  switch (response.status) {
    case 401:
    case 403:
      return new CogError('cog-refused', 'The GPU server refused the token; enter the right one.', {
        detail,
      });
    case 404:
      return new CogError('cog-unreachable', 'There is no Cog server at this address; check it.', { detail });
    case 422:
      return new CogError(
        'cog-input-refused',
        'The model on the GPU server does not take these settings; check that it is the chosen model.',
        { detail },
      );
    default:
      return new CogError('cog-unreachable', 'The GPU server failed; it is tried again later.', {
        isRetriable: true,
        detail,
      });
  }
}
