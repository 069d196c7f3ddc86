import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createPanelClient, PanelError } from '../../../sandbox/demo/panel-client.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function listen(handle: RequestListener) {
  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => new Promise((resolve) => server.close(resolve)));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { server, panel: createPanelClient({ origin, sessionToken: () => 'token' }) };
}

test('each call has a connection of its own, so that none is sent into one that the app closed meanwhile', async () => {
  const asked: (string | undefined)[] = [];
  const { panel } = await listen((request, response) => {
    asked.push(request.headers.connection);
    response.end('{"images":[],"next":null}');
  });
  await panel.images();
  expect(asked).toEqual(['close']);
});

test('pages are read to the last one, each with a token', async () => {
  const asked: string[] = [];
  const { panel } = await listen((request, response) => {
    asked.push(`${request.headers.authorization} ${request.url}`);
    response.end(JSON.stringify({ images: [], next: asked.length < 2 ? 'a/b' : null }));
  });
  await panel.images();
  expect(asked).toEqual([
    'Bearer token /api/images?limit=250',
    'Bearer token /api/images?limit=250&after=a%2Fb',
  ]);
});

test('a refusal is told with its title, a broken connection with its reason', async () => {
  let isBroken = false;
  const { panel } = await listen((request, response) => {
    if (isBroken) request.socket.destroy();
    else response.writeHead(409).end('{"type":"x","title":"It was changed.","status":409,"code":"conflict"}');
  });
  await expect(panel.restore('7')).rejects.toThrow(
    'The app answered 409 to POST /api/images/7/restore: It was changed.',
  );
  isBroken = true;
  await expect(panel.restore('7')).rejects.toThrow(PanelError);
  await expect(panel.restore('7')).rejects.toThrow(/^POST \/api\/images\/7\/restore had no answer: .+\.$/);
});
