import { describe, expect, test } from 'vitest';
import { type NoticedMedia, noticeProduct } from '../../../web/core/enhancement/notice.ts';
import { enhanceQueue } from '../../../web/core/enhancement/queues.ts';
import { findImageByMediaId, setImageStatus, updateImage } from '../../../web/core/store/images.ts';
import { installShop } from '../../../web/core/store/shops.ts';
import type { Store } from '../../../web/core/store/store.ts';
import { enhanceImageJob } from '../../../web/server/jobs/enhance-image.ts';
import { ensureQueues } from '../../../web/server/jobs/queues.ts';
import { storeKinds, useStore } from '../../support/stores.ts';

const media = (change: Partial<NoticedMedia> = {}): NoticedMedia => ({
  mediaId: 'gid://shopify/MediaImage/1',
  alt: 'A mug',
  url: 'https://cdn.shopify.com/s/files/1/1/files/mug.png?v=1',
  widthPx: 540,
  heightPx: 540,
  updatedAt: '2026-11-01T12:00:00Z',
  ...change,
});

describe.each(storeKinds)('a notice on %s', (kind) => {
  const opened = useStore(kind);

  let shops = 0;
  async function setUp() {
    const store = opened();
    await ensureQueues(store, [enhanceImageJob]);
    shops += 1;
    const { id } = await installShop(store.db, `notice-${shops}.myshopify.com`, '', store.now());
    const notice = (...images: NoticedMedia[]) =>
      store.transaction((tx) =>
        noticeProduct(tx.forShop(id), { productId: 'gid://shopify/Product/1', title: 'Mug', media: images }),
      );
    return { store, shop: store.forShop(id), shopId: id, notice };
  }
  async function waitingJobs(store: Store, shopId: string): Promise<number> {
    const rows = await store.db.$queryRaw<{ count: bigint }[]>`
      SELECT count(*) FROM pgboss.job
      WHERE name = ${enhanceQueue} AND state = 'created' AND data->>'shopId' = ${shopId}`;
    return Number(rows[0]?.count ?? 0);
  }

  test('of a new image creates its record and its job together', async () => {
    const { store, shop, shopId, notice } = await setUp();
    expect((await notice(media())).queued).toHaveLength(1);
    expect(await findImageByMediaId(shop, media().mediaId)).toMatchObject({
      status: 'queued',
      productTitle: 'Mug',
    });
    expect(await waitingJobs(store, shopId)).toBe(1);
  });

  test('of what is known already starts nothing', async () => {
    const { store, shop, shopId, notice } = await setUp();
    await notice(media());
    const image = await findImageByMediaId(shop, media().mediaId);
    await setImageStatus(shop, image?.id ?? '', { status: 'enhanced' });
    expect(await notice(media())).toEqual({ queued: [], unchanged: 1 });
    expect(await waitingJobs(store, shopId)).toBe(1);
    expect((await findImageByMediaId(shop, media().mediaId))?.status).toBe('enhanced');
  });

  test('of our own write, whose URL and size we stored, starts nothing', async () => {
    const { shop, notice } = await setUp();
    await notice(media());
    const image = await findImageByMediaId(shop, media().mediaId);
    const written = {
      url: 'https://cdn.shopify.com/s/files/1/1/files/mug.png?v=2',
      widthPx: 2048,
      heightPx: 2048,
    };
    await setImageStatus(shop, image?.id ?? '', { status: 'enhanced' }, written);
    expect((await notice(media(written))).queued).toEqual([]);
  });

  test('of another picture under the same id looks at it again', async () => {
    const { shop, notice } = await setUp();
    await notice(media());
    const image = await findImageByMediaId(shop, media().mediaId);
    await setImageStatus(shop, image?.id ?? '', { status: 'enhanced' });
    const changed = media({ url: 'https://cdn.shopify.com/s/files/1/1/files/mug.png?v=7' });
    expect((await notice(changed)).queued).toEqual([image?.id]);
    expect((await findImageByMediaId(shop, media().mediaId))?.status).toBe('queued');
  });

  test('of a changed alt text keeps the text and starts nothing', async () => {
    const { shop, notice } = await setUp();
    await notice(media());
    const image = await findImageByMediaId(shop, media().mediaId);
    await updateImage(shop, image?.id ?? '', {});
    expect((await notice(media({ alt: 'A blue mug' }))).queued).toEqual([]);
    expect((await findImageByMediaId(shop, media().mediaId))?.alt).toBe('A blue mug');
  });

  test('that is older than what was read starts nothing', async () => {
    const { shop, notice } = await setUp();
    await notice(media());
    const image = await findImageByMediaId(shop, media().mediaId);
    const seenUpdatedAt = new Date('2026-11-01T12:00:05Z');
    await setImageStatus(
      shop,
      image?.id ?? '',
      { status: 'enhanced' },
      { seenUpdatedAt, widthPx: 2048, heightPx: 2048 },
    );
    expect((await notice(media())).queued).toEqual([]);
    expect((await notice(media({ updatedAt: '2026-11-01T12:00:06Z' }))).queued).toEqual([image?.id]);
  });

  test('told many times before the work begins leaves one job', async () => {
    const { store, shopId, notice } = await setUp();
    await notice(media());
    for (const v of [2, 3, 4])
      await notice(media({ url: `https://cdn.shopify.com/s/files/1/1/files/mug.png?v=${v}` }));
    expect(await waitingJobs(store, shopId)).toBe(1);
  });

  test('of an image that is worked on leaves its status and has it looked at afterwards', async () => {
    const { store, shop, shopId, notice } = await setUp();
    await notice(media());
    const image = await findImageByMediaId(shop, media().mediaId);
    await setImageStatus(shop, image?.id ?? '', { status: 'working' });
    await notice(media({ widthPx: 541 }));
    expect((await findImageByMediaId(shop, media().mediaId))?.status).toBe('working');
    expect(await waitingJobs(store, shopId)).toBe(1);
  });
});
