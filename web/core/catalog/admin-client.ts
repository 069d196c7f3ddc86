import { createAdminApiClient } from '@shopify/admin-api-client';
import { z } from 'zod';
import type { Lane } from '../store/records.ts';
import {
  AccessTokenRefusedError,
  CatalogError,
  ShopifyUnreachableError,
  ShopUnavailableError,
  ThrottledError,
} from './errors.ts';
import { operations } from './operations.ts';
import { decideRetry } from './retry.ts';
import { type AnsweredCost, createThrottle, type Throttle } from './throttle.ts';
import { systemTimers, type Timers, waitFor } from './timers.ts';

/** The Admin API version that every operation is written and validated for. */
export const adminApiVersion = '2026-10';

export interface AdminClientDeps {
  /** Such as example.myshopify.com. */
  readonly shopDomain: string;
  /** A token that is good now. With `isRefused` the last one was answered 401: bring a new one or throw. */
  readonly accessToken: (isRefused: boolean) => Promise<string>;
  readonly fetch: typeof globalThis.fetch;
  /** The origin of the sandbox that stands for https://{shop}; null in the open. */
  readonly sandboxOrigin: string | null;
  readonly clock: () => number;
  readonly random: () => number;
  /** Shared by all clients of the shop in this process; without it the client paces its own calls only. */
  readonly throttle?: Throttle;
  /** Whose calls these are, where a call does not say; default live. */
  readonly lane?: Lane;
  readonly timers?: Timers;
  /** Whole time for one call with its repeats, from its first turn on: waiting for that is the lane's affair. */
  readonly deadlineMs?: number;
  readonly maxAttempts?: number;
}

export interface AdminClient {
  readonly shopDomain: string;
  /**
   * Runs one operation and reads `data` through `schema`. Waits for its turn; repeats by itself on THROTTLED, 429, 5xx
   * and lost connections; renews the token once on 401.
   * @throws CatalogError; an aborted signal rejects with its reason.
   */
  run<T>(
    name: keyof typeof operations,
    variables: Record<string, unknown>,
    schema: z.ZodType<T>,
    options?: RunOptions,
  ): Promise<T>;
}

export interface RunOptions {
  readonly signal?: AbortSignal | undefined;
  /**
   * Whether the call may be made again although the first may have been carried out (the connection broke, or a 5xx).
   * Default true; false for what must not be done twice: the caller then finds out by reading.
   */
  readonly isRepeatable?: boolean;
  readonly lane?: Lane;
}

const answerSchema = z.object({
  data: z.unknown().optional(),
  errors: z
    .union([
      z.string(),
      z.array(
        z.object({
          message: z.string(),
          extensions: z.looseObject({ code: z.string().optional() }).optional(),
        }),
      ),
    ])
    .optional(),
  extensions: z
    .looseObject({
      cost: z
        .looseObject({
          requestedQueryCost: z.number().optional(),
          throttleStatus: z
            .looseObject({
              currentlyAvailable: z.number(),
              restoreRate: z.number(),
              maximumAvailable: z.number(),
            })
            .optional(),
        })
        .optional(),
    })
    .optional(),
});
type Answer = z.infer<typeof answerSchema>;

export function createAdminClient(deps: AdminClientDeps): AdminClient {
  const deadlineMs = deps.deadlineMs ?? 120_000;
  const maxAttempts = deps.maxAttempts ?? 8;
  const timers = deps.timers ?? systemTimers;
  const throttle = deps.throttle ?? createThrottle({ timers });

  async function once(
    name: keyof typeof operations,
    variables: Record<string, unknown>,
    token: string,
    signal: AbortSignal,
  ) {
    const client = createAdminApiClient({
      storeDomain: deps.shopDomain,
      apiVersion: adminApiVersion,
      accessToken: token,
      retries: 0,
      customFetchApi: (url, init) => deps.fetch(toSandbox(url, deps), init as RequestInit),
    });
    return client.fetch(operations[name], { variables, signal, retries: 0 });
  }

  async function run<T>(
    name: keyof typeof operations,
    variables: Record<string, unknown>,
    schema: z.ZodType<T>,
    options: RunOptions = {},
  ): Promise<T> {
    const key = costKey(name, variables);
    const lane = options.lane ?? deps.lane ?? 'live';
    const deadline = new AbortController();
    const signal = options.signal ? AbortSignal.any([options.signal, deadline.signal]) : deadline.signal;
    let stopDeadline = (): void => {};
    let lastError: CatalogError | null = null;
    let isTokenNew = false;
    const orDeadline = (cause: unknown): never => {
      options.signal?.throwIfAborted();
      throw deadline.signal.aborted && lastError !== null ? lastError : cause;
    };
    try {
      for (let attempt = 0; ; attempt += 1) {
        const isRepeat = attempt > 0;
        const turn = await throttle.takeTurn({ lane, key, isRepeat, signal }).catch(orDeadline);
        if (!isRepeat) stopDeadline = timers.schedule(deadlineMs, () => deadline.abort());
        const isRefused = lastError instanceof AccessTokenRefusedError;
        let outcome: Awaited<ReturnType<typeof attemptOnce>> | null = null;
        try {
          outcome = await attemptOnce(name, variables, isRefused, signal, options.signal);
        } finally {
          const isThrottled =
            outcome !== null && 'error' in outcome && outcome.error instanceof ThrottledError;
          turn.done(outcome?.cost ?? null, isThrottled);
        }
        if ('answer' in outcome) return readData(name, outcome.answer, schema);
        const { status, retryAfter, shortfall } = outcome;
        const error: CatalogError = deadline.signal.aborted && lastError ? lastError : outcome.error;
        lastError = error;
        if (status === 401) {
          if (isTokenNew) throw error;
          isTokenNew = true;
          continue;
        }
        if (options.isRepeatable === false && error instanceof ShopifyUnreachableError) throw error;
        const isThrottled = error instanceof ThrottledError;
        const waitMs = decideRetry({
          // A throttled call was not carried out, and its turn comes: only the deadline ends its patience.
          attempt: isThrottled ? Math.min(attempt, maxAttempts - 2) : attempt,
          maxAttempts,
          status,
          isThrottled,
          retryAfter,
          shortfall,
          nowMs: deps.clock(),
          random: deps.random(),
        });
        if (waitMs === null) throw error;
        await waitFor(timers, waitMs, signal).catch(orDeadline);
      }
    } finally {
      stopDeadline();
    }
  }

  interface Failure {
    readonly error: CatalogError;
    readonly status: number | null;
    readonly retryAfter: string | null;
    readonly shortfall: { points: number; restorePerSecond: number } | null;
    readonly cost: AnsweredCost | null;
  }

  async function attemptOnce(
    name: keyof typeof operations,
    variables: Record<string, unknown>,
    isRefused: boolean,
    signal: AbortSignal,
    callerSignal: AbortSignal | undefined,
  ): Promise<{ answer: Answer; cost: AnsweredCost | null } | Failure> {
    const token = await deps.accessToken(isRefused);
    let response: Response;
    let text: string;
    try {
      response = await once(name, variables, token, signal);
      text = await response.text();
    } catch (cause) {
      callerSignal?.throwIfAborted();
      return failure(new ShopifyUnreachableError(`${name}: no answer`, { cause }), null, null);
    }
    const retryAfter = response.headers.get('retry-after');
    if (response.status === 429) return failure(new ThrottledError(0), 429, retryAfter);
    if (response.status === 401) return failure(new AccessTokenRefusedError(), 401, null);
    if (ShopUnavailableError.isShopState(response.status)) {
      throw new ShopUnavailableError(response.status, { detail: `${name}: HTTP ${response.status}` });
    }
    const answer = parseAnswer(text);
    if (!response.ok || answer === null) {
      const detail = `${name}: HTTP ${response.status}, ${answer === null ? 'not JSON' : 'an error'}`;
      // A page of HTML with status 200 is a proxy's or a maintenance page: as passing as a 5xx.
      return failure(new ShopifyUnreachableError(detail), response.ok ? 502 : response.status, retryAfter);
    }
    const cost = answer.extensions?.cost ?? null;
    if (isThrottledAnswer(answer)) {
      const status = cost?.throttleStatus;
      const points = (cost?.requestedQueryCost ?? 0) - (status?.currentlyAvailable ?? 0);
      const shortfall = status ? { points, restorePerSecond: status.restoreRate } : null;
      return { error: new ThrottledError(0), status: 200, retryAfter, shortfall, cost };
    }
    return { answer, cost };
  }

  const failure = (error: CatalogError, status: number | null, retryAfter: string | null): Failure => ({
    error,
    status,
    retryAfter,
    shortfall: null,
    cost: null,
  });

  return { shopDomain: deps.shopDomain, run };
}

/** What makes two calls cost alike: the operation, and how much it asks for. */
function costKey(name: string, { first }: Record<string, unknown>): string {
  return typeof first === 'number' ? `${name}:${first}` : name;
}

function toSandbox(url: string, { sandboxOrigin, shopDomain }: AdminClientDeps): string {
  return sandboxOrigin === null
    ? url
    : url.replace(`https://${shopDomain}/`, `${sandboxOrigin}/shops/${shopDomain}/`);
}

function parseAnswer(text: string): Answer | null {
  try {
    return answerSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function isThrottledAnswer({ errors }: Answer): boolean {
  return Array.isArray(errors) && errors.some(({ extensions }) => extensions?.code === 'THROTTLED');
}

function readData<T>(name: string, answer: Answer, schema: z.ZodType<T>): T {
  if (answer.errors !== undefined && answer.errors.length > 0) {
    const said =
      typeof answer.errors === 'string'
        ? answer.errors
        : answer.errors.map(({ message }) => message).join('; ');
    const isDenied =
      typeof answer.errors !== 'string' && answer.errors.some((e) => e.extensions?.code === 'ACCESS_DENIED');
    if (isDenied)
      throw new CatalogError('shopify-access-denied', `Shopify does not allow the app to do this: ${said}`);
    throw new CatalogError('shopify-error', `Shopify answered ${name} with an error: ${said}`);
  }
  const parsed = schema.safeParse(answer.data);
  if (!parsed.success) {
    throw new CatalogError('shopify-unexpected-answer', 'Shopify’s answer is not of the expected form.', {
      detail: `${name}: ${z.prettifyError(parsed.error)}`,
    });
  }
  return parsed.data;
}
