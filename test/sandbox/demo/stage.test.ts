import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { openPanelPage } from '../../../sandbox/demo/panel-client.ts';
import { openStage } from '../../../sandbox/demo/stage.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** An app that only notes who opened it. */
async function listen(status: number): Promise<{ origin: string; seen: URL[] }> {
  const seen: URL[] = [];
  const server = createServer((request, response) => {
    seen.push(new URL(request.url ?? '/', 'http://app'));
    response.writeHead(status).end('page');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => new Promise((resolve) => server.close(resolve)));
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

test('opening the panel goes through the admin, which hands the app a signed address with a session token', async () => {
  const app = await listen(200);
  const stage = await openStage({ port: 0, appOrigin: app.origin });
  closers.push(() => stage.close());
  await openPanelPage(stage.panelUrl);
  const [opened] = app.seen;
  expect(opened?.searchParams.get('shop')).toBe(stage.shop.domain);
  expect(opened?.searchParams.get('id_token')?.split('.')).toHaveLength(3);
  expect(opened?.searchParams.get('hmac')).toMatch(/^[0-9a-f]{64}$/);
  expect(opened?.searchParams.get('embedded')).toBe('1');
});

test('an app that refuses, and an admin without the store, are told', async () => {
  const app = await listen(500);
  const stage = await openStage({ port: 0, appOrigin: app.origin });
  closers.push(() => stage.close());
  await expect(openPanelPage(stage.panelUrl)).rejects.toThrow(/The app answered 500/);
  const elsewhere = stage.panelUrl.replace('/store/vitrine-sandbox', '/store/another');
  await expect(openPanelPage(elsewhere)).rejects.toThrow(/admin answered 404/);
});
