import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import * as blobs from '../../../web/core/store/blobs.ts';
import * as budget from '../../../web/core/store/budget.ts';
import type { ShopDb, ShopTx } from '../../../web/core/store/door.ts';
import * as enhancements from '../../../web/core/store/enhancements.ts';
import { newId } from '../../../web/core/store/ids.ts';
import * as imageAliases from '../../../web/core/store/image-aliases.ts';
import * as images from '../../../web/core/store/images.ts';
import * as leases from '../../../web/core/store/leases.ts';
import * as ledger from '../../../web/core/store/ledger.ts';
import * as predictions from '../../../web/core/store/predictions.ts';
import * as redaction from '../../../web/core/store/redaction.ts';
import * as shops from '../../../web/core/store/shops.ts';
import * as waitingJobs from '../../../web/core/store/waiting-jobs.ts';
import { useStore } from '../../support/stores.ts';

/** What the first shop has; the second tries to see and to change it by its ids. */
interface Prey {
  readonly imageId: string;
  readonly mediaId: string;
  readonly productId: string;
  readonly enhancementId: string;
  readonly predictionId: string;
  readonly reservationId: string;
  readonly lease: leases.Lease;
}

const at = new Date('2026-11-01T12:00:00.000Z');
const day = budget.utcDay(at);
const digest = 'd'.repeat(64);
const workKey = 'work-of-the-first';
const queue = 'of-shops';
const otherFile = 'gid://shopify/MediaImage/2';

type Try = (shop: ShopDb, prey: Prey, tx: ShopTx) => Promise<unknown>;

/** One try for each function behind the door, with the ids of another shop. */
const tries: Readonly<Record<string, Try>> = {
  findImage: (shop, { imageId }) => images.findImage(shop, imageId),
  getImage: (shop, { imageId }) =>
    images.getImage(shop, imageId).catch((error: { code: string }) => error.code),
  findImageByMediaId: (shop, { mediaId }) => images.findImageByMediaId(shop, mediaId),
  findImagesByMediaIds: (shop, { mediaId }) => images.findImagesByMediaIds(shop, [mediaId]),
  findImagesOfProduct: (shop, { productId }) => images.findImagesOfProduct(shop, productId),
  listImages: (shop) => images.listImages(shop, { limit: 250 }),
  countImagesByStatus: (shop) => images.countImagesByStatus(shop),
  setImageStatus: (shop, { imageId }) => images.setImageStatus(shop, imageId, { status: 'failed' }),
  updateImage: (shop, { imageId }) => images.updateImage(shop, imageId, { alt: 'changed' }),
  setImageProgress: (shop, { imageId, lease }) => images.setImageProgress(shop, imageId, lease.token, 0.5),
  setQueuedImagesSkipped: (shop) => images.setQueuedImagesSkipped(shop, 'code', 'reason'),
  claimLease: (shop, { imageId }) => leases.claimLease(shop, imageId, 1e12),
  renewLease: (shop, { lease }) => leases.renewLease(shop, lease, 1e12),
  releaseLease: (shop, { lease }) => leases.releaseLease(shop, lease),
  guardLease: (_, { lease }, tx) =>
    leases.guardLease(tx, lease).catch((error: { code: string }) => error.code),
  dropLeases: (shop) => leases.dropLeases(shop),
  findEnhancement: (shop, { enhancementId }) => enhancements.findEnhancement(shop, enhancementId),
  getEnhancement: (shop, { enhancementId }) =>
    enhancements.getEnhancement(shop, enhancementId).catch((error: { code: string }) => error.code),
  listEnhancementsOfImage: (shop, { imageId }) => enhancements.listEnhancementsOfImage(shop, imageId, 9),
  latestEnhancement: (shop, { imageId }) => enhancements.latestEnhancement(shop, imageId),
  findEnhancementByWorkKey: (shop) => enhancements.findEnhancementByWorkKey(shop, workKey),
  saveStep: (_, { enhancementId, lease }, tx) =>
    enhancements
      .saveStep(tx, { enhancementId, lease, step: 'assess', result: { rawDigest: 'x' } })
      .catch((error: { code: string }) => error.code),
  endEnhancement: (shop, { enhancementId }) =>
    enhancements.endEnhancement(shop, enhancementId, { state: 'failed' }, ['running', 'held']),
  resumeEnhancement: (shop, { enhancementId }) => enhancements.resumeEnhancement(shop, enhancementId, {}),
  listStalledEnhancements: (shop) =>
    enhancements.listStalledEnhancements(shop, new Date('2100-01-01T00:00:00Z'), 9),
  findReferredBlob: (shop) => blobs.findReferredBlob(shop, digest),
  listReferencesOfImage: (shop, { imageId }) => blobs.listReferencesOfImage(shop, imageId),
  lockLastLedgerEntry: (_, __, tx) => ledger.lockLastLedgerEntry(tx),
  findLedgerEntry: (shop) => ledger.findLedgerEntry(shop, 'published', 'subject'),
  listLedgerEntries: (shop) => ledger.listLedgerEntries(shop, 0, 9),
  listLedgerEntriesOfImage: (shop, { imageId }) => ledger.listLedgerEntriesOfImage(shop, imageId, 9),
  findPrediction: (shop, { predictionId }) => predictions.findPrediction(shop, predictionId),
  listAttempts: (shop) => predictions.listAttempts(shop, workKey),
  listPredictionsOfEnhancement: (shop, { enhancementId }) =>
    predictions.listPredictionsOfEnhancement(shop, enhancementId),
  changePrediction: (shop, { predictionId }) =>
    predictions.changePrediction(shop, predictionId, { state: 'planned', updatedAt: at }, { state: 'lost' }),
  findReservation: (shop, { reservationId }) => budget.findReservation(shop, reservationId),
  endReservation: (_, { reservationId }, tx) => budget.endReservation(tx, reservationId, 'released', 0),
  moveToSpent: (_, __, tx) => budget.moveToSpent(tx, day, 5, 5),
  readSpend: (shop) => budget.readSpend(shop, day),
  listSpend: (shop) => budget.listSpend(shop, day, day),
  findAliases: (shop) => imageAliases.findAliases(shop, [otherFile]),
  listAliasesOfImage: (shop, { imageId }) => imageAliases.listAliasesOfImage(shop, imageId),
  deleteWaitingJobs: (_, __, tx) => waitingJobs.deleteWaitingJobs(tx, [queue]),
};

/** Functions that write the caller's own rows, or read the caller's own shop, and take nobody else's id. */
const ownOnly: Readonly<Record<string, Try>> = {
  upsertSeenImage: (shop, { mediaId }) =>
    images.upsertSeenImage(shop, { mediaId, fileName: 'mine.png' }, 'good'),
  saveAlias: (shop, { imageId }) => imageAliases.saveAlias(shop, { mediaId: otherFile, imageId }),
  moveImageToMedia: (shop, { imageId, mediaId }) =>
    imageAliases.moveImageToMedia(shop, { imageId, from: mediaId, to: otherFile }),
  createEnhancement: (shop, { imageId }) =>
    enhancements.createEnhancement(shop, { imageId, trigger: 'merchant', lane: 'live', params: {} }),
  referToBlob: (shop, { imageId }) =>
    blobs.referToBlob(shop, {
      digest: 'e'.repeat(64),
      bytes: 1,
      mimeType: 'image/png',
      role: 'raw',
      imageId,
      expiresAt: null,
    }),
  insertLedgerEntry: (_, { imageId }, tx) =>
    ledger.insertLedgerEntry(tx, {
      seq: 1,
      kind: 'published',
      imageId,
      subject: 'subject',
      body: {},
      previousHash: '0',
      hash: '1',
      at,
    }),
  planPrediction: (shop, { enhancementId }) =>
    predictions.planPrediction(shop, {
      id: newId(),
      enhancementId,
      workKey: 'mine',
      attempt: 1,
      nonce: newId(),
      engine: 'replicate',
      model: 'm',
      modelVersion: 'v',
      account: 'operator',
    }),
  insertReservation: (_, __, tx) =>
    budget.insertReservation(tx, { id: newId(), enhancementId: null, day, micros: 1 }),
  addReserved: (_, __, tx) => budget.addReserved(tx, day, 1, null),
  getShop: (shop) => shops.getShop(shop),
  setShopScopes: (shop) => shops.setShopScopes(shop, 'mine'),
  readSettings: (shop) => shops.readSettings(shop),
  saveSettings: (shop) => shops.saveSettings(shop, {}, 0),
  setReconciledUntil: (shop) => shops.setReconciledUntil(shop, at),
  saveSealedSecrets: (shop) => shops.saveSealedSecrets(shop, 'mine'),
  redactShop: (_, __, tx) => redaction.redactShop(tx, 'second.myshopify.com', 'none'),
};

describe('one shop never sees or changes what is another’s', () => {
  const store = useStore('pglite', { now: () => at });
  let prey: Prey;
  let secondId: string;

  beforeAll(async () => {
    await store().boss.createQueue(queue);
    const first = await shops.installShop(store().db, 'first.myshopify.com', 'scopes-of-the-first', at);
    const second = await shops.installShop(store().db, 'second.myshopify.com', '', at);
    secondId = second.id;
    prey = await store().transaction(async (tx) => {
      const shop = tx.forShop(first.id);
      const mediaId = 'gid://shopify/MediaImage/1';
      const productId = 'gid://shopify/Product/1';
      const image = await images.upsertSeenImage(
        shop,
        { mediaId, productId, fileName: 'first.png' },
        'queued',
      );
      await imageAliases.saveAlias(shop, { mediaId: otherFile, imageId: image.id });
      const enhancement = await enhancements.createEnhancement(shop, {
        imageId: image.id,
        trigger: 'webhook',
        lane: 'live',
        params: {},
      });
      const lease = await leases.claimLease(shop, image.id, 60_000);
      if (lease === null) throw new Error('no lease');
      await enhancements.saveStep(shop, {
        enhancementId: enhancement.id,
        lease,
        step: 'enhance',
        result: { workKey, rawDigest: digest },
      });
      await blobs.referToBlob(shop, {
        digest,
        bytes: 1,
        mimeType: 'image/png',
        role: 'raw',
        imageId: image.id,
        expiresAt: null,
      });
      await ledger.insertLedgerEntry(shop, {
        seq: 1,
        kind: 'published',
        imageId: image.id,
        subject: 'subject',
        body: { of: 'first' },
        previousHash: '0',
        hash: '1',
        at,
      });
      const prediction = await predictions.planPrediction(shop, {
        id: newId(),
        enhancementId: enhancement.id,
        workKey,
        attempt: 1,
        nonce: 'n',
        engine: 'replicate',
        model: 'm',
        modelVersion: 'v',
        account: 'operator',
      });
      const reservationId = newId();
      await budget.insertReservation(shop, {
        id: reservationId,
        enhancementId: enhancement.id,
        day,
        micros: 5,
      });
      await budget.addReserved(shop, day, 5, null);
      await shop.send(queue, { shopId: first.id });
      return {
        imageId: image.id,
        mediaId,
        productId,
        enhancementId: enhancement.id,
        predictionId: prediction?.id ?? '',
        reservationId,
        lease,
      };
    });
  });

  const tables = [
    'Image',
    'ImageAlias',
    'Enhancement',
    'LedgerEntry',
    'BlobReference',
    'Prediction',
    'BudgetDay',
    'Reservation',
  ];
  async function everythingOfTheFirst(): Promise<string> {
    const parts: unknown[] = [
      await store().db.$queryRaw`SELECT * FROM "Shop" WHERE domain = 'first.myshopify.com'`,
      await store().db.$queryRaw`SELECT id FROM pgboss.job WHERE data->>'shopId' <> ${secondId}`,
    ];
    for (const table of tables) {
      parts.push(
        await store().db.$queryRawUnsafe(
          `SELECT * FROM "${table}" WHERE "shopId" <> $1::uuid ORDER BY 1, 2`,
          secondId,
        ),
      );
    }
    return textOf(parts);
  }

  const run = (attempt: Try) =>
    store().transaction((tx) => {
      const shop = tx.forShop(secondId);
      return attempt(shop, prey, shop);
    });

  test.each(Object.entries(tries))(
    '%s finds nothing and changes nothing with another shop’s ids',
    async (_, attempt) => {
      const before = await everythingOfTheFirst();
      const result = await run(attempt);
      expect(textOf(result)).not.toMatch(/first|"(id|token)":/);
      expect([null, 0, false, 'not-found', 'lease-lost', '[]', '{}']).toContainEqual(emptied(result));
      expect(await everythingOfTheFirst()).toBe(before);
    },
  );

  test.each(Object.entries(ownOnly))('%s touches the caller’s own rows alone', async (_, attempt) => {
    const before = await everythingOfTheFirst();
    expect(textOf(await run(attempt))).not.toContain('first');
    expect(await everythingOfTheFirst()).toBe(before);
  });

  test('every function behind the door is tried here', () => {
    const folder = new URL('../../../web/core/store/', import.meta.url);
    const sources = readdirSync(folder).filter((name) => name.endsWith('.ts'));
    const pattern =
      /export (?:async )?function (\w+)(?:<[^>]*>)?\(\s*(?:shop|tx): (?:ShopDb|ShopTx|Parameters<typeof clientOf>\[0\])/g;
    const found = sources.flatMap((name) =>
      [...readFileSync(new URL(name, folder), 'utf8').matchAll(pattern)].map((match) => match[1] ?? ''),
    );
    // keepLease only repeats renewLease.
    const wanted = found.filter((name) => name !== 'keepLease').sort();
    expect(wanted.length).toBeGreaterThan(40);
    expect([...Object.keys(tries), ...Object.keys(ownOnly)].sort()).toEqual(wanted);
  });
});

function textOf(value: unknown): string {
  return JSON.stringify(value ?? null, (_, each: unknown) =>
    typeof each === 'bigint' ? Number(each) : each,
  );
}

/** An answer that holds nothing, in one of a few spellings. */
function emptied(result: unknown): unknown {
  if (result === undefined || result === null) return null;
  if (Array.isArray(result)) return JSON.stringify(result);
  if (typeof result === 'object') {
    const values = Object.values(result);
    const isEmpty = values.every(
      (value) => value === 0 || value === null || (Array.isArray(value) && value.length === 0),
    );
    return isEmpty ? null : result;
  }
  return result;
}
