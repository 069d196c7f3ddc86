import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { Agent, type Dispatcher, fetch as undiciFetch } from 'undici';
import { DownloadError } from './errors.ts';
import { isPublicAddress } from './public-address.ts';

/** A host that may be asked. Ports other than the scheme's own are never asked in production. */
export interface HostRule {
  /** Lower case, such as `cdn.shopify.com`. */
  readonly host: string;
  /** Whether `anything.host` is meant too. */
  readonly withSubdomains: boolean;
}

export interface GuardedFetchOptions {
  readonly allowHosts: readonly HostRule[];
  /** Origin of the sandbox on this machine; its host may be asked over http, on any port. Null in production. */
  readonly sandboxOrigin: string | null;
  /** Largest answer in bytes, after decompression. */
  readonly maxBytes: number;
  /** For the whole download, redirects and body included. */
  readonly deadlineMs: number;
  /** Resolves a name to addresses; dns.lookup by default. */
  readonly lookup?: typeof dnsLookup;
  /** Added to each request, such as a user agent. Never a credential: an allowed host may redirect to another. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Download {
  readonly bytes: Uint8Array;
  /** Lower case, without parameters; null where the server named none. */
  readonly contentType: string | null;
  /** Where the bytes came from, after redirects. */
  readonly url: string;
}

export interface GuardedFetch {
  /**
   * The body of `url`. Every hop is https on an allowed host, and the connection goes to a public address that is
   * resolved and checked in the same step, so that a name cannot be pointed elsewhere in between (DNS rebinding).
   * @param options.maxBytes at most this many, where less than the house's own cap; in bytes
   * @throws DownloadError; an aborted signal rejects with its reason.
   */
  download(url: string, options?: { maxBytes?: number; signal?: AbortSignal }): Promise<Download>;
  /**
   * Sends `body` by PUT to an allowed host and gives back the status; what the server says is not read.
   * @throws DownloadError; an aborted signal rejects with its reason.
   */
  put(
    url: string,
    request: {
      readonly headers: Readonly<Record<string, string>>;
      readonly body: Uint8Array;
      readonly signal?: AbortSignal | undefined;
    },
  ): Promise<{ readonly status: number }>;
  /** Whether the host list and the scheme allow the address; nothing is asked. */
  allows(url: string): boolean;
  /** Closes kept connections. May be called twice. */
  close(): Promise<void>;
}

const maxRedirects = 4;

/** The one way in which the house fetches an address that came from outside. */
export function createGuardedFetch(options: GuardedFetchOptions): GuardedFetch {
  const sandbox = options.sandboxOrigin === null ? null : new URL(options.sandboxOrigin);
  const publicAgent = new Agent({
    connect: { lookup: publicLookup(options.lookup ?? dnsLookup) },
    headersTimeout: options.deadlineMs,
    bodyTimeout: options.deadlineMs,
  });
  const sandboxAgent = sandbox === null ? null : new Agent();
  let closing: Promise<unknown> | null = null;

  /** The agent that may ask the address, or null where nobody may. */
  function agentFor(url: URL): Dispatcher | null {
    if (url.username !== '' || url.password !== '') return null;
    if (sandbox !== null && url.hostname === sandbox.hostname && /^https?:$/.test(url.protocol)) {
      return sandboxAgent;
    }
    if (url.protocol !== 'https:' || url.port !== '') return null;
    return options.allowHosts.some((rule) => matches(rule, url.hostname)) ? publicAgent : null;
  }

  function requireAllowed(address: string): { url: URL; agent: Dispatcher } {
    const url = parseUrl(address);
    const agent = url && agentFor(url);
    if (!url || !agent) {
      throw new DownloadError(
        'download-address-refused',
        `The file is at ${hostOf(address)}, which is not one of the places that Vitrine fetches from, so it was not fetched.`,
        { isReported: false },
      );
    }
    return { url, agent };
  }

  async function download(
    address: string,
    { maxBytes = options.maxBytes, signal }: { maxBytes?: number; signal?: AbortSignal } = {},
  ): Promise<Download> {
    const capBytes = Math.min(maxBytes, options.maxBytes);
    const deadline = AbortSignal.timeout(options.deadlineMs);
    const either = signal ? AbortSignal.any([signal, deadline]) : deadline;
    let { url, agent } = requireAllowed(address);
    try {
      for (let hop = 0; hop <= maxRedirects; hop += 1) {
        const response = await undiciFetch(url, {
          dispatcher: agent,
          redirect: 'manual',
          signal: either,
          ...(options.headers ? { headers: { ...options.headers } } : {}),
        });
        const location = response.headers.get('location');
        if (response.status >= 300 && response.status < 400 && location !== null) {
          await response.body?.cancel();
          const next: URL | null = parseUrl(location, url);
          const nextAgent: Dispatcher | null = next && agentFor(next);
          if (!next || !nextAgent) {
            throw new DownloadError(
              'download-redirected-away',
              `The server sent us on to ${next?.hostname ?? 'an address that cannot be read'}, which is not one of the places that Vitrine fetches from, so the file was not fetched.`,
            );
          }
          url = next;
          agent = nextAgent;
          continue;
        }
        if (response.status !== 200) {
          await response.body?.cancel();
          throw new DownloadError(
            'download-status',
            `The file could not be fetched: its server answered ${response.status}.`,
            { status: response.status, isRetriable: response.status === 429 || response.status >= 500 },
          );
        }
        const bytes = await readCapped(response, capBytes);
        const contentType = response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? null;
        return { bytes, contentType, url: url.href };
      }
      throw new DownloadError(
        'download-redirected-away',
        `The server sent us on more than ${maxRedirects} times, so the file was not fetched.`,
      );
    } catch (error) {
      throw explain(error, signal, deadline);
    }
  }

  async function put(
    address: string,
    request: {
      headers: Readonly<Record<string, string>>;
      body: Uint8Array;
      signal?: AbortSignal | undefined;
    },
  ): Promise<{ status: number }> {
    const { url, agent } = requireAllowed(address);
    const { signal } = request;
    const deadline = AbortSignal.timeout(options.deadlineMs);
    try {
      const response = await undiciFetch(url, {
        method: 'PUT',
        dispatcher: agent,
        redirect: 'manual',
        headers: { ...request.headers },
        body: request.body,
        signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
      });
      await response.body?.cancel();
      return { status: response.status };
    } catch (error) {
      throw explain(error, signal, deadline);
    }
  }

  /** What a failed request is to the caller: its own abort, a refusal, the deadline, or a broken connection. */
  function explain(error: unknown, signal: AbortSignal | undefined, deadline: AbortSignal): unknown {
    if (signal?.aborted) return signal.reason;
    if (error instanceof DownloadError) return error;
    const refusal = findRefusal(error);
    if (refusal) return refusal;
    if (deadline.aborted) {
      return new DownloadError(
        'download-took-too-long',
        `The file did not arrive within ${Math.round(options.deadlineMs / 1000)} s; it will be tried again.`,
        { cause: error, isRetriable: true },
      );
    }
    return new DownloadError(
      'download-broken-off',
      'The connection to the file’s server broke off; it will be tried again.',
      { cause: error, isRetriable: true },
    );
  }

  return {
    download,
    put,
    allows: (address) => {
      const url = parseUrl(address);
      return url !== null && agentFor(url) !== null;
    },
    close: async () => {
      closing ??= Promise.all([publicAgent.close(), sandboxAgent?.close()]);
      await closing;
    },
  };
}

function matches(rule: HostRule, hostname: string): boolean {
  return hostname === rule.host || (rule.withSubdomains && hostname.endsWith(`.${rule.host}`));
}

function parseUrl(address: string, base?: URL): URL | null {
  return URL.canParse(address, base?.href) ? new URL(address, base?.href) : null;
}

/** For a sentence: never the path or the query, which may be signed. */
function hostOf(address: string): string {
  const host = parseUrl(address)?.hostname;
  return host ? host : 'an address that cannot be read';
}

/**
 * The check sits in the lookup of the connection itself: what is checked is what is connected to. All answers must
 * be public, since the socket may try any of them.
 */
function publicLookup(lookup: typeof dnsLookup): LookupFunction {
  return (hostname, lookupOptions, callback) => {
    lookup(hostname, { ...lookupOptions, all: true }, (error, addresses: LookupAddress[]) => {
      if (error) {
        callback(error, []);
        return;
      }
      if (addresses.length === 0 || !addresses.every(({ address }) => isPublicAddress(address))) {
        callback(
          new DownloadError(
            'download-address-refused',
            `${hostname} leads to an address inside a private network, so the file was not fetched.`,
          ),
          [],
        );
        return;
      }
      callback(null, addresses);
    });
  };
}

/** fetch wraps what went wrong in `TypeError: fetch failed`. */
function findRefusal(error: unknown): DownloadError | null {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof DownloadError) return cause;
  }
  return null;
}

async function readCapped(
  response: Awaited<ReturnType<typeof undiciFetch>>,
  capBytes: number,
): Promise<Uint8Array> {
  const tooLarge = (): DownloadError =>
    new DownloadError(
      'download-too-large',
      `The file is larger than ${formatMegabytes(capBytes)} MB, the most that Vitrine fetches.`,
      { isReported: false },
    );
  const declaredBytes = Number(response.headers.get('content-length') ?? 0);
  if (declaredBytes > capBytes) {
    await response.body?.cancel();
    throw tooLarge();
  }
  if (response.body === null) return new Uint8Array(0);
  const chunks: Uint8Array[] = [];
  let totalBytes = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    totalBytes += chunk.byteLength;
    // Leaving the loop cancels the body, and with it the connection.
    if (totalBytes > capBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks, totalBytes));
}

const formatMegabytes = (bytes: number): string => String(Math.round(bytes / 1e5) / 10);
