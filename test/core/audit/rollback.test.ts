import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type RestoreRequest, restoreImage } from '../../../web/core/audit/rollback.ts';
import { approve, reject } from '../../../web/core/enhancement/review.ts';
import { enhanceImage } from '../../../web/core/enhancement/run.ts';
import { settingsSchema } from '../../../web/core/enhancement/settings.ts';
import { getImage } from '../../../web/core/store/images.ts';
import { listLedgerEntriesOfImage } from '../../../web/core/store/ledger.ts';
import type { ImageRecord } from '../../../web/core/store/records.ts';
import { type House, openHouse, tellOf } from '../../support/house.ts';
import { storeKinds, useStore } from '../../support/stores.ts';

const never = new AbortController().signal;
const actor = { kind: 'staff', id: '42' } as const;

describe.each(storeKinds)('bringing an original back on %s', (kind) => {
  const opened = useStore(kind);
  let house: House;
  beforeAll(async () => {
    house = await openHouse(opened());
  });
  afterAll(() => house.close());
  beforeEach(() => house.sandbox.faults.clear());

  const shopDb = () => opened().forShop(house.shopId);
  const enhance = (image: ImageRecord, trigger: 'webhook' | 'merchant' = 'webhook', change = {}) => {
    const settings = settingsSchema.parse({ ...house.settings, ...change });
    const request = {
      shopId: house.shopId,
      imageId: image.id,
      trigger,
      lane: 'live',
      settings,
      isLastTry: true,
    } as const;
    return enhanceImage(house.deps, request, never);
  };
  const restore = (image: ImageRecord, change: Partial<RestoreRequest> = {}) =>
    restoreImage(
      house.deps,
      { shopId: house.shopId, imageId: image.id, restoreId: randomUUID(), actor, isForced: false, ...change },
      never,
    );
  const kinds = async (image: ImageRecord) =>
    (await listLedgerEntriesOfImage(shopDb(), image.id, 10)).map((entry) => entry.kind).reverse();

  test('gives the shop exactly the bytes it had, with alt text, order and variant links as they are', async () => {
    const image = await house.addPhoto();
    const before = await house.shop.file(image.mediaId);
    await enhance(image);
    expect(await restore(image)).toEqual({ kind: 'restored', digest: before.sha256 });
    const after = await house.shop.file(image.mediaId);
    // The version in the URL grows with each write; the bytes are compared by their digest.
    const own = { url: after.url, updatedAtMs: after.updatedAtMs, bytes: after.bytes };
    expect(after).toEqual({ ...before, ...own });
    expect(await getImage(shopDb(), image.id)).toMatchObject({
      status: 'restored',
      contentDigest: before.sha256,
    });
    expect(await kinds(image)).toEqual(['enhanced', 'restored']);
  });

  test('is not undone by the echo of its own write', async () => {
    const image = await house.addPhoto();
    await enhance(image);
    await restore(image);
    const { productId } = await getImage(shopDb(), image.id);
    expect((await tellOf(opened(), house.shopId, house.shop, productId ?? '')).queued).toEqual([]);
    expect(await enhance(image)).toMatchObject({ end: { code: 'own-write', imageStatus: 'restored' } });
  });

  test('after two enhancements gives back the first original', async () => {
    const image = await house.addPhoto();
    const before = await house.shop.file(image.mediaId);
    await enhance(image);
    await enhance(image, 'merchant', { finish: { longestSidePx: 300 } });
    expect((await house.shop.file(image.mediaId)).widthPx).toBe(300);
    expect(await restore(image)).toMatchObject({ digest: before.sha256 });
    expect((await house.shop.file(image.mediaId)).sha256).toBe(before.sha256);
  });

  test('tried again after a crash between the write and the record writes nothing twice and records once', async () => {
    const image = await house.addPhoto();
    await enhance(image);
    const restoreId = randomUUID();
    const writes = () =>
      house.sandbox.operations().filter((each) => each.rootFields.includes('fileUpdate')).length;
    const written = writes();
    const dying = { ...opened(), transaction: () => Promise.reject(new Error('the process is dead')) };
    await expect(
      restoreImage(
        { ...house.deps, store: dying },
        { shopId: house.shopId, imageId: image.id, restoreId, actor, isForced: false },
        never,
      ),
    ).rejects.toThrow('dead');
    await restore(image, { restoreId });
    await restore(image, { restoreId });
    expect(writes()).toBe(written + 1);
    expect(await kinds(image)).toEqual(['enhanced', 'restored']);
  });

  test('leaves alone what the merchant changed since, unless told so', async () => {
    const image = await house.addPhoto();
    const original = await house.shop.file(image.mediaId);
    await enhance(image);
    const other = await house.shop.file((await house.addPhoto({ sidePx: 90 })).mediaId);
    house.shop.replaceImage(image.mediaId, other.bytes);
    await house.sandbox.waitUntilIdle();
    await expect(restore(image)).rejects.toMatchObject({ code: 'restore-conflict' });
    expect((await house.shop.file(image.mediaId)).sha256).toBe(other.sha256);
    await restore(image, { isForced: true });
    expect((await house.shop.file(image.mediaId)).sha256).toBe(original.sha256);
  });

  test('touches nothing when the original is missing from the vault', async () => {
    const image = await house.addPhoto();
    const before = await house.shop.file(image.mediaId);
    await enhance(image);
    const shown = await house.shop.file(image.mediaId);
    await house.deps.vault.remove(before.sha256);
    await expect(restore(image)).rejects.toMatchObject({ code: 'vault-missing' });
    expect((await house.shop.file(image.mediaId)).sha256).toBe(shown.sha256);
  });

  test('says so when there is nothing to bring back, or nowhere to', async () => {
    const untouched = await house.addPhoto();
    await expect(restore(untouched)).rejects.toMatchObject({ code: 'nothing-to-restore' });
    const deleted = await house.addPhoto();
    await enhance(deleted);
    house.shop.deleteMedia(deleted.mediaId);
    await expect(restore(deleted)).rejects.toMatchObject({ code: 'media-gone' });
  });

  test('a held result that a person approves is published, and one that is rejected never is', async () => {
    const [yes, no] = [await house.addPhoto(), await house.addPhoto()];
    for (const image of [yes, no]) await enhance(image, 'webhook', { mode: 'approve-first' });
    const before = await house.shop.file(no.mediaId);
    const decide = (image: ImageRecord, how: typeof approve) =>
      opened().transaction((tx) => how(tx.forShop(house.shopId), image.id, actor));
    await decide(yes, approve);
    await decide(no, reject);
    expect(await enhance(yes)).toEqual({ kind: 'enhanced' });
    expect(await kinds(yes)).toEqual(['approved', 'enhanced']);
    expect((await house.shop.file(no.mediaId)).sha256).toBe(before.sha256);
    expect(await getImage(shopDb(), no.id)).toMatchObject({ status: 'skipped', reasonCode: 'rejected' });
    await expect(decide(no, approve)).rejects.toMatchObject({ code: 'not-held' });
  });
});
