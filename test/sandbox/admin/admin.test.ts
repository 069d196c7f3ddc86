import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Script } from 'node:vm';
import '@shopify/shopify-api/adapters/node';
import { ApiVersion, shopifyApi } from '@shopify/shopify-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAdmin } from '../../../sandbox/admin/admin.ts';
import { issueSessionToken } from '../../../sandbox/store/identity/session-token.ts';

const app = { name: 'Vitrine', handle: 'vitrine', clientSecret: 'shpss_secret' };
const store = { handle: 'acme', domain: 'acme.myshopify.com', name: 'Acme <script>alert(1)</script> & Co' };
const clientId = 'client';
const server = createServer(
  createAdmin({
    findStore: (handle) => (handle === store.handle ? store : null),
    app,
    appOrigin: () => 'http://127.0.0.1:9',
    issueSessionToken: (shop) =>
      issueSessionToken({ shop, clientId, clientSecret: app.clientSecret, nowMs: Date.now() }),
    now: () => new Date(),
  }),
);
let origin = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve).closeAllConnections()));

async function frameUrlOf(path: string): Promise<URL> {
  const page = await (await fetch(origin + path)).text();
  const source = /<iframe[^>]*\ssrc="([^"]*)"/.exec(page)?.[1] ?? '';
  return new URL(source.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code))));
}

const shopify = shopifyApi({
  apiKey: clientId,
  apiSecretKey: app.clientSecret,
  hostName: 'app.example.com',
  apiVersion: ApiVersion.October26,
  isEmbeddedApp: true,
});

test('the app is opened with a query that Shopify’s own library takes for Shopify’s', async () => {
  const url = await frameUrlOf('/store/acme/apps/vitrine');
  const query = Object.fromEntries(url.searchParams);
  expect(await shopify.utils.validateHmac(query)).toBe(true);
  expect(query).toMatchObject({ embedded: '1', shop: store.domain, locale: 'en' });
  expect(Buffer.from(query['host'] ?? '', 'base64').toString()).toMatch(/\/store\/acme$/);
  const claims = await shopify.session.decodeSessionToken(query['id_token'] ?? '');
  expect(claims.dest).toBe(`https://${store.domain}`);
});

test('a query that was changed on the way is not Shopify’s', async () => {
  const url = await frameUrlOf('/store/acme/apps/vitrine');
  const query = { ...Object.fromEntries(url.searchParams), shop: 'other.myshopify.com' };
  expect(await shopify.utils.validateHmac(query)).toBe(false);
});

test('an address inside the app opens the app’s page of the same path', async () => {
  const url = await frameUrlOf('/store/acme/apps/vitrine/images/7?status=good');
  expect(url.pathname).toBe('/images/7');
  expect(url.searchParams.get('status')).toBe('good');
});

test('a store’s name cannot put markup into the frame', async () => {
  const response = await fetch(`${origin}/store/acme/apps/vitrine`);
  expect(await response.text()).not.toContain('<script>alert(1)');
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
});

test.each([
  '/store/nobody/apps/vitrine',
  '/store/nobody/session-token',
  '/elsewhere',
  '/cdn/shopifycloud/other.js',
])('%s is not there', async (path) => {
  expect((await fetch(origin + path, { method: path.endsWith('token') ? 'POST' : 'GET' })).status).toBe(404);
});

test('a session token is given for a POST only, and is one that the app accepts', async () => {
  const path = `${origin}/store/acme/session-token`;
  expect((await fetch(path)).status).toBe(405);
  const { token } = (await (await fetch(path, { method: 'POST' })).json()) as { token: string };
  expect((await shopify.session.decodeSessionToken(token)).aud).toBe(clientId);
});

test.each(['polaris.js', 'app-bridge.js'])('%s is one classic script', async (name) => {
  const response = await fetch(`${origin}/cdn/shopifycloud/${name}`);
  expect(response.headers.get('content-type')).toMatch(/^text\/javascript/);
  const text = await response.text();
  expect(() => new Script(text)).not.toThrow();
  expect(text).not.toMatch(/^\s*(import|export)\s/m);
});

test('the font that the page asks for is served', async () => {
  const css = await (await fetch(`${origin}/cdn/static/fonts/inter/v4/styles.css`)).text();
  const file = /url\("\.\/([^"]+)"\)/.exec(css)?.[1];
  const font = await fetch(`${origin}/cdn/static/fonts/inter/v4/${file}`);
  expect(
    Buffer.from(await font.arrayBuffer())
      .subarray(0, 4)
      .toString(),
  ).toBe('wOF2');
});
