/** The main origin: Admin API, token endpoint, and what colleagues mount beside them. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { World } from '../world.ts';
import { readBody, sendJson, sendText } from './http.ts';

const graphqlPath = /^\/shops\/([^/]+)\/admin\/api\/([^/]+)\/graphql\.json$/;
const tokenPath = /^\/shops\/([^/]+)\/admin\/oauth\/access_token$/;
const maxFormBytes = 64_000;

function fieldsOf(body: string, contentType: string): Record<string, string> | null {
  if (contentType.includes('application/json')) {
    try {
      const parsed: unknown = JSON.parse(body);
      if (parsed === null || typeof parsed !== 'object') return null;
      return Object.fromEntries(Object.entries(parsed).map(([key, value]) => [key, String(value)]));
    } catch {
      return null;
    }
  }
  return Object.fromEntries(new URLSearchParams(body));
}

export function createMainHost(world: World, mounts: ReadonlyMap<string, RequestListener>) {
  async function answerToken(
    domain: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const body = await readBody(request, maxFormBytes);
    const shop = world.shopByDomain(domain);
    if (request.method !== 'POST') return sendText(response, 405, 'Method Not Allowed');
    if (shop === undefined) return sendText(response, 404, 'Not Found');
    const failed = world.faults.strike('oauth.serverError', { shop: domain });
    if (failed !== null) return sendJson(response, failed.status ?? 503, { errors: 'Internal Server Error' });
    const fields = fieldsOf(body.toString('utf8'), request.headers['content-type'] ?? '');
    if (fields === null)
      return sendJson(response, 400, {
        error: 'invalid_request',
        error_description: 'The body cannot be read',
      });
    const answer = world.tokens.answer(shop, fields);
    sendJson(response, answer.status, answer.body);
  }

  async function answerGraphql(
    domain: string,
    version: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const shop = world.shopByDomain(domain);
    if (shop === undefined) return sendJson(response, 404, { errors: 'Not Found' });
    if (request.method !== 'POST') return sendJson(response, 405, { errors: 'Method Not Allowed' });
    await world.graphql(shop, version, request, response);
  }

  /** The longest mounted path that the request lies below. */
  function mountFor(path: string): [prefix: string, listener: RequestListener] | null {
    const fitting = [...mounts].filter(([prefix]) => path === prefix || path.startsWith(`${prefix}/`));
    return fitting.sort(([a], [b]) => b.length - a.length)[0] ?? null;
  }

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const address = request.url ?? '/';
    const path = address.split('?')[0] ?? '/';
    const graphql = graphqlPath.exec(path);
    if (graphql !== null) return answerGraphql(graphql[1] ?? '', graphql[2] ?? '', request, response);
    const token = tokenPath.exec(path);
    if (token !== null) return answerToken(token[1] ?? '', request, response);
    const mounted = mountFor(path);
    if (mounted === null) return sendText(response, 404, 'Not Found');
    const [prefix, listener] = mounted;
    const rest = address.slice(prefix.length);
    request.url = rest.startsWith('/') ? rest : `/${rest}`;
    listener(request, response);
  };
}
