import type { ZodType } from 'zod';
import {
  type ImageDetail,
  type ImageRow,
  imageDetailSchema,
  imageListSchema,
  problemSchema,
  restoreAnswerSchema,
} from '../../web/server/http/api/schemas.ts';

/** The app answered the panel with something else than what was asked for. */
export class PanelError extends Error {}

/** What a merchant's browser does: the panel's own API, with the session tokens of the admin. */
export interface PanelClient {
  images(): Promise<ImageRow[]>;
  image(id: string): Promise<ImageDetail>;
  restore(id: string): Promise<void>;
}

export interface PanelClientOptions {
  readonly origin: string;
  /** A fresh token for each call: one lives a minute only. */
  readonly sessionToken: () => string;
}

const timeoutMs = 30_000;

export function createPanelClient({ origin, sessionToken }: PanelClientOptions): PanelClient {
  async function ask<T>(schema: ZodType<T>, path: string, init: RequestInit = {}): Promise<T> {
    const { answer, text } = await call(`${init.method ?? 'GET'} ${path}`, origin + path, {
      ...init,
      headers: { authorization: `Bearer ${sessionToken()}`, 'content-type': 'application/json' },
    });
    if (!answer.ok) {
      const problem = problemSchema.safeParse(parseJson(text));
      const reason = problem.success ? problem.data.title : text.slice(0, 200);
      throw new PanelError(`The app answered ${answer.status} to ${init.method ?? 'GET'} ${path}: ${reason}`);
    }
    return schema.parse(parseJson(text));
  }

  return {
    async images() {
      const rows: ImageRow[] = [];
      let after: string | null = null;
      do {
        const query: string = after === null ? '' : `&after=${encodeURIComponent(after)}`;
        const page = await ask(imageListSchema, `/api/images?limit=250${query}`);
        rows.push(...page.images);
        after = page.next;
      } while (after !== null);
      return rows;
    },
    image: (id) => ask(imageDetailSchema, `/api/images/${id}`),
    async restore(id) {
      await ask(restoreAnswerSchema, `/api/images/${id}/restore`, { method: 'POST', body: '{}' });
    },
  };
}

/**
 * One request on a connection of its own: the demo draws for seconds between two calls, in which the app rightly closes
 * a connection that was kept, and a POST cannot be repeated unasked. Throws PanelError with the reason beneath.
 */
async function call(
  what: string,
  url: string,
  init: RequestInit = {},
): Promise<{ readonly answer: Response; readonly text: string }> {
  try {
    const headers = { ...init.headers, connection: 'close' };
    const answer = await fetch(url, { ...init, headers, signal: AbortSignal.timeout(timeoutMs) });
    return { answer, text: await answer.text() };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PanelError(`${what} had no answer: ${reason}.`, { cause: error });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * Opens the app as a merchant does the first time: the admin's page, then the app's page inside it. The app exchanges
 * the session token for its own access on the first call of its API, which the caller makes next.
 */
export async function openPanelPage(panelUrl: string): Promise<void> {
  const admin = await call("The store's admin", panelUrl);
  const source = /<iframe[^>]*\ssrc="([^"]+)"/.exec(admin.text)?.[1];
  if (!admin.answer.ok || source === undefined) {
    throw new PanelError(`The store's admin answered ${admin.answer.status} without a frame for the app.`);
  }
  const address = source.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
  const panel = await call("The app's page", address.replaceAll('&amp;', '&'));
  if (!panel.answer.ok)
    throw new PanelError(`The app answered ${panel.answer.status} to the admin that opened it.`);
}
