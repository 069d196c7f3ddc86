import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  dropExpiredReferences,
  findReferredBlob,
  forgetBlob,
  listUnreferredBlobs,
  referToBlob,
} from '../../../web/core/store/blobs.ts';
import {
  insertDeliveries,
  listDeliveries,
  markDeliveryProcessed,
  pruneDeliveries,
} from '../../../web/core/store/deliveries.ts';
import type { ShopDb } from '../../../web/core/store/door.ts';
import {
  createEnhancement,
  endEnhancement,
  getEnhancement,
  saveStep,
} from '../../../web/core/store/enhancements.ts';
import { newId } from '../../../web/core/store/ids.ts';
import {
  countImagesByStatus,
  findImagesByMediaIds,
  getImage,
  type ImagePosition,
  listImages,
  setImageProgress,
  setImageStatus,
  upsertSeenImage,
} from '../../../web/core/store/images.ts';
import { claimLease, releaseLease, renewLease } from '../../../web/core/store/leases.ts';
import { insertLedgerEntry, listLedgerEntries, lockLastLedgerEntry } from '../../../web/core/store/ledger.ts';
import { redactShop } from '../../../web/core/store/redaction.ts';
import { installShop, readSettings, saveSettings } from '../../../web/core/store/shops.ts';
import { storeKinds, useStore } from '../../support/stores.ts';

describe.each(storeKinds)('records on %s', (kind) => {
  let nowMs = Date.parse('2026-11-01T12:00:00.000Z');
  const store = useStore(kind, { now: () => new Date(nowMs) });
  let shops = 0;

  async function newShop(): Promise<ShopDb> {
    shops += 1;
    const { id } = await installShop(store().db, `records-${shops}.myshopify.com`, '', store().now());
    return store().forShop(id);
  }
  const newImage = (shop: ShopDb, number: number, more: object = {}) =>
    upsertSeenImage(
      shop,
      { mediaId: `gid://shopify/MediaImage/${number}`, fileName: `p${number}.png`, ...more },
      'queued',
    );

  describe('a lease', () => {
    test('goes to one of many who ask at once, and to the next when its time has passed', async () => {
      const shop = await newShop();
      const { id } = await newImage(shop, 1);
      const claims = await Promise.all(Array.from({ length: 8 }, () => claimLease(shop, id, 10_000)));
      const held = claims.filter((lease) => lease !== null);
      expect(held).toHaveLength(1);
      nowMs += 9_999;
      expect(await claimLease(shop, id, 10_000)).toBeNull();
      nowMs += 1;
      expect(await claimLease(shop, id, 10_000)).not.toBeNull();
    });

    test('that was lost is neither renewed nor given back in place of its new holder', async () => {
      const shop = await newShop();
      const { id } = await newImage(shop, 1);
      const old = await claimLease(shop, id, 1_000);
      nowMs += 1_000;
      const fresh = await claimLease(shop, id, 1_000);
      if (old === null || fresh === null) throw new Error('no lease');
      expect(await renewLease(shop, old, 1_000)).toBeNull();
      await releaseLease(shop, old);
      expect(await claimLease(shop, id, 1_000)).toBeNull();
      expect(await renewLease(shop, fresh, 5_000)).toMatchObject({ token: fresh.token });
      await releaseLease(shop, fresh);
      expect(await claimLease(shop, id, 1_000)).not.toBeNull();
    });

    test('guards every step: what a worker computed that lost it is not stored', async () => {
      const shop = await newShop();
      const { id: imageId } = await newImage(shop, 1);
      const { id: enhancementId } = await createEnhancement(shop, {
        imageId,
        trigger: 'webhook',
        lane: 'live',
        params: {},
      });
      const old = await claimLease(shop, imageId, 1_000);
      nowMs += 1_000;
      const fresh = await claimLease(shop, imageId, 1_000);
      if (old === null || fresh === null) throw new Error('no lease');
      const save = (lease: typeof old, sourceDigest: string) =>
        store().transaction((tx) =>
          saveStep(tx.forShop(shop.shopId), {
            enhancementId,
            lease,
            step: 'acquire',
            result: { sourceDigest },
          }),
        );
      await expect(save(old, 'late')).rejects.toMatchObject({ code: 'lease-lost' });
      await save(fresh, 'right');
      expect(await getEnhancement(shop, enhancementId)).toMatchObject({
        step: 'acquire',
        sourceDigest: 'right',
      });
      expect(await setImageProgress(shop, imageId, old.token, 0.9)).toBe(false);
      expect(await endEnhancement(shop, enhancementId, { state: 'done' })).toBe(true);
      expect(await endEnhancement(shop, enhancementId, { state: 'failed' })).toBe(false);
      await expect(save(fresh, 'after the end')).rejects.toMatchObject({ code: 'not-found' });
    });
  });

  describe('the list of images', () => {
    test('gives every image once, last changed first, whatever the size of the page', async () => {
      const shop = await newShop();
      for (let number = 1; number <= 23; number += 1) {
        // Several share a time, so that the id has to decide.
        if (number % 4 === 0) nowMs += 1_000;
        await newImage(shop, number);
      }
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 1, max: 30 }), async (limit) => {
          const seen: { id: string; updatedAt: Date }[] = [];
          let after: ImagePosition | null = null;
          do {
            const page = await listImages(shop, { limit, ...(after === null ? {} : { after }) });
            expect(page.images.length).toBeLessThanOrEqual(limit);
            seen.push(...page.images);
            after = page.next;
          } while (after !== null);
          expect(new Set(seen.map(({ id }) => id)).size).toBe(23);
          expect(seen).toHaveLength(23);
          const times = seen.map(({ updatedAt }) => updatedAt.getTime());
          expect(times).toEqual([...times].sort((a, b) => b - a));
        }),
        { numRuns: 8 },
      );
    });

    test('searches title, file name and alternative text, and takes % and _ for what they are', async () => {
      const shop = await newShop();
      await newImage(shop, 1, { productTitle: 'Blue MUG' });
      await newImage(shop, 2, { alt: 'a mug, 100% clay' });
      await newImage(shop, 3, { alt: 'a mug, 100 g clay' });
      const find = async (search: string) =>
        (await listImages(shop, { search, limit: 9 })).images.map(({ fileName }) => fileName).sort();
      expect(await find('mug')).toEqual(['p1.png', 'p2.png', 'p3.png']);
      expect(await find('P1.p')).toEqual(['p1.png']);
      expect(await find('100%')).toEqual(['p2.png']);
      expect(await find('1_0')).toEqual([]);
      expect(await find('\'; DROP TABLE "Image"; --')).toEqual([]);
    });

    test('counts each status, and progress does not move an image in it', async () => {
      const shop = await newShop();
      const first = await newImage(shop, 1);
      nowMs += 1_000;
      const second = await newImage(shop, 2);
      await setImageStatus(shop, second.id, { status: 'good' });
      const lease = await claimLease(shop, first.id, 1_000);
      nowMs += 1_000;
      expect(await setImageProgress(shop, first.id, lease?.token ?? '', 0.5)).toBe(true);
      expect((await getImage(shop, first.id)).progress).toBe(0.5);
      expect((await listImages(shop, { limit: 9 })).images.map(({ id }) => id)).toEqual([
        second.id,
        first.id,
      ]);
      expect(await countImagesByStatus(shop)).toMatchObject({ queued: 1, good: 1, enhanced: 0 });
    });

    test('seeing an image again keeps its id and its status', async () => {
      const shop = await newShop();
      const first = await newImage(shop, 1, { widthPx: 10 });
      await setImageStatus(shop, first.id, { status: 'skipped', reasonCode: 'code', reason: 'Why.' });
      const again = await newImage(shop, 1, { widthPx: 20 });
      expect(again).toMatchObject({ id: first.id, status: 'skipped', reason: 'Why.', widthPx: 20 });
      const both = await Promise.all([newImage(shop, 7), newImage(shop, 7)]);
      expect(both[0].id).toBe(both[1].id);
      const found = await findImagesByMediaIds(shop, [
        'gid://shopify/MediaImage/1',
        'gid://shopify/MediaImage/99',
      ]);
      expect(found.map(({ id }) => id)).toEqual([first.id]);
    });

    test('a status changes only from where it is allowed to', async () => {
      const shop = await newShop();
      const { id } = await newImage(shop, 1);
      expect(await setImageStatus(shop, id, { status: 'working', from: ['good'] })).toBe(false);
      expect(await setImageStatus(shop, id, { status: 'working', from: ['queued'] })).toBe(true);
      expect((await getImage(shop, id)).status).toBe('working');
    });
  });

  describe('the ledger', () => {
    const append = (shop: ShopDb, subject: string) =>
      store().transaction(async (tx) => {
        const mine = tx.forShop(shop.shopId);
        const last = await lockLastLedgerEntry(mine);
        const seq = (last?.seq ?? 0) + 1;
        return insertLedgerEntry(mine, {
          seq,
          kind: 'published',
          imageId: null,
          subject,
          body: { subject },
          previousHash: last?.hash ?? '0',
          hash: `${seq}`,
          at: store().now(),
        });
      });

    test('has no gap and no fork when many append at once', async () => {
      const shop = await newShop();
      await Promise.all(Array.from({ length: 25 }, (_, n) => append(shop, `subject ${n}`)));
      const entries = await listLedgerEntries(shop, 0, 100);
      expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: 25 }, (_, n) => n + 1));
      expect(entries.every((entry, index) => entry.previousHash === `${index}`)).toBe(true);
    });

    test('records the same thing once', async () => {
      const shop = await newShop();
      await append(shop, 'once');
      await expect(append(shop, 'once')).rejects.toMatchObject({ code: 'P2002' });
      expect(await listLedgerEntries(shop, 0, 9)).toHaveLength(1);
    });

    test.each([
      ['changed', `UPDATE "LedgerEntry" SET "hash" = 'x'`],
      ['deleted', 'DELETE FROM "LedgerEntry"'],
      ['emptied', 'TRUNCATE "LedgerEntry"'],
      [
        'deleted by naming a shop that is not redacted',
        `SELECT set_config('vitrine.redacting_shop', "shopId"::text, true) FROM "LedgerEntry"; DELETE FROM "LedgerEntry"`,
      ],
    ])('cannot be %s', async (_, script) => {
      const shop = await newShop();
      await append(shop, 'kept');
      const [first, second] = script.split('; ');
      await expect(
        store().transaction(async (tx) => {
          await tx.db.$queryRawUnsafe(first ?? '');
          if (second !== undefined) await tx.db.$executeRawUnsafe(second);
        }),
      ).rejects.toThrow(/append-only/);
      expect(await listLedgerEntries(shop, 0, 9)).toHaveLength(1);
    });
  });

  test('what a shop demands to be deleted is gone, and what another shop has stays', async () => {
    const [shop, other] = [await newShop(), await newShop()];
    for (const each of [shop, other]) {
      const image = await newImage(each, 1);
      await createEnhancement(each, { imageId: image.id, trigger: 'webhook', lane: 'live', params: {} });
      await referToBlob(each, {
        digest: 'f'.repeat(64),
        bytes: 3,
        mimeType: 'image/png',
        role: 'original',
        imageId: image.id,
        expiresAt: null,
      });
      await store().transaction(async (tx) => {
        await insertLedgerEntry(tx.forShop(each.shopId), {
          seq: 1,
          kind: 'k',
          imageId: image.id,
          subject: 's',
          body: {},
          previousHash: '0',
          hash: '1',
          at: store().now(),
        });
      });
    }
    const domain = (await store().db.shop.findUnique({ where: { id: shop.shopId } }))?.domain ?? '';
    await store().transaction((tx) => redactShop(tx.forShop(shop.shopId), domain, 'none'));
    const left = async (each: ShopDb) => [
      (await listImages(each, { limit: 9 })).images.length,
      (await listLedgerEntries(each, 0, 9)).length,
      (await findReferredBlob(each, 'f'.repeat(64))) !== null,
    ];
    expect(await left(shop)).toEqual([0, 0, false]);
    expect(await left(other)).toEqual([1, 1, true]);
    expect(await store().db.shop.findUnique({ where: { id: shop.shopId } })).toMatchObject({
      status: 'redacted',
      settings: {},
    });
  });

  test('bytes may go only when nobody refers to them any more', async () => {
    const [shop, other] = [await newShop(), await newShop()];
    const reference = {
      digest: 'a'.repeat(64),
      bytes: 2 ** 33,
      mimeType: 'image/png',
      role: 'raw',
      imageId: newId(),
    } as const;
    await referToBlob(shop, { ...reference, expiresAt: new Date(nowMs + 1_000) });
    await referToBlob(other, { ...reference, expiresAt: new Date(nowMs + 9_000) });
    await referToBlob(other, { ...reference, expiresAt: new Date(nowMs + 2_000) });
    expect((await findReferredBlob(shop, reference.digest))?.bytes).toBe(2n ** 33n);
    const later = (ms: number) => new Date(nowMs + ms);
    const removed: string[] = [];
    const forget = (digest: string) =>
      store().transaction((tx) =>
        forgetBlob(tx, digest, async (each) => {
          removed.push(each);
        }),
      );
    expect(await dropExpiredReferences(store().db, later(5_000), 10)).toBe(1);
    expect(await findReferredBlob(shop, reference.digest)).toBeNull();
    expect(await forget(reference.digest)).toBe(false);
    expect(removed).toEqual([]);
    expect(await dropExpiredReferences(store().db, later(9_000), 10)).toBe(1);
    expect(await listUnreferredBlobs(store().db, later(1), 1000)).toContain(reference.digest);
    expect(await forget(reference.digest)).toBe(true);
    expect(removed).toEqual([reference.digest]);
    await referToBlob(shop, { ...reference, expiresAt: later(1_000) });
    await referToBlob(shop, { ...reference, expiresAt: null });
    await referToBlob(shop, { ...reference, expiresAt: later(2_000) });
    expect(await dropExpiredReferences(store().db, later(99_000), 10)).toBe(0);
  });

  test('of two who save settings from the same state, one is told', async () => {
    const shop = await newShop();
    const { version } = await readSettings(shop);
    const saves = await Promise.allSettled([
      saveSettings(shop, { a: 1 }, version),
      saveSettings(shop, { a: 2 }, version),
    ]);
    expect(saves.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await readSettings(shop)).version).toBe(version + 1);
  });

  test('the inbox keeps a delivery once, marks it once, and forgets only what is processed and old', async () => {
    const delivery = (id: string, ageMs: number) => ({
      id,
      shopDomain: 'inbox.myshopify.com',
      topic: 't',
      eventId: null,
      apiVersion: null,
      triggeredAt: null,
      receivedAt: new Date(nowMs - ageMs),
      payload: {},
    });
    const list = [delivery('old-done', 9_000), delivery('old-open', 9_000), delivery('new-done', 0)];
    expect(await insertDeliveries(store().db, [...list, ...list])).toEqual(new Set(list.map(({ id }) => id)));
    expect(await insertDeliveries(store().db, list)).toEqual(new Set());
    expect(await markDeliveryProcessed(store().db, 'old-done', 'done', store().now())).toBe(true);
    expect(await markDeliveryProcessed(store().db, 'old-done', 'again', store().now())).toBe(false);
    await markDeliveryProcessed(store().db, 'new-done', 'done', store().now());
    expect(await pruneDeliveries(store().db, new Date(nowMs - 1_000), 10)).toBe(1);
    const left = await listDeliveries(store().db, 'inbox.myshopify.com', 10);
    expect(left.map(({ id }) => id).sort()).toEqual(['new-done', 'old-open']);
  });
});
