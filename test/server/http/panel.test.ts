import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { panelPages } from '../../../web/server/http/panel.ts';

let panelDir = '';
const servers: Server[] = [];

async function open(deps: { sandbox?: string | null; panelDir?: string } = {}): Promise<string> {
  const app = express();
  app.use(
    panelPages({ apiKey: 'key-<1>', sandbox: deps.sandbox ?? null, panelDir: deps.panelDir ?? panelDir }),
  );
  const server = createServer(app);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

beforeAll(async () => {
  panelDir = await mkdtemp(join(tmpdir(), 'vitrine-panel-'));
  await mkdir(join(panelDir, '.vite'));
  await mkdir(join(panelDir, 'assets'));
  const manifest = {
    'main.tsx': { file: 'assets/main-1a2b.js', isEntry: true, css: ['assets/main-3c4d.css'] },
  };
  await writeFile(join(panelDir, '.vite', 'manifest.json'), JSON.stringify(manifest));
  await writeFile(join(panelDir, 'assets', 'main-1a2b.js'), 'export {};');
});
afterAll(async () => {
  for (const server of servers) server.close().closeAllConnections();
  await rm(panelDir, { recursive: true });
});

test('App Bridge is the first script of the page, before Polaris and before ours, none of them async', async () => {
  const page = await (await fetch(await open())).text();
  const scripts = [...page.matchAll(/<script([^>]*)src="([^"]*)"/g)];
  expect(scripts.map((match) => match[2])).toEqual([
    'https://cdn.shopify.com/shopifycloud/app-bridge.js',
    'https://cdn.shopify.com/shopifycloud/polaris.js',
    '/assets/main-1a2b.js',
  ]);
  expect(scripts.slice(0, 2).map((match) => match[1])).not.toContainEqual(
    expect.stringMatching(/async|defer/),
  );
  expect(page).toContain('<meta name="shopify-api-key" content="key-&#60;1&#62;">');
  expect(page.indexOf('shopify-api-key')).toBeLessThan(page.indexOf('app-bridge.js'));
});

test('in the sandbox the same scripts come from its own CDN', async () => {
  const page = await (await fetch(await open({ sandbox: 'http://127.0.0.1:4010' }))).text();
  expect(page).toContain('src="http://127.0.0.1:4010/cdn/shopifycloud/app-bridge.js"');
  expect(page).not.toContain('cdn.shopify.com');
});

const policyOf = async (url: string) => (await fetch(url)).headers.get('content-security-policy') ?? '';

test('only the admin of the shop that is named may frame the page', async () => {
  const origin = await open();
  const policy = await policyOf(`${origin}/?shop=acme.myshopify.com`);
  expect(policy).toContain('frame-ancestors https://acme.myshopify.com https://admin.shopify.com');
});

test.each(['evil.example.com', 'a.myshopify.com; script-src *', '*.myshopify.com', ''])(
  'a shop called "%s" opens no door',
  async (shop) => {
    const policy = await policyOf(`${await open()}/?shop=${encodeURIComponent(shop)}`);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('evil');
  },
);

test('each page has its own nonce, and scripts run by it alone', async () => {
  const origin = await open();
  const policies = [await policyOf(origin), await policyOf(origin)];
  const nonces = policies.map((policy) => /script-src [^;]*'nonce-([^']+)'/.exec(policy)?.[1]);
  expect(nonces[0]).toMatch(/^[A-Za-z0-9+/=]{20,}$/);
  expect(nonces[0]).not.toBe(nonces[1]);
  expect(/script-src [^;]*/.exec(policies[0] ?? '')?.[0]).not.toMatch(/unsafe|\*|data:/);
});

test.each(['/', '/images', '/images/0199a1b2-0000-7000-8000-000000000001'])(
  '%s is the panel',
  async (path) => {
    const response = await fetch((await open()) + path);
    expect(response.headers.get('content-type')).toMatch(/^text\/html/);
    expect(response.headers.get('cache-control')).toBe('no-store');
  },
);

test('hashed files are kept by browsers for good; nothing else of the folder is served', async () => {
  const origin = await open();
  const script = await fetch(`${origin}/assets/main-1a2b.js`);
  expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  for (const path of ['/.vite/manifest.json', '/assets/..%2f.vite%2fmanifest.json', '/assets/']) {
    expect((await fetch(origin + path)).status, path).toBeGreaterThanOrEqual(400);
  }
});

test('a panel that was not built is an error, and is found once it is there', async () => {
  const later = await mkdtemp(join(tmpdir(), 'vitrine-panel-'));
  const origin = await open({ panelDir: later });
  expect((await fetch(origin)).status).toBe(500);
  await mkdir(join(later, '.vite'));
  await writeFile(
    join(later, '.vite', 'manifest.json'),
    '{"main.tsx":{"file":"assets/m.js","isEntry":true}}',
  );
  expect((await fetch(origin)).status).toBe(200);
  await rm(later, { recursive: true });
});

test('a page that is opened by itself knows the way into the shop’s admin', async () => {
  const page = await (await fetch(`${await open()}/?shop=acme.myshopify.com`)).text();
  expect(page).toContain('data-admin-url="https://admin.shopify.com/store/acme/apps/key-&#60;1&#62;"');
});
