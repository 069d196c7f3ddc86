import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type Api, createApi, type LiveSignal, PanelError, reconnectDelayMs } from '../../web/panel/api.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

interface Setup {
  readonly api: Api;
  /** Authorization headers in the order in which they came. */
  readonly tokens: (string | undefined)[];
  /** How long each attempt to connect again would have waited; here it comes at once. */
  readonly delays: number[];
}

async function setUp(listener: RequestListener): Promise<Setup> {
  const tokens: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    tokens.push(request.headers.authorization);
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => new Promise((resolve) => server.close(resolve).closeAllConnections()));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const delays: number[] = [];
  let count = 0;
  const api = createApi({
    fetch: (path, init) => fetch(origin + String(path), init),
    idToken: async () => `token-${++count}`,
    setTimeout: (run, delayMs) => {
      setImmediate(run);
      return delays.push(delayMs);
    },
  });
  return { api, tokens, delays };
}

const live = () => new AbortController().signal;
const json = (response: Parameters<RequestListener>[1], status: number, body: object) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
const errorOf = (promise: Promise<unknown>): Promise<PanelError> =>
  promise.then(
    () => Promise.reject(new Error('it should have failed')),
    (error: unknown) => (error instanceof PanelError ? error : Promise.reject(error)),
  );

test('a refused token is asked for anew, once, and the call goes on', async () => {
  const summary = { total: 0, byStatus: {} };
  let calls = 0;
  const { api, tokens } = await setUp((_request, response) =>
    json(response, ++calls === 1 ? 401 : 200, summary),
  );
  expect(await api.getSummary(live())).toEqual(summary);
  expect(tokens).toEqual(['Bearer token-1', 'Bearer token-2']);
});

test('a session that stays refused ends in a word about the session, after two calls and no more', async () => {
  const { api, tokens } = await setUp((_request, response) => json(response, 401, {}));
  expect(await errorOf(api.getSummary(live()))).toMatchObject({ kind: 'session' });
  expect(tokens).toHaveLength(2);
});

test('the server’s sentence is what a merchant sees', async () => {
  const { api } = await setUp((_request, response) =>
    json(response, 409, { code: 'nothing-to-restore', title: 'There is nothing to put back.' }),
  );
  expect(await errorOf(api.restoreImage('x', false))).toMatchObject({
    kind: 'problem',
    code: 'nothing-to-restore',
    sentence: 'There is nothing to put back.',
  });
});

test('a proxy’s page is not shown as a sentence', async () => {
  const { api } = await setUp((_request, response) => response.writeHead(502).end('<h1>Bad gateway</h1>'));
  expect(await errorOf(api.getSummary(live()))).toMatchObject({ code: 'http-502', sentence: null });
});

test('a server that cannot be reached is told from one that answers wrongly', async () => {
  const { api } = await setUp((request) => request.socket.destroy());
  expect(await errorOf(api.getSummary(live()))).toMatchObject({ kind: 'offline' });
});

test('a call that the page has given up is not an error of the network', async () => {
  const leaving = new AbortController();
  const { api } = await setUp(() => leaving.abort());
  await expect(api.getSummary(leaving.signal)).rejects.toThrow(/abort/i);
});

test('statuses, place and length of a page travel in the address', async () => {
  let address = '';
  const { api } = await setUp((request, response) => {
    address = request.url ?? '';
    json(response, 200, { images: [], next: null });
  });
  await api.listImages({ statuses: ['queued', 'working'], after: 'abc', limit: 25 }, live());
  expect(address).toBe('/api/images?limit=25&status=queued%2Cworking&after=abc');
});

/** Everything that is heard until `isEnough`. */
function hearUntil(api: Api, isEnough: (heard: readonly LiveSignal[]) => boolean): Promise<LiveSignal[]> {
  return new Promise((resolve) => {
    const heard: LiveSignal[] = [];
    const stop = api.watch((signal) => {
      heard.push(signal);
      if (!isEnough(heard)) return;
      stop();
      resolve(heard);
    });
  });
}

test('the stream tells events, comes again with a fresh token when it ends, and says when it is open', async () => {
  const { api, tokens } = await setUp((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(': open\n\ndata: {"type":"reload"}\n\n');
  });
  const heard = await hearUntil(api, ({ length }) => length === 4);
  expect(heard.map(({ type }) => type)).toEqual(['open', 'reload', 'open', 'reload']);
  expect(tokens).toEqual(['Bearer token-1', 'Bearer token-2']);
});

test('a stream that fails twice in a row says that it is lost, and goes on trying', async () => {
  const { api, delays } = await setUp((_request, response) => response.writeHead(503).end());
  const heard = await hearUntil(api, ({ length }) => length === 2);
  expect(heard).toEqual([{ type: 'lost' }, { type: 'lost' }]);
  expect(delays.slice(0, 2)).toEqual([1000, 2000]);
});

test('the wait between attempts grows and has an end', () => {
  expect([1, 2, 3, 4, 5, 50].map(reconnectDelayMs)).toEqual([1000, 2000, 4000, 8000, 15_000, 15_000]);
});
