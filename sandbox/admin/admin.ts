/**
 * The sandbox's Shopify admin: the frame around the app, its session tokens, and the scripts, styles and fonts that
 * Shopify serves from its CDN. One request listener; whoever owns the sandbox's port mounts it.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createBundles, type ScriptName } from './bundle.ts';
import { framePage } from './frame/page.ts';
import { frameCss } from './frame/style.ts';

export interface AdminStore {
  /** The part before `.myshopify.com`. */
  readonly handle: string;
  readonly domain: string;
  readonly name: string;
}

export interface AdminOptions {
  /** Null for a handle that the sandbox does not have. */
  readonly findStore: (handle: string) => AdminStore | null;
  readonly app: { readonly name: string; readonly handle: string; readonly clientSecret: string };
  /** Where the app listens, such as http://127.0.0.1:3000; asked at each page, since the app may start later. */
  readonly appOrigin: () => string;
  /** A fresh token for the store, as App Bridge gives one. */
  readonly issueSessionToken: (shopDomain: string) => string;
  readonly now: () => Date;
}

const fontFolder = join(
  dirname(createRequire(import.meta.url).resolve('@fontsource-variable/inter/package.json')),
  'files',
);
const fontCss = `
@font-face { font-family: "Inter Variable"; font-style: normal; font-weight: 100 900; font-display: swap; src: url("./latin.woff2") format("woff2-variations"); unicode-range: U+0000-00FF, U+0131, U+0152-0153, U+02BB-02BC, U+02C6, U+02DA, U+02DC, U+2000-206F, U+20AC, U+2122, U+2190-2193, U+2212, U+2215, U+FEFF, U+FFFD; }
@font-face { font-family: Inter; font-style: normal; font-weight: 100 900; font-display: swap; src: url("./latin.woff2") format("woff2-variations"); }`;

/** Shopify's query of an embedded page, signed as Shopify signs it: sorted `key=value` pairs under the secret. */
export function embeddedQuery(
  store: AdminStore,
  options: Pick<AdminOptions, 'app' | 'issueSessionToken' | 'now'>,
  adminHost: string,
): URLSearchParams {
  const host = Buffer.from(`${adminHost}/store/${store.handle}`).toString('base64').replace(/=+$/, '');
  const fields: Record<string, string> = {
    embedded: '1',
    host,
    id_token: options.issueSessionToken(store.domain),
    locale: 'en',
    session: randomBytes(16).toString('hex'),
    shop: store.domain,
    timestamp: String(Math.floor(options.now().getTime() / 1000)),
  };
  const message = Object.keys(fields)
    .sort()
    .map((key) => `${key}=${fields[key]}`)
    .join('&');
  const hmac = createHmac('sha256', options.app.clientSecret).update(message).digest('hex');
  return new URLSearchParams({ ...fields, hmac });
}

/** Answers `/store/…` and `/cdn/…`; 404 for anything else. */
export function createAdmin(
  options: AdminOptions,
): (request: IncomingMessage, response: ServerResponse) => void {
  const bundles = createBundles();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', `http://${request.headers.host ?? 'localhost'}`);
    const cdnPath = /^\/cdn\/(?:shopifycloud|admin)\/([\w.-]+)$/.exec(url.pathname)?.[1];
    if (cdnPath === 'frame.css') return send(response, 'text/css', frameCss, 'no-cache');
    if (cdnPath === 'polaris.js' || cdnPath === 'app-bridge.js' || cdnPath === 'frame.js') {
      return sendScript(response, cdnPath);
    }
    if (url.pathname === '/cdn/static/fonts/inter/v4/styles.css') {
      return send(response, 'text/css', fontCss, 'public, max-age=86400');
    }
    if (url.pathname === '/cdn/static/fonts/inter/v4/latin.woff2') return sendFont(response);
    const [, handle, rest] = /^\/store\/([\w-]+)(\/.*)?$/.exec(url.pathname) ?? [];
    const store = handle === undefined ? null : options.findStore(handle);
    if (store === null)
      return send(response, 'text/plain', 'There is no such page in the sandbox.', 'no-store', 404);
    if (rest === '/session-token') {
      if (request.method !== 'POST') return send(response, 'text/plain', 'POST only', 'no-store', 405);
      const body = JSON.stringify({ token: options.issueSessionToken(store.domain) });
      return send(response, 'application/json', body, 'no-store');
    }
    const prefix = `/apps/${options.app.handle}`;
    if (rest !== prefix && rest?.startsWith(`${prefix}/`) !== true) {
      response.writeHead(302, { location: `/store/${store.handle}${prefix}` }).end();
      return;
    }
    sendFrame(response, store, {
      path: rest.slice(prefix.length) || '/',
      search: url.searchParams,
      host: url.host,
    });
  }

  async function sendScript(response: ServerResponse, name: ScriptName): Promise<void> {
    send(response, 'text/javascript', await bundles(name), 'public, max-age=60');
  }

  function sendFrame(
    response: ServerResponse,
    store: AdminStore,
    place: { path: string; search: URLSearchParams; host: string },
  ): void {
    const frameUrl = new URL(place.path, options.appOrigin());
    const query = new URLSearchParams([...place.search, ...embeddedQuery(store, options, place.host)]);
    frameUrl.search = query.toString();
    const nonce = randomBytes(16).toString('base64');
    response.setHeader(
      'content-security-policy',
      `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'self'; font-src 'self'; img-src data:; connect-src 'self'; frame-src ${frameUrl.origin}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    const { name, handle } = options.app;
    send(
      response,
      'text/html; charset=utf-8',
      framePage({
        storeName: store.name,
        storeHandle: store.handle,
        appName: name,
        appHandle: handle,
        frameUrl: frameUrl.href,
        nonce,
      }),
      'no-store',
    );
  }

  return (request, response) => {
    answer(request, response).catch((error: unknown) => {
      // Only a broken bundle comes here: said in full, since whoever reads it is the developer.
      if (response.headersSent) response.destroy();
      else
        send(
          response,
          'text/plain',
          `Sandbox admin: ${error instanceof Error ? error.stack : error}`,
          'no-store',
          500,
        );
    });
  };
}

function send(response: ServerResponse, type: string, body: string, cache: string, status = 200): void {
  const charset = /^text\/|json|javascript/.test(type) && !type.includes('charset') ? '; charset=utf-8' : '';
  response
    .writeHead(status, {
      'content-type': type + charset,
      'cache-control': cache,
      'access-control-allow-origin': '*',
    })
    .end(body);
}

function sendFont(response: ServerResponse): void {
  response.writeHead(200, {
    'content-type': 'font/woff2',
    'cache-control': 'public, max-age=86400',
    'access-control-allow-origin': '*',
  });
  createReadStream(join(fontFolder, 'inter-latin-wght-normal.woff2')).pipe(response);
}
