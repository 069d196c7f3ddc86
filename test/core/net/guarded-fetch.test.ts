import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { DownloadError } from '../../../web/core/net/errors.ts';
import { createGuardedFetch, type GuardedFetchOptions } from '../../../web/core/net/guarded-fetch.ts';
import { isPublicAddress } from '../../../web/core/net/public-address.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function serve(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => new Promise((resolve) => server.close(resolve)));
  closers.push(async () => server.closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function guarded(options: Partial<GuardedFetchOptions> = {}) {
  const made = createGuardedFetch({
    allowHosts: [
      { host: 'cdn.shopify.com', withSubdomains: false },
      { host: 'replicate.delivery', withSubdomains: true },
    ],
    sandboxOrigin: null,
    maxBytes: 1000,
    deadlineMs: 5000,
    ...options,
  });
  closers.unshift(() => made.close());
  return made;
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof DownloadError) return error.code;
    throw error;
  }
  return 'nothing was thrown';
}

describe('which addresses are asked', () => {
  test.each([
    ['https://cdn.shopify.com/s/files/a.png?v=1', true],
    ['https://replicate.delivery/a.png', true],
    ['https://pbxt.replicate.delivery/a.png', true],
    ['http://cdn.shopify.com/a.png', false],
    ['https://cdn.shopify.com:8443/a.png', false],
    ['https://other.cdn.shopify.com/a.png', false],
    ['https://evilreplicate.delivery/a.png', false],
    ['https://replicate.delivery.evil.example/a.png', false],
    ['https://cdn.shopify.com@evil.example/a.png', false],
    ['https://user:secret@cdn.shopify.com/a.png', false],
    ['http://127.0.0.1:3000/a.png', false],
    ['https://[::1]/a.png', false],
    ['file:///etc/passwd', false],
    ['data:text/plain,hello', false],
    ['not an address', false],
  ])('%s: %s', (url, isAllowed) => {
    expect(guarded().allows(url)).toBe(isAllowed);
  });

  test('an address that is not allowed is refused before anything is asked, and its path is not repeated', async () => {
    let asked = 0;
    const origin = await serve((_request, response) => {
      asked += 1;
      response.end('secret');
    });
    const refusal = guarded().download(`${origin}/signed-path`);
    await expect(refusal).rejects.toMatchObject({ code: 'download-address-refused' });
    await expect(refusal).rejects.not.toThrow(/signed-path/);
    expect(asked).toBe(0);
  });

  test.each([
    [['10.0.0.7']],
    [['93.184.216.34', '127.0.0.1']],
    [['::1']],
    [['::ffff:10.0.0.1']],
    [['169.254.169.254']],
  ])('an allowed name that leads to %s is refused when the connection is made', async (addresses) => {
    const lookup = ((_name: string, _options: object, done: (error: null, list: object[]) => void) =>
      done(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      )) as unknown as NonNullable<GuardedFetchOptions['lookup']>;
    expect(await codeOf(guarded({ lookup }).download('https://cdn.shopify.com/a.png'))).toBe(
      'download-address-refused',
    );
  });

  test('a redirect to a host that is not allowed is not followed', async () => {
    let reached = 0;
    const elsewhere = (
      await serve((_request, response) => {
        reached += 1;
        response.end('inside');
      })
    ).replace('127.0.0.1', 'localhost');
    const origin = await serve((_request, response) =>
      response.writeHead(302, { location: `${elsewhere}/x` }).end(),
    );
    expect(await codeOf(guarded({ sandboxOrigin: origin }).download(`${origin}/a`))).toBe(
      'download-redirected-away',
    );
    expect(reached).toBe(0);
  });

  test('a redirect that goes round and round ends', async () => {
    const origin = await serve((_request, response) => response.writeHead(302, { location: '/again' }).end());
    expect(await codeOf(guarded({ sandboxOrigin: origin }).download(`${origin}/a`))).toBe(
      'download-redirected-away',
    );
  });
});

describe('what is read', () => {
  test('the bytes arrive with their type, through a redirect on the same host', async () => {
    const origin = await serve((request, response) => {
      if (request.url === '/a') response.writeHead(302, { location: '/b' }).end();
      else response.writeHead(200, { 'content-type': 'Image/PNG; charset=x' }).end(Buffer.from([1, 2, 3]));
    });
    const got = await guarded({ sandboxOrigin: origin }).download(`${origin}/a`);
    expect(got).toEqual({
      bytes: new Uint8Array([1, 2, 3]),
      contentType: 'image/png',
      url: `${origin}/b`,
    });
  });

  test('an answer that declares more than the cap is not read', async () => {
    const origin = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '5000' });
      response.flushHeaders();
    });
    expect(await codeOf(guarded({ sandboxOrigin: origin }).download(origin))).toBe('download-too-large');
  });

  test('an answer that declares nothing is cut off at the cap', async () => {
    const origin = await serve((_request, response) => {
      response.write(Buffer.alloc(900));
      response.write(Buffer.alloc(900));
    });
    expect(await codeOf(guarded({ sandboxOrigin: origin }).download(origin))).toBe('download-too-large');
  });

  test('a small packed answer that unpacks past the cap is cut off', async () => {
    const origin = await serve((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(1_000_000))),
    );
    expect(await codeOf(guarded({ sandboxOrigin: origin, maxBytes: 5000 }).download(origin))).toBe(
      'download-too-large',
    );
  });

  test('a caller may ask for less than the cap, never for more', async () => {
    const origin = await serve((_request, response) => response.end(Buffer.alloc(1500)));
    const door = guarded({ sandboxOrigin: origin, maxBytes: 2000 });
    expect(await codeOf(door.download(origin, { maxBytes: 1000 }))).toBe('download-too-large');
    expect((await door.download(origin, { maxBytes: 9000 })).bytes.length).toBe(1500);
    const small = guarded({ sandboxOrigin: origin });
    expect(await codeOf(small.download(origin, { maxBytes: 9000 }))).toBe('download-too-large');
  });

  test.each([
    [404, false],
    [429, true],
    [503, true],
  ])('status %s is an error, worth another try: %s', async (status, isRetriable) => {
    const origin = await serve((_request, response) => response.writeHead(status).end());
    await expect(guarded({ sandboxOrigin: origin }).download(origin)).rejects.toMatchObject({
      code: 'download-status',
      status,
      isRetriable,
    });
  });

  test('a server that falls silent half way runs into the deadline', async () => {
    const origin = await serve((_request, response) => {
      response.write('half');
    });
    expect(await codeOf(guarded({ sandboxOrigin: origin, deadlineMs: 50 }).download(origin))).toBe(
      'download-took-too-long',
    );
  });

  test('a connection that breaks off is worth another try', async () => {
    const origin = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half');
      response.destroy();
    });
    await expect(guarded({ sandboxOrigin: origin }).download(origin)).rejects.toMatchObject({
      code: 'download-broken-off',
      isRetriable: true,
    });
  });

  test('an aborted signal rejects with its own reason', async () => {
    const origin = await serve(() => undefined);
    const stop = new AbortController();
    const going = guarded({ sandboxOrigin: origin }).download(origin, { signal: stop.signal });
    const reason = new Error('the merchant stopped');
    stop.abort(reason);
    await expect(going).rejects.toBe(reason);
  });
});

test.each([
  ['93.184.216.34', true],
  ['8.8.8.8', true],
  ['2606:4700::1111', true],
  ['127.0.0.1', false],
  ['10.1.2.3', false],
  ['172.31.255.255', false],
  ['172.32.0.1', true],
  ['192.168.0.1', false],
  ['169.254.169.254', false],
  ['100.64.0.1', false],
  ['0.0.0.0', false],
  ['224.0.0.1', false],
  ['255.255.255.255', false],
  ['::', false],
  ['::1', false],
  ['::ffff:127.0.0.1', false],
  ['::ffff:8.8.8.8', false],
  ['64:ff9b::7f00:1', false],
  ['fc00::1', false],
  ['fe80::1', false],
  ['2002:7f00:1::', false],
  ['2001:db8::1', false],
  ['localhost', false],
  ['', false],
])('%s is public: %s', (address, isPublic) => {
  expect(isPublicAddress(address)).toBe(isPublic);
});
