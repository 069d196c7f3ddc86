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
    const answer = await fetch(origin + path, {
      ...init,
      headers: { authorization: `Bearer ${sessionToken()}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await answer.text();
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
  const admin = await fetch(panelUrl, { signal: AbortSignal.timeout(timeoutMs) });
  const page = await admin.text();
  const source = /<iframe[^>]*\ssrc="([^"]+)"/.exec(page)?.[1];
  if (!admin.ok || source === undefined) {
    throw new PanelError(`The store's admin answered ${admin.status} without a frame for the app.`);
  }
  const address = source.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
  const panel = await fetch(address.replaceAll('&amp;', '&'), { signal: AbortSignal.timeout(timeoutMs) });
  await panel.arrayBuffer();
  if (!panel.ok) throw new PanelError(`The app answered ${panel.status} to the admin that opened it.`);
}
