import type { Clock } from '../ports.ts';
import { errorBodySchema } from './api.ts';
import { type Refusal, redact } from './errors.ts';
import { type CallKind, retryDelayMs, toldDelayMs } from './retry-delay.ts';

export interface PacedFetchDeps {
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  readonly random: () => number;
  /** Taken out of every text that is kept. */
  readonly secrets: readonly string[];
  /** For one call, not counting the waits between repetitions. */
  readonly callDeadlineMs: number;
  /** From the first try to the last one's beginning; what would take longer is left to the job queue. */
  readonly maxPauseMs: number;
}

export interface PacedFetch {
  readonly fetch: (input: Request | string | URL, init?: RequestInit) => Promise<Response>;
  /** What an answer of ours stood for; undefined for one that came from the network unchanged. */
  readonly refusalOf: (response: Response) => Refusal | undefined;
}

/** Not one that the vendor's client repeats by itself: it repeats 429, and 5xx on GET, six times within 100 ms. */
const refusedStatus = 418;
const maxBodyChars = 2000;

/**
 * A fetch that waits and repeats by itself, and never throws for what went wrong on the way: the vendor's client
 * repeats every call that throws, a create included, which would be paid for again. Failures are handed out as an
 * answer that it does not repeat; `refusalOf` says what they were.
 *
 * A 429 holds back every call of the same kind of this account, not only the one that got it.
 */
export function createPacedFetch(deps: PacedFetchDeps): PacedFetch {
  const { clock, random, secrets, callDeadlineMs } = deps;
  const refusals = new WeakMap<Response, Refusal>();
  const pausedUntilMs: Record<'create' | 'other', number> = { create: 0, other: 0 };

  function refuse(refusal: Refusal): Response {
    const response = new Response(null, { status: refusedStatus });
    refusals.set(response, refusal);
    return response;
  }

  async function callOnce(
    input: Request | string | URL,
    init: RequestInit,
    signal: AbortSignal | undefined,
  ): Promise<Response | (Refusal & { readonly header: string | null })> {
    const deadline = AbortSignal.timeout(callDeadlineMs);
    try {
      const response = await deps.fetch(input, {
        ...init,
        redirect: 'error',
        signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
      });
      // The body is read here, so that one that breaks off half way is a network error like any other.
      const body = await response.arrayBuffer();
      const { status, statusText, headers } = response;
      if (response.ok) return new Response(status === 204 ? null : body, { status, statusText, headers });
      const parsed = parseErrorBody(redact(new TextDecoder().decode(body).slice(0, maxBodyChars), secrets));
      return { status, ...parsed, retryAfterMs: null, header: headers.get('retry-after') };
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      const detail = redact(describe(error), secrets);
      return { status: null, title: null, detail, retryAfterMs: null, header: null };
    }
  }

  async function call(input: Request | string | URL, init: RequestInit = {}): Promise<Response> {
    const signal = init.signal ?? undefined;
    const kind = kindOf(input, init);
    const lane = kind === 'create' ? 'create' : 'other';
    const beganMs = clock.now().getTime();
    const isTooLate = (delayMs: number): boolean =>
      clock.now().getTime() - beganMs + delayMs > deps.maxPauseMs;
    for (let attempt = 1; ; attempt += 1) {
      const pauseMs = pausedUntilMs[lane] - clock.now().getTime();
      if (pauseMs > 0 && isTooLate(pauseMs)) {
        return refuse({
          status: 429,
          title: null,
          detail: 'held back after an earlier 429',
          retryAfterMs: pauseMs,
        });
      }
      if (pauseMs > 0) await clock.sleep(pauseMs, signal);
      const got = await callOnce(input, init, signal);
      if (got instanceof Response) return got;
      const now = clock.now();
      const told = toldDelayMs({ retryAfter: got.header, detail: got.detail, now });
      const delayMs = retryDelayMs({
        kind,
        attempt,
        status: got.status,
        retryAfter: got.header,
        detail: got.detail,
        now,
        random: random(),
      });
      if (got.status === 429) {
        pausedUntilMs[lane] = Math.max(pausedUntilMs[lane], now.getTime() + (told ?? delayMs ?? 0));
      }
      if (delayMs === null || isTooLate(delayMs)) {
        const { header: _, ...refusal } = got;
        return refuse({ ...refusal, retryAfterMs: told });
      }
      await clock.sleep(delayMs, signal);
    }
  }

  return { fetch: call, refusalOf: (response) => refusals.get(response) };
}

/** Only the two ways of making a prediction are paid for; canceling, and uploading a file, may happen twice. */
function kindOf(input: Request | string | URL, init: RequestInit): CallKind {
  const method = (init.method ?? 'GET').toUpperCase();
  if (method === 'GET' || method === 'HEAD') return 'read';
  const path = new URL(input instanceof Request ? input.url : input).pathname;
  return path.endsWith('/predictions') ? 'create' : 'repeat';
}

function parseErrorBody(text: string): { title: string | null; detail: string | null } {
  try {
    const body = errorBodySchema.safeParse(JSON.parse(text));
    if (body.success) return { title: body.data.title ?? null, detail: body.data.detail ?? null };
  } catch {
    // Not JSON: a gateway's page. Its beginning is all that a log needs.
  }
  return { title: null, detail: text.slice(0, 200) };
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown network error';
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return `${error.name} ${error.message}${cause}`;
}
