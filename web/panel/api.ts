/** The panel's only way to the server: owns the session token, errors, and the live stream. */
import type {
  ImageDetail,
  ImageList,
  ImageStatus,
  LiveEvent,
  Problem,
  Summary,
} from '../server/http/api/schemas.ts';
import { createEventParser } from './model/event-parser.ts';

/** What went wrong, in a form that a page can show. `sentence` is null where the panel has its own words. */
export class PanelError extends Error {
  readonly kind: 'offline' | 'session' | 'problem';
  readonly code: string;
  readonly sentence: string | null;
  constructor(kind: PanelError['kind'], code: string, sentence: string | null) {
    super(sentence ?? code);
    this.name = 'PanelError';
    this.kind = kind;
    this.code = code;
    this.sentence = sentence;
  }
}

export interface ImageQuery {
  readonly statuses: readonly ImageStatus[];
  readonly after: string | null;
  readonly limit: number;
}

/** `open` after each (re)connection: what happened in between must be read anew. */
export type LiveSignal = LiveEvent | { readonly type: 'open' } | { readonly type: 'lost' };

export interface Api {
  listImages(query: ImageQuery, signal: AbortSignal): Promise<ImageList>;
  getImage(id: string, signal: AbortSignal): Promise<ImageDetail>;
  getSummary(signal: AbortSignal): Promise<Summary>;
  /** Asks for the original to be put back. Resolves when the request is stored, not when it is done. */
  restoreImage(id: string, isForced: boolean): Promise<void>;
  /** Hears of changes until the returned function is called; connects again by itself. */
  watch(hear: (signal: LiveSignal) => void): () => void;
}

export interface ApiDeps {
  readonly fetch: typeof fetch;
  /** A fresh session token at each call. */
  readonly idToken: () => Promise<string>;
  readonly setTimeout: (run: () => void, delayMs: number) => number;
}

/** 1 s, 2 s, 4 s … 15 s between attempts to connect the stream again. */
export const reconnectDelayMs = (attempt: number): number =>
  Math.min(15_000, 1000 * 2 ** Math.max(0, attempt - 1));

export function createApi(deps: ApiDeps): Api {
  /** One request with a token; a token that was refused is asked for anew, once. */
  async function send(path: string, init: RequestInit = {}): Promise<Response> {
    const attempt = async (): Promise<Response> => {
      const headers = new Headers(init.headers);
      headers.set('authorization', `Bearer ${await deps.idToken()}`);
      try {
        return await deps.fetch(path, { ...init, headers });
      } catch (cause) {
        if (init.signal?.aborted) throw cause;
        throw new PanelError('offline', 'offline', null);
      }
    };
    const first = await attempt();
    const response = first.status === 401 ? await attempt() : first;
    if (response.status === 401) throw new PanelError('session', 'session', null);
    if (!response.ok) throw await problemOf(response);
    return response;
  }

  async function get<T>(path: string, signal: AbortSignal): Promise<T> {
    return (await send(path, { signal })).json();
  }

  async function follow(hear: (signal: LiveSignal) => void, signal: AbortSignal): Promise<void> {
    const response = await send('/api/events', { signal });
    hear({ type: 'open' });
    const parse = createEventParser();
    const reader = (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream()).getReader();
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      for (const data of parse(chunk.value)) hear(JSON.parse(data) as LiveEvent);
    }
  }

  return {
    listImages({ statuses, after, limit }, signal) {
      const query = new URLSearchParams({ limit: String(limit) });
      if (statuses.length > 0) query.set('status', statuses.join(','));
      if (after !== null) query.set('after', after);
      return get(`/api/images?${query}`, signal);
    },
    getImage: (id, signal) => get(`/api/images/${encodeURIComponent(id)}`, signal),
    getSummary: (signal) => get('/api/summary', signal),
    async restoreImage(id, isForced) {
      const headers = { 'content-type': 'application/json' };
      await send(`/api/images/${encodeURIComponent(id)}/restore`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ isForced }),
      });
    },
    watch(hear) {
      const leaving = new AbortController();
      let attempt = 0;
      const run = async (): Promise<void> => {
        const tell = (signal: LiveSignal) => {
          if (signal.type === 'open') attempt = 0;
          if (!leaving.signal.aborted) hear(signal);
        };
        try {
          await follow(tell, leaving.signal);
        } catch {
          // Whatever ended the stream (network, server, session), the answer is the same: say so, come again.
        }
        if (leaving.signal.aborted) return;
        attempt += 1;
        // The server ends each stream after a while: only a second failure in a row is worth a word.
        if (attempt > 1) hear({ type: 'lost' });
        deps.setTimeout(() => void (leaving.signal.aborted || run()), reconnectDelayMs(attempt));
      };
      void run();
      return () => leaving.abort();
    },
  };
}

async function problemOf(response: Response): Promise<PanelError> {
  try {
    const { code, title } = (await response.json()) as Problem;
    return new PanelError('problem', code, title);
  } catch {
    // A proxy's page, not ours: there is no sentence in it for a merchant.
    return new PanelError('problem', `http-${response.status}`, null);
  }
}
