import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findDelivery } from '../../../web/core/store/deliveries.ts';
import { handledTopics } from '../../../web/server/http/webhook-payload.ts';
import { type Edge, oldSecret, openEdge, productBody, sign, testShop, webhook } from '../../support/edge.ts';
import { storeKinds, useStore } from '../../support/stores.ts';

describe.each(storeKinds)('POST /webhooks on %s', (kind) => {
  const store = useStore(kind);
  let edge: Edge;
  beforeAll(async () => {
    edge = await openEdge(store());
  });
  afterAll(() => edge.close());

  const post = (init: RequestInit) => fetch(`${edge.url}/webhooks`, init);
  const jobsFor = (id: string) => store().db.$queryRaw<unknown[]>`
    SELECT id FROM pgboss.job WHERE name = 'process-delivery' AND data->>'deliveryId' = ${id}`;

  test('a delivery is answered 200 and then it and its one job are there, trimmed to what work needs', async () => {
    const response = await post(webhook({ id: 'first' }));
    expect(response.status).toBe(200);
    const delivery = await findDelivery(store().db, 'first');
    expect(delivery).toMatchObject({
      shopDomain: testShop,
      topic: 'products/update',
      apiVersion: '2026-10',
      triggeredAt: new Date('2026-11-01T10:00:00.123Z'),
      payload: {
        productId: 'gid://shopify/Product/1',
        title: 'Product 1',
        media: [{ mediaId: 'gid://shopify/MediaImage/1', widthPx: 540, url: expect.stringContaining('v=1') }],
      },
    });
    expect(JSON.stringify(delivery?.payload)).not.toMatch(/price|inventory/);
    expect(await jobsFor('first')).toHaveLength(1);
  });

  test('a repeated delivery is answered 200 and adds nothing, also when both come at once', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => post(webhook({ id: 'again' }))));
    expect((await post(webhook({ id: 'again' }))).status).toBe(200);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(await store().db.delivery.count({ where: { id: 'again' } })).toBe(1);
    expect(await jobsFor('again')).toHaveLength(1);
  });

  test('the secret before the rotation is still accepted', async () => {
    expect((await post(webhook({ secret: oldSecret }))).status).toBe(200);
  });

  test('two hundred deliveries at once are all stored, each with its job', async () => {
    const ids = Array.from({ length: 200 }, (_, n) => `storm-${n}`);
    const answers = await Promise.all(ids.map((id, n) => post(webhook({ id, body: productBody(n + 1) }))));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(await store().db.delivery.count({ where: { id: { in: ids } } })).toBe(200);
    const jobs = await store().db.$queryRaw<{ count: bigint }[]>`
      SELECT count(*) FROM pgboss.job WHERE data->>'deliveryId' LIKE 'storm-%'`;
    expect(Number(jobs[0]?.count)).toBe(200);
  });

  test('an unknown topic is kept and answered 200, without a job', async () => {
    expect((await post(webhook({ id: 'unknown', topic: 'orders/paid', body: '{"secret":1}' }))).status).toBe(
      200,
    );
    expect(await findDelivery(store().db, 'unknown')).toMatchObject({ topic: 'orders/paid', payload: {} });
    expect(await jobsFor('unknown')).toHaveLength(0);
  });

  const nothing = '{}';
  test.each<[string, number, string, () => RequestInit]>([
    ['a wrong signature', 401, 'webhook-forged', () => webhook({ secret: 'not-ours' })],
    ['no signature', 401, 'webhook-forged', () => webhook({ headers: { 'x-shopify-hmac-sha256': '' } })],
    ['a body changed on its way', 401, 'webhook-forged', () => ({ ...webhook(), body: productBody(2) })],
    ['a body that is not JSON, rightly signed', 400, 'webhook-unreadable', () => webhook({ body: 'mug' })],
    [
      'a body that is not JSON, wrongly signed',
      401,
      'webhook-forged',
      () => webhook({ body: 'mug', secret: 'x' }),
    ],
    ['no body', 401, 'webhook-forged', () => webhook({ body: '' })],
    ['a product without an id', 400, 'webhook-unreadable', () => webhook({ body: nothing })],
    [
      'a shop that is none',
      400,
      'webhook-incomplete',
      () => webhook({ headers: { 'x-shopify-shop-domain': 'evil.example' } }),
    ],
    ['no webhook id', 400, 'webhook-incomplete', () => webhook({ headers: { 'x-shopify-webhook-id': '' } })],
    [
      'an id that is no key',
      400,
      'webhook-incomplete',
      () => webhook({ headers: { 'x-shopify-webhook-id': "a'b c" } }),
    ],
    [
      'a body above the cap',
      413,
      'body-too-large',
      () => webhook({ body: productBody(1, { x: 'x'.repeat(2_200_000) }) }),
    ],
  ])('%s is answered %i and stores nothing', async (_, status, code, init) => {
    const before = await store().db.delivery.count();
    const response = await post(init());
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ error: { code, sentence: expect.any(String) } });
    expect(await store().db.delivery.count()).toBe(before);
  });

  test('a body cut off on its way ends without an answer and without harm', async () => {
    const body = productBody(1);
    await new Promise<void>((resolve) => {
      const cut = request(`${edge.url}/webhooks`, {
        method: 'POST',
        headers: { 'content-length': String(body.length), 'x-shopify-hmac-sha256': sign(body) },
      });
      cut.on('error', () => resolve());
      cut.write(body.slice(0, 10), () => cut.destroy());
      cut.on('close', () => resolve());
    });
    expect((await post(webhook())).status).toBe(200);
  });

  test('characters that the database cannot keep are left out instead of failing the delivery', async () => {
    const body = productBody(9, { title: 'Mug\u0000 \ud800 end' });
    expect((await post(webhook({ id: 'odd', body }))).status).toBe(200);
    expect(await findDelivery(store().db, 'odd')).toMatchObject({ payload: { title: 'Mug \ufffd end' } });
  });

  test('a delivery that cannot be stored fails alone, not those that came with it', async () => {
    const receivedAt = new Date();
    const delivery = (id: string, payload: object) => ({
      id,
      shopDomain: testShop,
      topic: 'products/update',
      eventId: null,
      apiVersion: null,
      triggeredAt: null,
      receivedAt,
      payload: payload as Record<string, string>,
    });
    const results = await Promise.allSettled([
      edge.inbox.accept(delivery('good-1', { a: '1' })),
      edge.inbox.accept(delivery('bad', { a: 'jsonb has no \u0000' })),
      edge.inbox.accept(delivery('good-2', { a: '2' })),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await store().db.delivery.count({ where: { id: { in: ['good-1', 'bad', 'good-2'] } } })).toBe(2);
    expect(await jobsFor('bad')).toHaveLength(0);
    expect(await jobsFor('good-2')).toHaveLength(1);
  });

  test.each(handledTopics)('%s is accepted with the little that Shopify promises of it', async (topic) => {
    const bodies: Partial<Record<string, object>> = {
      'products/delete': { id: 788032119674 },
      'app/scopes_update': { previous: ['read_products'], current: ['write_products', 'write_files'] },
      'bulk_operations/finish': {
        admin_graphql_api_id: 'gid://shopify/BulkOperation/1',
        status: 'completed',
      },
    };
    const body =
      topic.startsWith('products/') && topic !== 'products/delete'
        ? productBody(3)
        : JSON.stringify(bodies[topic] ?? {});
    expect((await post(webhook({ topic, body }))).status).toBe(200);
  });
});
