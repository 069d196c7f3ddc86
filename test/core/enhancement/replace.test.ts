import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type RestoreRequest, restoreImage } from '../../../web/core/audit/rollback.ts';
import { verifyLedger } from '../../../web/core/audit/verify.ts';
import { type EnhanceImageRequest, enhanceImage } from '../../../web/core/enhancement/run.ts';
import { type Settings, settingsSchema } from '../../../web/core/enhancement/settings.ts';
import type { EnhancementDeps } from '../../../web/core/enhancement/step.ts';
import { latestEnhancement } from '../../../web/core/store/enhancements.ts';
import { getImage } from '../../../web/core/store/images.ts';
import { dropAllLeases } from '../../../web/core/store/leases.ts';
import { listLedgerEntriesOfImage } from '../../../web/core/store/ledger.ts';
import type { ImageRecord } from '../../../web/core/store/records.ts';
import { sha256 } from '../../../web/core/vault/digest.ts';
import { countCommits, dyingStore } from '../../support/dying-store.ts';
import { type House, openHouse, tellOf } from '../../support/house.ts';
import { useStore } from '../../support/stores.ts';

const never = new AbortController().signal;
const actor = { kind: 'staff', id: '42' } as const;

// On PGlite alone: what is special here is what the shop goes through; the records have their own tests on both.
describe('a new file in the place of the old one', () => {
  const opened = useStore('pglite');
  let house: House;
  let settings: Settings;
  beforeAll(async () => {
    house = await openHouse(opened());
    settings = settingsSchema.parse({
      ...house.settings,
      profile: 'lenient',
      finish: { format: 'webp' },
    });
  });
  afterAll(() => house.close());
  beforeEach(() => house.sandbox.faults.clear());

  const shopDb = () => opened().forShop(house.shopId);
  const run = (
    image: ImageRecord,
    change: Partial<EnhanceImageRequest> = {},
    deps: Partial<EnhancementDeps> = {},
  ) =>
    enhanceImage(
      { ...house.deps, ...deps },
      {
        shopId: house.shopId,
        imageId: image.id,
        trigger: 'webhook',
        lane: 'live',
        settings,
        isLastTry: true,
        ...change,
      },
      never,
    );
  const restore = (
    image: ImageRecord,
    change: Partial<RestoreRequest> = {},
    deps: Partial<EnhancementDeps> = {},
  ) =>
    restoreImage(
      { ...house.deps, ...deps },
      { shopId: house.shopId, imageId: image.id, restoreId: randomUUID(), actor, isForced: false, ...change },
      never,
    );
  const kinds = async (image: ImageRecord) =>
    (await listLedgerEntriesOfImage(shopDb(), image.id, 10)).map((entry) => entry.kind).reverse();

  interface Shown {
    readonly image: ImageRecord;
    readonly productIds: readonly string[];
    /** What a shopper sees, with the picture in question called `it`. */
    look(mediaId: string): Promise<unknown>;
  }

  /** The image stands in the middle of one product and last in another, with variants that point at it in both. */
  async function addShared(isTwin = false): Promise<Shown> {
    const image = await house.addPhoto({ isTwin });
    const { mediaId, productId } = image;
    if (productId === null) throw new Error('the photo has no product');
    const { bytes } = await house.shop.file(mediaId);
    const other = () => house.shop.uploadImage(productId, { fileName: 'other.jpg', bytes, alt: 'Another' });
    const [first] = [other(), other()];
    house.shop.addVariant(productId, { title: 'Two' });
    house.shop.addVariant(productId, { title: 'Three' });
    await house.sandbox.waitUntilIdle();
    house.shop.reorderMedia(productId, [
      first ?? '',
      ...house.shop.product(productId).mediaIds.filter((id) => id !== first),
    ]);
    const second = house.shop.addProduct({
      title: 'Shares it',
      images: [{ fileName: 'own.jpg', bytes, alt: 'Its own' }],
      mediaIds: [mediaId],
      variants: [{ title: 'One' }, { title: 'Two' }],
    });
    const [one, two] = house.shop.product(productId).variants;
    house.shop.setVariantImage(one?.id ?? '', mediaId);
    house.shop.setVariantImage(two?.id ?? '', first ?? '');
    house.shop.setVariantImage(second.variants[1]?.id ?? '', mediaId);
    await house.sandbox.waitUntilIdle();
    const productIds = [productId, second.id];
    for (const id of productIds) await tellOf(opened(), house.shopId, house.shop, id);
    return {
      image: await getImage(shopDb(), image.id),
      productIds,
      async look(shownId) {
        const named = (id: string | null) => (id === shownId ? 'it' : id);
        const products = productIds.map((id) => house.shop.product(id));
        return {
          alt: (await house.shop.file(shownId)).alt,
          products: products.map(({ mediaIds, variants }) => ({
            mediaIds: mediaIds.map(named),
            variants: variants.map((variant) => [variant.id, named(variant.mediaId)]),
          })),
        };
      },
    };
  }

  test('has its place, its variants and its words on every product, and the old one stays in the files', async () => {
    const { image, look, productIds } = await addShared();
    const before = await look(image.mediaId);
    const old = await house.shop.file(image.mediaId);
    expect(await run(image)).toEqual({ kind: 'enhanced' });
    const now = await getImage(shopDb(), image.id);
    expect(now.mediaId).not.toBe(image.mediaId);
    expect(await look(now.mediaId)).toEqual(before);
    const made = await house.shop.file(now.mediaId);
    expect(made).toMatchObject({ mimeType: 'image/webp', sha256: now.contentDigest, widthPx: 480 });
    expect(made.fileName).toMatch(/^tomato-tin-[0-9a-f]{8}\.webp$/);
    expect(await house.shop.file(image.mediaId)).toMatchObject({ sha256: old.sha256, productIds: [] });
    const [entry] = await listLedgerEntriesOfImage(shopDb(), image.id, 10);
    expect(entry?.body).toMatchObject({
      mediaId: image.mediaId,
      after: { mediaId: now.mediaId },
      replaced: { mediaId: image.mediaId, uses: productIds.map((productId) => ({ productId })) },
    });
    expect((await latestEnhancement(shopDb(), image.id))?.facts).toMatchObject({
      replaced: { note: expect.stringContaining('URL') },
      uses: productIds.map((productId) => ({ productId })),
    });
  });

  test('starts no work, told of while it is made and afterwards, the old one neither', async () => {
    const { image, productIds } = await addShared();
    const told: string[] = [];
    const tell = async () => {
      for (const id of productIds) {
        told.push(...(await tellOf(opened(), house.shopId, house.shop, id)).queued);
      }
    };
    for (const field of ['productReorderMedia', 'productVariantDetachMedia', 'productVariantAppendMedia'])
      house.sandbox.interject({ after: field }, tell);
    await run(image);
    await tell();
    house.shop.editProduct(productIds[0] ?? '', { title: 'Renamed' });
    await tell();
    expect(told).toEqual([]);
  });

  test('goes back, with the old file’s id, bytes, place and variants', async () => {
    const { image, look } = await addShared();
    const before = await look(image.mediaId);
    const old = await house.shop.file(image.mediaId);
    await run(image);
    expect(await restore(image)).toEqual({ kind: 'restored', digest: old.sha256 });
    expect(await look(image.mediaId)).toEqual(before);
    expect((await house.shop.file(image.mediaId)).url).toBe(old.url);
    expect(await getImage(shopDb(), image.id)).toMatchObject({
      mediaId: image.mediaId,
      status: 'restored',
      contentDigest: old.sha256,
    });
    expect(await kinds(image)).toEqual(['enhanced', 'restored']);
  });

  test('goes back although the old file was deleted: its bytes are made a file again', async () => {
    const { image, look } = await addShared();
    const before = await look(image.mediaId);
    const old = await house.shop.file(image.mediaId);
    await run(image);
    house.shop.deleteMedia(image.mediaId);
    await restore(image);
    const now = await getImage(shopDb(), image.id);
    expect(await look(now.mediaId)).toEqual(before);
    expect((await house.shop.file(now.mediaId)).sha256).toBe(old.sha256);
  });

  test('that Shopify cannot process is taken away, and the old one never was touched', async () => {
    const { image, look } = await addShared();
    const before = await look(image.mediaId);
    const files = house.shop.files().length;
    house.sandbox.faults.arm('media.failed', { times: 1 });
    expect(await run(image)).toMatchObject({ end: { state: 'failed', code: 'file-refused' } });
    expect(await look(image.mediaId)).toEqual(before);
    expect(house.shop.files().length).toBe(files);
    expect((await getImage(shopDb(), image.id)).mediaId).toBe(image.mediaId);
  });

  test.each([
    'productReorderMedia',
    'productVariantDetachMedia',
    'productVariantAppendMedia',
    'fileCreate',
    'stagedUploadsCreate',
  ])('is undone completely when %s goes on failing', async (field) => {
    const { image, look } = await addShared();
    const before = await look(image.mediaId);
    const files = house.shop.files().length;
    const operation = field.charAt(0).toUpperCase() + field.slice(1);
    // Carried out, and answered with an error: what is there has to be read.
    house.sandbox.faults.arm('api.partialErrors', { times: 1, only: (it) => it.operation === operation });
    expect(await run(image)).toMatchObject({ end: { state: 'failed', code: 'shopify-error' } });
    expect(house.sandbox.faults.struck('api.partialErrors')).toBeGreaterThan(0);
    expect(await look(image.mediaId)).toEqual(before);
    expect(house.shop.files().length).toBe(files);
    expect((await getImage(shopDb(), image.id)).mediaId).toBe(image.mediaId);
  });

  test('gives way to a picture that the merchant puts in meanwhile', async () => {
    const { image, look } = await addShared();
    const before = await look(image.mediaId);
    const { bytes } = await house.shop.file((await house.addPhoto({ sidePx: 90 })).mediaId);
    house.sandbox.interject({ after: 'productReorderMedia' }, async () => {
      house.shop.replaceImage(image.mediaId, bytes);
    });
    expect(await run(image)).toMatchObject({ end: { state: 'superseded' } });
    await house.sandbox.waitUntilIdle();
    expect(await look(image.mediaId)).toEqual(before);
    expect((await house.shop.file(image.mediaId)).sha256).toBe(sha256(bytes));
  });

  test('does not come back on a product that the merchant took it out of meanwhile', async () => {
    const { image, productIds } = await addShared();
    const [, second = ''] = productIds;
    house.sandbox.interject({ after: 'fileCreate' }, () => house.shop.detachMedia(second, image.mediaId));
    expect(await run(image)).toEqual({ kind: 'enhanced' });
    expect(house.shop.product(second).mediaIds.length).toBe(1);
  });

  test('an edited alt text is copied, not lost', async () => {
    const { image } = await addShared();
    house.sandbox.interject({ after: 'fileCreate' }, () => house.shop.editAlt(image.mediaId, 'Better words'));
    await run(image);
    const { mediaId } = await getImage(shopDb(), image.id);
    expect((await house.shop.file(mediaId)).alt).toBe('Better words');
  });

  test('whatever commit is the last before a crash, the end is the same', async () => {
    const counted = await addShared(true);
    const commits = await countCommits(opened(), (store) => run(counted.image, {}, { store }));
    expect(commits).toBeGreaterThan(12);
    // The first six are those of every way of publishing.
    for (let last = 6; last <= commits; last += 1) {
      for (const crash of ['before', 'after'] as const) {
        const told = `crash ${crash} commit ${last + 1} of ${commits}`;
        const { image, look } = await addShared(true);
        const before = await look(image.mediaId);
        const files = house.shop.files().length;
        await run(image, { isLastTry: false }, { store: dyingStore(opened(), last, crash) }).catch(
          () => null,
        );
        await dropAllLeases(opened().db);
        await run(image);
        const { mediaId, status } = await getImage(shopDb(), image.id);
        expect([told, status]).toEqual([told, 'enhanced']);
        expect([told, await look(mediaId)]).toEqual([told, before]);
        expect([told, house.shop.files().length - files]).toEqual([told, 1]);
        expect([told, await kinds(image)]).toEqual([told, ['enhanced']]);
      }
    }
  }, 240_000);

  test('the same of bringing the old one back', async () => {
    const counted = await addShared(true);
    await run(counted.image);
    const commits = await countCommits(opened(), (store) => restore(counted.image, {}, { store }));
    for (let last = 0; last <= commits; last += 1) {
      for (const crash of ['before', 'after'] as const) {
        const told = `crash ${crash} commit ${last + 1} of ${commits}`;
        const { image, look } = await addShared(true);
        const before = await look(image.mediaId);
        await run(image);
        const restoreId = randomUUID();
        const dying = { store: dyingStore(opened(), last, crash) };
        await restore(image, { restoreId }, dying).catch(() => null);
        await dropAllLeases(opened().db);
        await restore(image, { restoreId });
        expect([told, await look(image.mediaId)]).toEqual([told, before]);
        expect([told, await kinds(image)]).toEqual([told, ['enhanced', 'restored']]);
      }
    }
  }, 240_000);

  test('the ledger is sound after all of this', async () => {
    expect((await verifyLedger(shopDb(), null)).fault).toBeNull();
  });
});
