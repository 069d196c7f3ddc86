import { randomUUID } from 'node:crypto';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { restoreImage } from '../../../web/core/audit/rollback.ts';
import { readMediaImage } from '../../../web/core/catalog/media.ts';
import { keepBlob } from '../../../web/core/enhancement/blobs.ts';
import { enhanceImage } from '../../../web/core/enhancement/run.ts';
import { settingsSchema } from '../../../web/core/enhancement/settings.ts';
import type { Facts } from '../../../web/core/enhancement/work.ts';
import { createEnhancement, saveStep } from '../../../web/core/store/enhancements.ts';
import { findImageByMediaId, getImage, updateImage } from '../../../web/core/store/images.ts';
import { claimLease, releaseLease } from '../../../web/core/store/leases.ts';
import type { ImageRecord } from '../../../web/core/store/records.ts';
import { type House, openHouse, tellOf } from '../../support/house.ts';
import { useStore } from '../../support/stores.ts';

const never = new AbortController().signal;
/** Enough to be many, few enough for every run; 300 each way gave the same. */
const products = 12;

describe('products whose variants point at images', () => {
  const opened = useStore('pglite');
  let house: House;
  beforeAll(async () => {
    house = await openHouse(opened());
  });
  afterAll(() => house.close());

  const picture = (format: 'jpeg' | 'webp', r: number, sidePx: number) =>
    sharp({ create: { width: sidePx, height: sidePx, channels: 3, background: { r, g: 60, b: 30 } } })
      .toFormat(format)
      .toBuffer();

  /** Three images, the middle one in question; of five variants two point at it, one at each other, one at none. */
  async function addProduct(index: number) {
    const image = async (name: string, r: number) => ({
      fileName: `${name}-${index}.jpg`,
      bytes: await picture('jpeg', r, 20 + (index % 50)),
      alt: `The ${name} of ${index}`,
    });
    const { id, mediaIds } = house.shop.addProduct({
      title: `Product ${index}`,
      images: [await image('front', 10), await image('side', 20), await image('back', 30)],
      variants: [1, 1, 0, 2, undefined].map((imageIndex, at) => ({
        title: `Variant ${at}`,
        ...(imageIndex === undefined ? {} : { imageIndex }),
      })),
    });
    await house.sandbox.waitUntilIdle();
    await tellOf(opened(), house.shopId, house.shop, id);
    const found = await findImageByMediaId(opened().forShop(house.shopId), mediaIds[1] ?? '');
    if (found === null) throw new Error('the notice left no record');
    return { id, image: found };
  }

  /** An attempt whose file is finished and in the vault: what is left of its way is to publish. */
  async function finish(image: ImageRecord, format: 'jpeg' | 'webp') {
    const shop = opened().forShop(house.shopId);
    const { deps } = house;
    const shown = await readMediaImage(await deps.clientFor(house.shopId), image.mediaId);
    if (shown === null || shown.originalUrl === null) throw new Error('the image is not there');
    const source = (await deps.net.download(shown.originalUrl)).bytes;
    const output = await picture(format, 200, 120);
    const mimeType = `image/${format}`;
    const sourceDigest = await keepBlob({ deps, shop, image }, source, 'original', 'image/jpeg');
    const outputDigest = await keepBlob({ deps, shop, image }, output, 'output', mimeType);
    await updateImage(shop, image.id, { originalDigest: sourceDigest, contentDigest: sourceDigest });
    const facts: Facts = {
      shownDigest: sourceDigest,
      source: { fileName: image.fileName, format: 'jpg', widthPx: 20, heightPx: 20, bytes: source.length },
      output: {
        format: format === 'jpeg' ? 'jpg' : 'webp',
        mimeType,
        widthPx: 120,
        heightPx: 120,
        bytes: output.length,
        notes: [],
      },
    };
    const settings = settingsSchema.parse({ finish: { format: format === 'jpeg' ? 'keep' : 'webp' } });
    const work = await createEnhancement(shop, {
      imageId: image.id,
      trigger: 'webhook',
      lane: 'live',
      params: settings,
    });
    const lease = await claimLease(shop, image.id, 60_000);
    if (lease === null) throw new Error('the image is not free');
    const result = {
      before: { ...shown },
      sourceDigest,
      outputDigest,
      facts: JSON.parse(JSON.stringify(facts)),
    };
    await opened().transaction((tx) =>
      saveStep(tx.forShop(house.shopId), { enhancementId: work.id, lease, step: 'finish', result }),
    );
    await releaseLease(shop, lease);
    return outputDigest;
  }

  /** Order, links and words of a product, with the file in question called `it`. */
  async function look(productId: string, mediaId: string) {
    const { mediaIds, variants } = house.shop.product(productId);
    const named = (id: string | null) => (id === mediaId ? 'it' : id);
    const alts = await Promise.all(mediaIds.map(async (id) => (await house.shop.file(id)).alt));
    return {
      alts,
      order: mediaIds.map(named),
      links: variants.map((variant) => [variant.id, named(variant.mediaId)]),
    };
  }

  test.each(['jpeg', 'webp'] as const)(
    `${products} of them are the same before, after, and after going back (written as %s)`,
    async (format) => {
      const { shopId, deps } = house;
      const request = { shopId, trigger: 'webhook', lane: 'live', isLastTry: true } as const;
      for (let index = 0; index < products; index += 1) {
        const { id, image } = await addProduct(index);
        const before = await look(id, image.mediaId);
        const old = await house.shop.file(image.mediaId);
        const outputDigest = await finish(image, format);
        expect(await enhanceImage(deps, { ...request, imageId: image.id }, never)).toEqual({
          kind: 'enhanced',
        });
        const { mediaId } = await getImage(opened().forShop(shopId), image.id);
        expect(mediaId === image.mediaId).toBe(format === 'jpeg');
        expect(await look(id, mediaId)).toEqual(before);
        expect((await house.shop.file(mediaId)).sha256).toBe(outputDigest);
        const actor = { kind: 'staff', id: '42' } as const;
        const restoreId = randomUUID();
        await restoreImage(deps, { shopId, imageId: image.id, restoreId, actor, isForced: false }, never);
        expect(await look(id, image.mediaId)).toEqual(before);
        expect((await house.shop.file(image.mediaId)).sha256).toBe(old.sha256);
      }
    },
    600_000,
  );
});
