import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { setImageStatus } from '../../../../web/core/store/images.ts';
import { imageStatuses } from '../../../../web/core/store/records.ts';
import { createEventParser } from '../../../../web/panel/model/event-parser.ts';
import {
  type ImageDetail,
  type ImageList,
  type LiveEvent,
  liveEventSchema,
  problemSchema,
  type Summary,
} from '../../../../web/server/http/api/schemas.ts';
import { openPanelStage, type PanelStage, seedImage } from './panel-stage.ts';

const shop = 'first.myshopify.com';
const otherShop = 'second.myshopify.com';
let stage: PanelStage;

beforeAll(async () => {
  stage = await openPanelStage();
});
afterAll(() => stage.close());

async function read<T>(domain: string, path: string): Promise<T> {
  const response = await stage.get(domain, path);
  expect(response.status, path).toBe(200);
  return (await response.json()) as T;
}

async function problemOf(response: Response) {
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  const problem = problemSchema.parse(await response.json());
  expect(problem.status).toBe(response.status);
  return problem;
}

describe('who may ask', () => {
  const paths = ['/api/images', '/api/summary', '/api/events', `/api/images/${randomUUID()}`, '/api/nothing'];

  test.each(paths)(
    '%s without a token is refused with the header that makes App Bridge bring one',
    async (path) => {
      const response = await fetch(stage.origin + path);
      expect(response.status).toBe(401);
      expect(response.headers.get('x-shopify-retry-invalid-session-request')).toBe('1');
      await problemOf(response);
    },
  );

  test.each([
    ['has expired', { exp: Math.floor(Date.now() / 1000) - 60 }],
    ['is for another app', { aud: 'another-app' }],
    ['is signed by somebody else', { secret: 'not-ours' }],
    ['is not signed', { alg: 'none' }],
  ] as const)('a token that %s is refused', async (_what, overrides) => {
    const headers = { authorization: `Bearer ${stage.token(shop, overrides)}` };
    expect((await fetch(`${stage.origin}/api/summary`, { headers })).status).toBe(401);
  });
});

describe('the list', () => {
  const listShop = 'list.myshopify.com';
  beforeAll(async () => {
    for (const [index, status] of ['good', 'enhanced', 'queued', 'failed', 'good'].entries()) {
      await seedImage(stage, listShop, { fileName: `p${index}.png`, status: status as 'good' });
    }
  });

  test('shows the last changed first, with what a row needs', async () => {
    const { images, next } = await read<ImageList>(listShop, '/api/images');
    expect(images.map(({ fileName }) => fileName)).toEqual([
      'p4.png',
      'p3.png',
      'p2.png',
      'p1.png',
      'p0.png',
    ]);
    expect(next).toBeNull();
    expect(images[3]).toMatchObject({
      status: 'enhanced',
      before: { widthPx: 40, heightPx: 30 },
      shown: { widthPx: 160, heightPx: 120 },
      canRestore: true,
    });
  });

  test('pages follow each other without a gap or a repetition', async () => {
    const names: string[] = [];
    let after: string | null = null;
    do {
      const place: string = after === null ? '' : `&after=${after}`;
      const page: ImageList = await read(listShop, `/api/images?limit=2${place}`);
      expect(page.images.length).toBeLessThanOrEqual(2);
      names.push(...page.images.map(({ fileName }) => fileName));
      after = page.next;
    } while (after !== null);
    expect(names).toEqual(['p4.png', 'p3.png', 'p2.png', 'p1.png', 'p0.png']);
  });

  test.each([
    ['good', 2],
    ['good,failed', 3],
    ['working', 0],
  ])('status=%s leaves %d', async (status, count) => {
    expect((await read<ImageList>(listShop, `/api/images?status=${status}`)).images).toHaveLength(count);
  });

  test.each([
    'status=nonsense',
    'limit=0',
    'limit=251',
    'limit=x',
    'after=%00',
    'after=e30',
    `search=${'a'.repeat(10_000)}`,
  ])('?%s is refused in a sentence', async (query) => {
    const response = await stage.get(listShop, `/api/images?${query}`);
    expect(response.status).toBe(400);
    expect((await problemOf(response)).code).toBe('bad-request');
  });

  test('counts every status', async () => {
    const summary = await read<Summary>(listShop, '/api/summary');
    expect(summary.total).toBe(5);
    expect(Object.keys(summary.byStatus).sort()).toEqual([...imageStatuses].sort());
    expect(summary.byStatus).toMatchObject({ good: 2, enhanced: 1, queued: 1, failed: 1, working: 0 });
  });
});

describe('one image', () => {
  test('is told with both pictures, the figures and its history', async () => {
    const { id } = await seedImage(stage, shop, { fileName: 'mug.png', status: 'enhanced' });
    const detail = await read<ImageDetail>(shop, `/api/images/${id}`);
    expect(detail.before).toMatchObject({ widthPx: 40, heightPx: 30, mimeType: 'image/png' });
    expect(detail.after).toMatchObject({ widthPx: 160, heightPx: 120 });
    expect(detail.attempt).toMatchObject({
      engine: 'local',
      steps: 1,
      costMicros: 0,
      verdict: { kind: 'publish' },
    });
    expect(detail.attempt?.measures.map(({ name }) => name)).toEqual(['lrPsnr', 'deltaEMean']);
    expect(detail.history).toMatchObject([{ kind: 'enhanced', by: 'automation' }]);
  });

  test('of another shop is not there', async () => {
    const { id } = await seedImage(stage, shop, { fileName: 'secret.png', status: 'enhanced' });
    expect((await problemOf(await stage.get(otherShop, `/api/images/${id}`))).code).toBe('not-found');
    expect((await read<ImageList>(otherShop, '/api/images')).images).toEqual([]);
  });

  test.each(['nonsense', '..%2f..%2fetc%2fpasswd'])('called %s is refused', async (id) => {
    expect((await stage.get(shop, `/api/images/${id}`)).status).toBe(400);
  });

  test('markup in a title leaves as JSON that a browser does not take for a page', async () => {
    const productTitle = '<script>alert(1)</script>';
    const { id } = await seedImage(stage, shop, { fileName: 'x.png', productTitle, status: 'good' });
    const response = await stage.get(shop, `/api/images/${id}`);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(((await response.json()) as ImageDetail).image.productTitle).toBe(productTitle);
  });
});

describe('restore', () => {
  const post = (domain: string, id: string, body = '{}') =>
    fetch(`${stage.origin}/api/images/${id}/restore`, {
      method: 'POST',
      body,
      headers: { authorization: `Bearer ${stage.token(domain)}`, 'content-type': 'application/json' },
    });

  test('leaves a job with who asked, and answers that it is stored', async () => {
    const { id } = await seedImage(stage, shop, { fileName: 'back.png', status: 'enhanced' });
    const response = await post(shop, id);
    expect(response.status).toBe(202);
    const { restoreId } = (await response.json()) as { restoreId: string };
    const jobs = await stage.store.boss.fetch<{ imageId: string }>('restore-image', { batchSize: 50 });
    expect(jobs.map(({ data }) => data).find(({ imageId }) => imageId === id)).toEqual({
      shopId: await stage.shopId(shop),
      imageId: id,
      restoreId,
      actor: { kind: 'staff', id: '42' },
      isForced: false,
    });
  });

  test('of an image that was never changed is refused with the reason', async () => {
    const { id } = await seedImage(stage, shop, { fileName: 'as-it-was.png', status: 'good' });
    const response = await post(shop, id);
    expect(response.status).toBe(409);
    expect((await problemOf(response)).code).toBe('nothing-to-restore');
  });

  test('of another shop’s image does nothing', async () => {
    const { id } = await seedImage(stage, shop, { fileName: 'mine.png', status: 'enhanced' });
    expect((await post(otherShop, id)).status).toBe(404);
    const jobs = await stage.store.boss.fetch<{ imageId: string }>('restore-image', { batchSize: 50 });
    expect(jobs.filter(({ data }) => data.imageId === id)).toEqual([]);
  });

  test.each(['{', '{"isForced":"yes"}', '{"everything":true}', `"${'x'.repeat(70_000)}"`])(
    'with the body %.20s is refused',
    async (body) => {
      const { id } = await seedImage(stage, shop, { fileName: 'body.png', status: 'enhanced' });
      const response = await post(shop, id, body);
      expect([400, 413]).toContain(response.status);
      await problemOf(response);
    },
  );
});

describe('the live stream', () => {
  /** Opens the stream of a shop; `next` gives the events after the greeting, one after another. */
  async function open(domain: string) {
    const response = await stage.get(domain, '/api/events');
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const reader = (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream()).getReader();
    const parse = createEventParser();
    const waiting: LiveEvent[] = [];
    const next = async (): Promise<LiveEvent> => {
      while (waiting.length === 0) {
        const chunk = await reader.read();
        if (chunk.done) throw new Error('the stream ended');
        waiting.push(...parse(chunk.value).map((data) => liveEventSchema.parse(JSON.parse(data))));
      }
      return waiting.shift() as LiveEvent;
    };
    // The greeting ends with the counts.
    const greeting: LiveEvent[] = [];
    while (greeting.at(-1)?.type !== 'summary') greeting.push(await next());
    return { greeting, next, close: () => reader.cancel() };
  }

  test('tells a changed image and the new counts to the shop’s panels, and nothing to another’s', async () => {
    const [mine, theirs] = ['live.myshopify.com', 'quiet.myshopify.com'];
    const { id } = await seedImage(stage, mine, { fileName: 'live.png', status: 'queued' });
    const { id: theirId } = await seedImage(stage, theirs, { fileName: 'quiet.png', status: 'queued' });
    const [stream, otherStream] = [await open(mine), await open(theirs)];
    const [shopId, theirShopId] = [await stage.shopId(mine), await stage.shopId(theirs)];

    stage.events.publish(shopId, { type: 'progress', imageId: id, progress: 0.5 });
    expect(await stream.next()).toEqual({ type: 'progress', imageId: id, progress: 0.5 });
    await setImageStatus(stage.store.forShop(shopId), id, { status: 'good' });
    stage.events.publish(shopId, { type: 'image', imageId: id, status: 'good' });
    let event = await stream.next();
    while (event.type !== 'images') event = await stream.next();
    expect(event.images[0]?.status).toBe('good');
    expect(event.images.map((image) => image.id)).toEqual([id]);

    // Whatever was said to the first shop has passed by now; the other hears its own word first.
    stage.events.publish(theirShopId, { type: 'progress', imageId: theirId, progress: 0.25 });
    expect(await otherStream.next()).toEqual({ type: 'progress', imageId: theirId, progress: 0.25 });
    await stream.close();
    await otherStream.close();
  });

  test('greets with what changed since the page was read, and with the counts', async () => {
    const domain = 'greeted.myshopify.com';
    const { id } = await seedImage(stage, domain, { fileName: 'just-now.png', status: 'good' });
    const long = await seedImage(stage, domain, { fileName: 'long-ago.png', status: 'good' });
    await stage.store.db.image.update({ where: { id: long.id }, data: { updatedAt: new Date(0) } });
    const { greeting, close } = await open(domain);
    expect(greeting).toMatchObject([
      { type: 'images', images: [{ id }] },
      { type: 'summary', summary: { total: 2 } },
    ]);
    await close();
  });

  test('shows a change of which no word came', async () => {
    const domain = 'unheard.myshopify.com';
    const { id } = await seedImage(stage, domain, { fileName: 'unheard.png', status: 'queued' });
    const stream = await open(domain);
    const shopDb = stage.store.forShop(await stage.shopId(domain));
    // Every status differs from the one before, so that whichever look comes first, a later one sees a change.
    const flip = setInterval(async () => {
      const { status } = await stage.store.db.image.findUniqueOrThrow({ where: { id } });
      await setImageStatus(shopDb, id, { status: status === 'good' ? 'queued' : 'good' });
    }, 50);
    expect(await stream.next()).toMatchObject({ type: 'images', images: [{ id }] });
    clearInterval(flip);
    await stream.close();
  });
});

describe('pictures', () => {
  const linkOf = async () => {
    const { id } = await seedImage(stage, shop, { fileName: `${randomUUID()}.png`, status: 'enhanced' });
    const { before } = await read<ImageDetail>(shop, `/api/images/${id}`);
    return new URL(before?.url ?? '', stage.origin);
  };

  test('are served by their signed address, as pictures and nothing else', async () => {
    const response = await fetch(await linkOf());
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, max-age=31536000, immutable',
    });
    expect(
      Buffer.from(await response.arrayBuffer())
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');
  });

  test('keep their address from one reading to the next, so that a browser need not load them again', async () => {
    const { id } = await seedImage(stage, shop, { fileName: 'same.png', status: 'enhanced' });
    const [one, two] = [
      await read<ImageDetail>(shop, `/api/images/${id}`),
      await read<ImageDetail>(shop, `/api/images/${id}`),
    ];
    expect(two.before?.url).toBe(one.before?.url);
  });

  test.each([
    ['digest', (url: URL) => new URL(url.href.replace(/blobs\/.{4}/, 'blobs/0000'))],
    ['shop', (url: URL) => with_(url, 'shop', randomUUID())],
    ['time', (url: URL) => with_(url, 'expires', '9999999999')],
    ['signature', (url: URL) => with_(url, 'signature', Buffer.alloc(32).toString('base64url'))],
  ])('are refused when the %s of the address was changed', async (_what, change) => {
    const response = await fetch(change(await linkOf()));
    expect(response.status).toBe(403);
    expect((await problemOf(response)).code).toBe('link-expired');
  });

  function with_(url: URL, name: string, value: string): URL {
    const changed = new URL(url);
    changed.searchParams.set(name, value);
    return changed;
  }
});

test('an address that the API does not have is told so, with a token', async () => {
  expect((await problemOf(await stage.get(shop, '/api/nothing'))).code).toBe('page-unknown');
});
