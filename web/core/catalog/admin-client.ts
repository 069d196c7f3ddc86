import { setTimeout as sleep } from 'node:timers/promises';
import { createAdminApiClient } from '@shopify/admin-api-client';
import { z } from 'zod';
import {
  AccessTokenRefusedError,
  CatalogError,
  ShopifyUnreachableError,
  ShopUnavailableError,
  ThrottledError,
} from './errors.ts';
import { operations } from './operations.ts';
import { decideRetry } from './retry.ts';

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
  /** Whole time for one call with its repeats. */
  readonly deadlineMs?: number;
  readonly maxAttempts?: number;
}

export interface AdminClient {
  readonly shopDomain: string;
  /**
   * Runs one operation and reads `data` through `schema`. Waits and repeats by itself on THROTTLED, 429, 5xx and lost
   * connections, renews the token once on 401.
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
    const deadline = AbortSignal.timeout(deadlineMs);
    const signal = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline;
    let isRefused = false;
    for (let attempt = 0; ; attempt += 1) {
      const outcome = await attemptOnce(name, variables, isRefused, signal, options.signal);
      if ('answer' in outcome) return readData(name, outcome.answer, schema);
      if (outcome.status === 401) {
        if (isRefused) throw new AccessTokenRefusedError();
        isRefused = true;
        continue;
      }
      if (options.isRepeatable === false && outcome.error instanceof ShopifyUnreachableError)
        throw outcome.error;
      const waitMs = decideRetry({
        attempt,
        maxAttempts,
        status: outcome.status,
        isThrottled: outcome.error instanceof ThrottledError,
        retryAfter: outcome.retryAfter,
        shortfall: outcome.shortfall,
        nowMs: deps.clock(),
        random: deps.random(),
      });
      if (waitMs === null) throw outcome.error;
      await sleep(waitMs, undefined, { signal }).catch((cause: unknown) => {
        options.signal?.throwIfAborted();
        throw deadline.aborted ? outcome.error : cause;
      });
    }
  }

  interface Failure {
    readonly error: CatalogError;
    readonly status: number | null;
    readonly retryAfter: string | null;
    readonly shortfall: { points: number; restorePerSecond: number } | null;
  }

  async function attemptOnce(
    name: keyof typeof operations,
    variables: Record<string, unknown>,
    isRefused: boolean,
    signal: AbortSignal,
    callerSignal: AbortSignal | undefined,
  ): Promise<{ answer: Answer } | Failure> {
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
    if (isThrottledAnswer(answer)) {
      const cost = answer.extensions?.cost;
      const status = cost?.throttleStatus;
      const points = (cost?.requestedQueryCost ?? 0) - (status?.currentlyAvailable ?? 0);
      const shortfall = status ? { points, restorePerSecond: status.restoreRate } : null;
      return { error: new ThrottledError(0), status: 200, retryAfter, shortfall };
    }
    return { answer };
  }

  const failure = (error: CatalogError, status: number | null, retryAfter: string | null): Failure => ({
    error,
    status,
    retryAfter,
    shortfall: null,
  });

  return { shopDomain: deps.shopDomain, run };
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
