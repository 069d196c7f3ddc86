import { beforeAll, describe, expect, test } from 'vitest';
import { enhanceBackfillQueue, enhanceQueue } from '../../../web/core/enhancement/queues.ts';
import { findDelivery, insertDeliveries } from '../../../web/core/store/deliveries.ts';
import { newId } from '../../../web/core/store/ids.ts';
import { findImageByMediaId, listImages, setImageStatus } from '../../../web/core/store/images.ts';
import { saveSession } from '../../../web/core/store/sessions.ts';
import { findShopByDomain, installShop } from '../../../web/core/store/shops.ts';
import { type HandledTopic, trimPayload } from '../../../web/server/http/webhook-payload.ts';
import type { JobDeps } from '../../../web/server/jobs/deps.ts';
import { enhanceImageBackfillJob, enhanceImageJob } from '../../../web/server/jobs/enhance-image.ts';
import { processDelivery } from '../../../web/server/jobs/process-delivery.handler.ts';
import { ensureQueues } from '../../../web/server/jobs/queues.ts';
import { productBody } from '../../support/edge.ts';
import { silentLog } from '../../support/silent-log.ts';
import { storeKinds, useStore } from '../../support/stores.ts';

describe.each(storeKinds)('a delivery on %s', (kind) => {
  const installedAt = new Date('2026-11-01T12:00:00.000Z');
  const store = useStore(kind, { now: () => new Date('2026-11-02T12:00:00.000Z') });
  let shops = 0;

  beforeAll(() => ensureQueues(store(), [enhanceImageJob, enhanceImageBackfillJob]));

  async function newShop(): Promise<string> {
    shops += 1;
    const domain = `deliveries-${shops}.myshopify.com`;
    await installShop(store().db, domain, 'write_products', installedAt);
    return domain;
  }

  async function keep(topic: string, shopDomain: string, payload: object, triggeredAt: Date | null = null) {
    const id = newId();
    const receivedAt = store().now();
    const delivery = { id, shopDomain, topic, eventId: null, apiVersion: null, triggeredAt, receivedAt };
    await insertDeliveries(store().db, [{ ...delivery, payload: payload as Record<string, string> }]);
    return id;
  }

  /** Only the store is used by this handler; what it does not touch need not be there. */
  const work = (deliveryId: string) =>
    processDelivery(
      { deliveryId },
      {
        deps: { store: store() } as JobDeps,
        signal: new AbortController().signal,
        log: silentLog,
        jobId: newId(),
        attempt: 0,
      },
    );

  async function receive(
    topic: HandledTopic,
    domain: string,
    body: object,
    triggeredAt?: Date,
  ): Promise<string> {
    const payload = trimPayload(topic, body);
    const id = await keep(topic, domain, payload ?? {}, triggeredAt ?? null);
    await work(id);
    return (await findDelivery(store().db, id))?.outcome ?? 'not processed';
  }

  const product = (number: number, more: object = {}) => JSON.parse(productBody(number, more)) as object;
  const waiting = async (domain: string) => {
    const shop = await findShopByDomain(store().db, domain);
    const rows = await store().db.$queryRaw<{ count: bigint }[]>`
      SELECT count(*) FROM pgboss.job WHERE state = 'created' AND data->>'shopId' = ${shop?.id}`;
    return Number(rows[0]?.count);
  };

  test('of a new image queues it once, however often it is worked and delivered', async () => {
    const domain = await newShop();
    expect(await receive('products/create', domain, product(1))).toBe('queued 1, unchanged 0');
    expect(await receive('products/update', domain, product(1))).toBe('queued 0, unchanged 1');
    const id = await keep('products/update', domain, trimPayload('products/update', product(2)) ?? {});
    await Promise.all([work(id), work(id), work(id)]);
    await work(id);
    expect(await waiting(domain)).toBe(2);
  });

  test('of a changed price changes nothing and asks for nothing', async () => {
    const domain = await newShop();
    await receive('products/create', domain, product(1));
    const shop = await findShopByDomain(store().db, domain);
    const door = store().forShop(shop?.id ?? '');
    const before = await findImageByMediaId(door, 'gid://shopify/MediaImage/1');
    await setImageStatus(door, before?.id ?? '', { status: 'good' });
    const settled = await findImageByMediaId(door, 'gid://shopify/MediaImage/1');
    for (let round = 0; round < 5; round += 1) {
      const changed = product(1, {
        variants: [{ price: `${round}.00` }],
        updated_at: `2026-11-02T00:00:0${round}Z`,
      });
      expect(await receive('products/update', domain, changed)).toBe('queued 0, unchanged 1');
    }
    expect(await findImageByMediaId(door, 'gid://shopify/MediaImage/1')).toEqual(settled);
    expect(await waiting(domain)).toBe(1);
  });

  test('of a video is left alone', async () => {
    const domain = await newShop();
    const media = [{ admin_graphql_api_id: 'gid://shopify/Video/1', media_content_type: 'VIDEO' }];
    expect(await receive('products/update', domain, product(1, { media }))).toBe('queued 0, unchanged 0');
  });

  test('of a shop that is not there is noted and leads to nothing', async () => {
    expect(await receive('products/create', 'nobody.myshopify.com', product(1))).toBe(
      'the shop is not connected',
    );
    expect(await receive('app/uninstalled', 'nobody.myshopify.com', {})).toBe('the shop is not known');
    expect(await receive('shop/redact', 'nobody.myshopify.com', {})).toBe('the shop is not known');
  });

  test('of an uninstallation drops the tokens and the waiting work, and keeps the rest', async () => {
    const domain = await newShop();
    const session = {
      id: `offline_${domain}`,
      shopDomain: domain,
      isOnline: false,
      sealed: 'x',
      expiresAt: null,
    };
    await saveSession(store().db, session, installedAt);
    await receive('products/create', domain, product(1));
    const after = new Date(installedAt.getTime() + 1);
    expect(await receive('app/uninstalled', domain, {}, after)).toBe('uninstalled, stopped 1');
    const shop = await findShopByDomain(store().db, domain);
    expect(shop).toMatchObject({ status: 'uninstalled', uninstalledAt: store().now() });
    expect(await store().db.session.count({ where: { shopDomain: domain } })).toBe(0);
    expect(await waiting(domain)).toBe(0);
    const { images } = await listImages(store().forShop(shop?.id ?? ''), { limit: 9 });
    expect(images.map(({ status, reasonCode }) => [status, reasonCode])).toEqual([
      ['skipped', 'app-uninstalled'],
    ]);
    expect(await receive('products/create', domain, product(2))).toBe('the shop is not connected');
  });

  test('of an uninstallation that comes after the merchant has installed again changes nothing', async () => {
    const domain = await newShop();
    const session = {
      id: `offline_${domain}`,
      shopDomain: domain,
      isOnline: false,
      sealed: 'x',
      expiresAt: null,
    };
    await saveSession(store().db, session, installedAt);
    const before = new Date(installedAt.getTime() - 1);
    expect(await receive('app/uninstalled', domain, {}, before)).toBe('stale: installed again since');
    expect((await findShopByDomain(store().db, domain))?.status).toBe('installed');
    expect(await store().db.session.count({ where: { shopDomain: domain } })).toBe(1);
  });

  test('of changed scopes is noted', async () => {
    const domain = await newShop();
    const current = ['write_products', 'write_files'];
    expect(await receive('app/scopes_update', domain, { previous: [], current })).toBe('scopes noted');
    expect((await findShopByDomain(store().db, domain))?.scopes).toBe('write_products,write_files');
  });

  test('of a redaction deletes what was kept, unless the shop is here again', async () => {
    const domain = await newShop();
    await receive('products/create', domain, product(1));
    expect(await receive('shop/redact', domain, {})).toMatch(/^refused/);
    await receive('app/uninstalled', domain, {}, store().now());
    expect(await receive('shop/redact', domain, {})).toBe('redacted');
    const shop = await findShopByDomain(store().db, domain);
    expect(shop?.status).toBe('redacted');
    expect(await store().db.image.count({ where: { shopId: shop?.id ?? '' } })).toBe(0);
    expect(await store().db.delivery.count({ where: { shopDomain: domain } })).toBe(1);
  });

  test.each(['customers/data_request', 'customers/redact'] as const)(
    'of %s is answered truthfully: there is nothing',
    async (topic) => {
      const domain = await newShop();
      const body = { customer: { id: 1, email: 'a@example.com' } };
      expect(await receive(topic, domain, body)).toBe('nothing is kept about customers');
      expect(
        JSON.stringify(await store().db.delivery.findMany({ where: { shopDomain: domain } })),
      ).not.toContain('example.com');
    },
  );

  test('of a deleted product has its images looked at again', async () => {
    const domain = await newShop();
    await receive('products/create', domain, product(4));
    const shop = await findShopByDomain(store().db, domain);
    await store().boss.deleteQueuedJobs(enhanceQueue);
    await store().boss.deleteQueuedJobs(enhanceBackfillQueue);
    expect(await receive('products/delete', domain, { id: 4 })).toBe('queued 1');
    expect(shop).not.toBeNull();
    expect(await waiting(domain)).toBe(1);
  });
});
