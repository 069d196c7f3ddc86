import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodePhoto, formatOf } from '../../sandbox/photos/photo-files.ts';
import { renderPhoto } from '../../sandbox/photos/render.ts';
import { scenes } from '../../sandbox/photos/scenes.ts';
import { type ImageInput, type Sandbox, type StoreHandle, startSandbox } from '../../sandbox/start.ts';
import { createAdminClient } from '../../web/core/catalog/admin-client.ts';
import { shopifyFileHosts } from '../../web/core/catalog/hosts.ts';
import { createLocalEngine } from '../../web/core/engines/local/local-engine.ts';
import { noticeProduct } from '../../web/core/enhancement/notice.ts';
import { type Settings, settingsSchema } from '../../web/core/enhancement/settings.ts';
import type { EnhancementDeps } from '../../web/core/enhancement/step.ts';
import { configureLibvips } from '../../web/core/image/libvips.ts';
import { createGuardedFetch } from '../../web/core/net/guarded-fetch.ts';
import { findImageByMediaId } from '../../web/core/store/images.ts';
import type { ImageRecord } from '../../web/core/store/records.ts';
import { installShop } from '../../web/core/store/shops.ts';
import type { Store } from '../../web/core/store/store.ts';
import { createFileVault } from '../../web/core/vault/file-vault.ts';
import { enhanceImageBackfillJob, enhanceImageJob } from '../../web/server/jobs/enhance-image.ts';
import { ensureQueues } from '../../web/server/jobs/queues.ts';
import { restoreImageJob } from '../../web/server/jobs/restore-image.ts';
import { silentLog } from './silent-log.ts';

/** A shop on this machine and the core that works for it: all real parts, without the HTTP edge and the workers. */
export interface House {
  readonly sandbox: Sandbox;
  readonly shop: StoreHandle;
  readonly shopId: string;
  readonly deps: EnhancementDeps;
  readonly vaultFolder: string;
  /** Quick settings: the small network, no reading of text; lenient, as the photos are hardly larger than thumbnails. */
  readonly settings: Settings;
  /** Puts a product with one rendered photo into the shop and tells the app of it. */
  addPhoto(options?: PhotoOptions): Promise<ImageRecord>;
  /** The same with any bytes. `declared`: what Shopify says of them without having looked. */
  addFile(file: ImageInput): Promise<ImageRecord>;
  close(): Promise<void>;
}

export interface PhotoOptions {
  readonly scene?: string;
  readonly sidePx?: number;
  readonly fileName?: string;
  /** Bytes that another photo may have too; by default each is its own, so that no result is reused. */
  readonly isTwin?: boolean;
}

export async function openHouse(store: Store): Promise<House> {
  configureLibvips();
  const sandbox = await startSandbox({ mediaDelayMs: 5 });
  const shop = sandbox.shop();
  // The largest bucket: what is looked at here is the work, not how it is paced.
  shop.setPlan('enterprise');
  const folder = await mkdtemp(join(tmpdir(), 'house-'));
  const vaultFolder = join(folder, 'vault');
  const net = createGuardedFetch({
    allowHosts: shopifyFileHosts,
    sandboxOrigin: sandbox.origin,
    maxBytes: 30_000_000,
    deadlineMs: 30_000,
  });
  // Shared by all runs on this machine: a converted graph is keyed by its weights and checked when it is read.
  const engine = createLocalEngine({ cacheDir: join(tmpdir(), 'vitrine-test-graphs') });
  await ensureQueues(store, [enhanceImageJob, enhanceImageBackfillJob, restoreImageJob]);
  const installed = await installShop(store.db, shop.domain, '', store.now());
  let photos = 0;
  const token = shop.issueAccessToken();
  const client = createAdminClient({
    shopDomain: shop.domain,
    accessToken: async () => token,
    fetch: globalThis.fetch,
    sandboxOrigin: sandbox.origin,
    clock: Date.now,
    random: Math.random,
  });
  const deps: EnhancementDeps = {
    store,
    vault: createFileVault(vaultFolder),
    net,
    engines: { local: engine },
    readText: null,
    confirmedLicences: [],
    clientFor: async () => client,
    log: silentLog,
    events: { changed: () => {}, progressed: () => {} },
  };
  async function addFile(file: ImageInput): Promise<ImageRecord> {
    const product = shop.addProduct({
      title: file.fileName,
      images: [file],
      variants: [{ title: 'One size', price: '10.00' }],
    });
    await sandbox.waitUntilIdle();
    await tellOf(store, installed.id, shop, product.id);
    const image = await findImageByMediaId(store.forShop(installed.id), product.mediaIds[0] ?? '');
    if (image === null) throw new Error('the notice left no record');
    return image;
  }
  return {
    sandbox,
    shop,
    shopId: installed.id,
    deps,
    vaultFolder,
    settings: settingsSchema.parse({ model: 'local/slim', comparesText: false, profile: 'lenient' }),
    async addPhoto({ scene: wanted = 'tomato-tin', sidePx = 120, fileName, isTwin = false } = {}) {
      const scene = scenes.find(({ id }) => id === wanted);
      if (scene === undefined) throw new RangeError(`there is no scene ${wanted}`);
      const format = formatOf(scene);
      const photo = renderPhoto(scene, sidePx);
      photos += 1;
      // A little darker each time: other bytes, and nothing that the gate could take for a change.
      const light = 1 - (photos % 60) * 0.004;
      if (!isTwin)
        photo.data.forEach((value, at) => {
          if (at % 4 !== 3) photo.data[at] = Math.round(value * light);
        });
      const bytes = await encodePhoto(photo, format);
      return addFile({
        fileName: fileName ?? `${scene.id}.${format.extension}`,
        bytes,
        alt: `Photo of ${scene.title}`,
      });
    },
    addFile,
    async close() {
      await engine.close();
      await net.close();
      await sandbox.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What a webhook says of a product as it is now. */
export async function tellOf(store: Store, shopId: string, shop: StoreHandle, productId: string) {
  const product = shop.product(productId);
  const files = await Promise.all(product.mediaIds.map((mediaId) => shop.file(mediaId)));
  return store.transaction((tx) =>
    noticeProduct(tx.forShop(shopId), {
      productId,
      title: product.title,
      media: files.map(({ mediaId, alt, url, widthPx, heightPx, updatedAtMs }) => ({
        mediaId,
        alt,
        url,
        widthPx,
        heightPx,
        updatedAt: new Date(updatedAtMs).toISOString(),
      })),
    }),
  );
}
