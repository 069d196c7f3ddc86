import { describe, expect, test } from 'vitest';
import { startSandbox } from '../../../sandbox/start.ts';
import { createAdminClient } from '../../../web/core/catalog/admin-client.ts';
import { reconcileShop } from '../../../web/core/enhancement/reconcile.ts';
import type { EnhancementDeps } from '../../../web/core/enhancement/step.ts';
import { referToBlob } from '../../../web/core/store/blobs.ts';
import { insertDeliveries, markDeliveryProcessed } from '../../../web/core/store/deliveries.ts';
import { newId } from '../../../web/core/store/ids.ts';
import { countImagesByStatus, findImageByMediaId, setImageStatus } from '../../../web/core/store/images.ts';
import { getShop, installShop } from '../../../web/core/store/shops.ts';
import { createFileVault } from '../../../web/core/vault/file-vault.ts';
import type { JobContext } from '../../../web/server/jobs/define.ts';
import type { JobDeps } from '../../../web/server/jobs/deps.ts';
import { enhanceImageBackfillJob, enhanceImageJob } from '../../../web/server/jobs/enhance-image.ts';
import { ensureQueues } from '../../../web/server/jobs/queues.ts';
import { reconcileHandler } from '../../../web/server/jobs/reconcile.handler.ts';
import { reconcileJob } from '../../../web/server/jobs/reconcile.ts';
import { retentionHandler } from '../../../web/server/jobs/retention.handler.ts';
import { silentLog } from '../../support/silent-log.ts';
import { freshFolder, storeKinds, useStore } from '../../support/stores.ts';

const dayMs = 86_400_000;

describe.each(storeKinds)('upkeep on %s', (kind) => {
  let offsetMs = 0;
  const now = () => new Date(Date.now() + offsetMs);
  const store = useStore(kind, { now });
  const context = (deps: Partial<EnhancementDeps>): JobContext<JobDeps> => ({
    // Only these parts are asked for by what is tested here.
    deps: { store: store(), enhancement: deps as EnhancementDeps } as JobDeps,
    signal: new AbortController().signal,
    log: silentLog,
    jobId: newId(),
    attempt: 0,
  });

  test('what webhooks missed is found by the reconciliation, page by page, once, and nothing from before', async () => {
    const sandbox = await startSandbox({ mediaDelayMs: 1 });
    const shop = sandbox.shop();
    await ensureQueues(store(), [enhanceImageJob, enhanceImageBackfillJob]);
    const declared = { widthPx: 600, heightPx: 600, mimeType: 'image/png' };
    const add = (number: number, images = 1) =>
      shop.addProduct({
        title: `Product ${number}`,
        images: Array.from({ length: images }, (_, index) => ({
          fileName: `p${number}-${index}.png`,
          bytes: Buffer.from(`${number}-${index}`),
          declared,
        })),
      });
    const { id: shopId } = await installShop(store().db, shop.domain, '', now());
    // More products than a page, and one with more media than a page of media.
    for (let number = 1; number <= 30; number += 1) add(number);
    add(31, 60);
    await sandbox.waitUntilIdle();
    const token = shop.issueAccessToken();
    const client = createAdminClient({
      shopDomain: shop.domain,
      accessToken: async () => token,
      fetch,
      sandboxOrigin: sandbox.origin,
      clock: Date.now,
      random: Math.random,
    });
    const signal = new AbortController().signal;
    const door = store().forShop(shopId);

    expect(await reconcileShop({ store: store(), client }, shopId, signal)).toEqual({
      products: 31,
      queued: 90,
    });
    expect((await countImagesByStatus(door)).queued).toBe(90);
    expect(await reconcileShop({ store: store(), client }, shopId, signal)).toMatchObject({ queued: 0 });

    offsetMs = 60 * 60_000;
    const mark = (await getShop(door)).reconciledUntil;
    await reconcileShop({ store: store(), client }, shopId, signal);
    expect((await getShop(door)).reconciledUntil?.getTime()).toBeGreaterThan(mark?.getTime() ?? 0);
    const [mediaId = ''] = shop.products()[0]?.mediaIds ?? [];
    const image = await findImageByMediaId(door, mediaId);
    await setImageStatus(door, image?.id ?? '', { status: 'good' });
    expect(await reconcileShop({ store: store(), client }, shopId, signal)).toEqual({
      products: 0,
      queued: 0,
    });
    offsetMs = 0;
    await sandbox.close();
  });

  test('the hourly reconciliation sends one job a shop, and none twice while it waits', async () => {
    await ensureQueues(store(), [reconcileJob]);
    const shops = await Promise.all(
      [1, 2].map((n) => installShop(store().db, `hourly-${n}.myshopify.com`, '', now())),
    );
    await reconcileHandler({}, context({}));
    await reconcileHandler({}, context({}));
    for (const { id } of shops) {
      const rows = await store().db.$queryRaw<unknown[]>`
        SELECT id FROM pgboss.job WHERE name = 'reconcile' AND data->>'shopId' = ${id}`;
      expect(rows).toHaveLength(1);
    }
  });

  test('retention removes what has expired and nothing that a shop still needs', async () => {
    const vault = createFileVault(await freshFolder());
    const shops = await Promise.all(
      [1, 2].map((n) => installShop(store().db, `kept-${n}.myshopify.com`, '', now())),
    );
    const [first, second] = shops.map(({ id }) => store().forShop(id));
    if (first === undefined || second === undefined) throw new Error('no shop');
    const put = async (text: string) => vault.put(Buffer.from(text));
    const [shared, passing, kept] = [await put('shared'), await put('passing'), await put('kept')];
    const refer = (shop: typeof first, digest: string, expiresAt: Date | null) =>
      referToBlob(shop, {
        digest,
        bytes: 6,
        mimeType: 'image/png',
        role: 'raw',
        imageId: newId(),
        expiresAt,
      });
    const soon = new Date(now().getTime() + 1_000);
    await refer(first, shared, soon);
    await refer(second, shared, null);
    await refer(first, passing, soon);
    await refer(first, kept, null);
    const receivedAt = now();
    const empty = { eventId: null, apiVersion: null, triggeredAt: null, receivedAt, payload: {} };
    const deliveries = ['done', 'open'].map((id) => ({ id, shopDomain: 'x', topic: 't', ...empty }));
    await insertDeliveries(store().db, deliveries);
    await markDeliveryProcessed(store().db, 'done', 'done', now());

    await retentionHandler({}, context({ vault }));
    expect(await Promise.all([shared, passing, kept].map((digest) => vault.has(digest)))).toEqual([
      true,
      true,
      true,
    ]);
    offsetMs = 31 * dayMs;
    await retentionHandler({}, context({ vault }));
    offsetMs = 0;
    expect(await Promise.all([shared, passing, kept].map((digest) => vault.has(digest)))).toEqual([
      true,
      false,
      true,
    ]);
    const left = await store().db.delivery.findMany({ where: { shopDomain: 'x' } });
    expect(left.map(({ id }) => id)).toEqual(['open']);
  });
});
