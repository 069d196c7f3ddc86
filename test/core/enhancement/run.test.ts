import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { verifyLedger } from '../../../web/core/audit/verify.ts';
import type { Engine } from '../../../web/core/engines/contract.ts';
import { type EnhanceImageRequest, enhanceImage } from '../../../web/core/enhancement/run.ts';
import { settingsSchema } from '../../../web/core/enhancement/settings.ts';
import type { EnhancementDeps } from '../../../web/core/enhancement/step.ts';
import { latestEnhancement, listEnhancementsOfImage } from '../../../web/core/store/enhancements.ts';
import { getImage } from '../../../web/core/store/images.ts';
import { dropAllLeases } from '../../../web/core/store/leases.ts';
import { listLedgerEntries, listLedgerEntriesOfImage } from '../../../web/core/store/ledger.ts';
import type { ImageRecord } from '../../../web/core/store/records.ts';
import { sha256 } from '../../../web/core/vault/digest.ts';
import type { Vault } from '../../../web/core/vault/vault.ts';
import { countCommits, dyingStore } from '../../support/dying-store.ts';
import { type House, openHouse, tellOf } from '../../support/house.ts';
import { storeKinds, useStore } from '../../support/stores.ts';

const never = new AbortController().signal;

describe.each(storeKinds)('the way of an image on %s', (kind) => {
  const opened = useStore(kind);
  let house: House;
  beforeAll(async () => {
    house = await openHouse(opened());
  });
  afterAll(() => house.close());
  beforeEach(() => house.sandbox.faults.clear());

  const shopDb = () => opened().forShop(house.shopId);
  const request = (image: ImageRecord, change: Partial<EnhanceImageRequest> = {}): EnhanceImageRequest => ({
    shopId: house.shopId,
    imageId: image.id,
    trigger: 'webhook',
    lane: 'live',
    settings: house.settings,
    isLastTry: true,
    ...change,
  });
  const run = (
    image: ImageRecord,
    change: Partial<EnhanceImageRequest> = {},
    deps: Partial<EnhancementDeps> = {},
  ) => enhanceImage({ ...house.deps, ...deps }, request(image, change), never);
  const writes = () =>
    house.sandbox.operations().filter(({ rootFields }) => rootFields.includes('fileUpdate')).length;
  const local = () => house.deps.engines.local as Engine;
  /** The engine, with something that happens in the shop while it works. */
  const meanwhile = (happen: () => void): Partial<EnhancementDeps> => ({
    engines: {
      local: {
        ...local(),
        async enhance(...args) {
          const made = await local().enhance(...args);
          happen();
          await house.sandbox.waitUntilIdle();
          return made;
        },
      },
    },
  });

  test('ends in the shop, larger, with everything else as it was, and with one entry', async () => {
    const image = await house.addPhoto();
    const before = await house.shop.file(image.mediaId);
    expect(await run(image)).toEqual({ kind: 'enhanced' });
    const after = await house.shop.file(image.mediaId);
    const work = await latestEnhancement(shopDb(), image.id);
    expect(after.sha256).toBe(work?.outputDigest);
    expect([after.widthPx, after.heightPx]).toEqual([480, 480]);
    expect(after).toMatchObject({
      mediaId: before.mediaId,
      fileName: before.fileName,
      alt: before.alt,
      position: before.position,
      variantIds: before.variantIds,
    });
    expect(await getImage(shopDb(), image.id)).toMatchObject({
      status: 'enhanced',
      contentDigest: after.sha256,
      originalDigest: before.sha256,
      widthPx: 480,
      leaseToken: null,
    });
    expect(sha256(await house.deps.vault.read(before.sha256))).toBe(before.sha256);
    const entries = await listLedgerEntriesOfImage(shopDb(), image.id, 10);
    expect(entries.map((entry) => entry.kind)).toEqual(['enhanced']);
    expect(entries[0]?.body).toMatchObject({ original: before.sha256, after: { digest: after.sha256 } });
  });

  test('keeps a transparent image transparent', async () => {
    const image = await house.addPhoto({ scene: 'stoneware-mug' });
    expect(await run(image)).toEqual({ kind: 'enhanced' });
    expect((await house.shop.file(image.mediaId)).mimeType).toBe('image/png');
    expect((await latestEnhancement(shopDb(), image.id))?.alphaDigest).not.toBeNull();
  });

  test('its own write starts no work, told of or looked at', async () => {
    const image = await house.addPhoto();
    await run(image);
    const { productId } = await getImage(shopDb(), image.id);
    const written = writes();
    expect((await tellOf(opened(), house.shopId, house.shop, productId ?? '')).queued).toEqual([]);
    expect(await run(image)).toMatchObject({
      kind: 'ended',
      end: { code: 'own-write', imageStatus: 'enhanced' },
    });
    expect(writes()).toBe(written);
    expect((await getImage(shopDb(), image.id)).status).toBe('enhanced');
  });

  test('of two workers one works', async () => {
    const image = await house.addPhoto();
    const written = writes();
    const outcomes = await Promise.all([run(image), run(image)]);
    expect(outcomes.map(({ kind: outcome }) => outcome).sort()).toEqual(['busy', 'enhanced']);
    expect(writes()).toBe(written + 1);
  });

  test('a picture that the merchant replaced meanwhile is left alone', async () => {
    const image = await house.addPhoto();
    const other = Buffer.from((await house.shop.file((await house.addPhoto({ sidePx: 90 })).mediaId)).bytes);
    const outcome = await run(
      image,
      {},
      meanwhile(() => house.shop.replaceImage(image.mediaId, other)),
    );
    expect(outcome).toMatchObject({ kind: 'ended', end: { state: 'superseded', imageStatus: 'superseded' } });
    expect((await house.shop.file(image.mediaId)).sha256).toBe(sha256(other));
    expect((await listLedgerEntriesOfImage(shopDb(), image.id, 10)).map((entry) => entry.kind)).toEqual([
      'superseded',
    ]);
  });

  test('a picture of the same size in bytes and pixels is still told from what was read', async () => {
    const image = await house.addPhoto();
    const bytes = Buffer.from((await house.shop.file(image.mediaId)).bytes);
    // One bit in the last byte before the end marker: still a JPEG, and not the same picture.
    bytes[bytes.length - 3] = (bytes[bytes.length - 3] ?? 0) ^ 1;
    const outcome = await run(
      image,
      {},
      meanwhile(() => house.shop.replaceImage(image.mediaId, bytes)),
    );
    expect(outcome).toMatchObject({ end: { state: 'superseded' } });
    expect((await house.shop.file(image.mediaId)).sha256).toBe(sha256(bytes));
  });

  test('a changed alt text alone does not stop the work, and stays', async () => {
    const image = await house.addPhoto();
    const outcome = await run(
      image,
      {},
      meanwhile(() => house.shop.editAlt(image.mediaId, 'Better words')),
    );
    expect(outcome).toEqual({ kind: 'enhanced' });
    expect((await house.shop.file(image.mediaId)).alt).toBe('Better words');
    expect((await getImage(shopDb(), image.id)).alt).toBe('Better words');
  });

  test('an image that was deleted meanwhile is not brought back', async () => {
    const image = await house.addPhoto();
    const outcome = await run(
      image,
      {},
      meanwhile(() => house.shop.deleteMedia(image.mediaId)),
    );
    expect(outcome).toMatchObject({ kind: 'ended', end: { code: 'media-gone' } });
    expect(house.shop.hasFile(image.mediaId)).toBe(false);
  });

  test('a file that Shopify has locked is tried again', async () => {
    const image = await house.addPhoto();
    house.sandbox.faults.arm('file.locked', { times: 1 });
    expect(await run(image)).toEqual({ kind: 'enhanced' });
    expect(house.sandbox.faults.struck('file.locked')).toBeGreaterThan(0);
  });

  test('new bytes that Shopify cannot process leave the old ones in place, with a sentence', async () => {
    const image = await house.addPhoto();
    const before = await house.shop.file(image.mediaId);
    house.sandbox.faults.arm('media.failed', { times: 1 });
    expect(await run(image)).toMatchObject({ end: { state: 'failed', code: 'file-refused' } });
    expect(await house.shop.file(image.mediaId)).toMatchObject({ sha256: before.sha256, status: 'READY' });
  });

  test('an answer that never came after the write is found out by reading, not by writing again', async () => {
    const image = await house.addPhoto();
    const written = writes();
    house.sandbox.faults.arm('api.connectionReset', {
      times: 1,
      afterWork: true,
      only: ({ operation }) => operation === 'FileUpdate' || operation === 'fileUpdate',
    });
    const first = run(image, { isLastTry: false });
    await first.catch(() => run(image));
    expect((await getImage(shopDb(), image.id)).status).toBe('enhanced');
    expect(writes()).toBe(written + 1);
  });

  test('without the original in the vault the shop is not touched', async () => {
    const image = await house.addPhoto();
    const before = await house.shop.file(image.mediaId);
    const full: Vault = {
      ...house.deps.vault,
      put: () => Promise.reject(Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })),
    };
    expect(await run(image, {}, { vault: full })).toMatchObject({ end: { state: 'failed' } });
    expect((await house.shop.file(image.mediaId)).sha256).toBe(before.sha256);
  });

  test('an original that was damaged in the vault stops the write', async () => {
    const image = await house.addPhoto({ sidePx: 100 });
    const before = await house.shop.file(image.mediaId);
    const { sha256: digest } = before;
    const blob = join(house.vaultFolder, digest.slice(0, 2), digest.slice(2, 4), digest);
    const work = run(
      image,
      {},
      {
        engines: {
          local: {
            ...local(),
            async enhance(...args) {
              const made = await local().enhance(...args);
              await writeFile(blob, 'damaged');
              return made;
            },
          },
        },
      },
    );
    expect(await work).toMatchObject({ end: { state: 'failed', code: 'vault-corrupt' } });
    expect((await house.shop.file(image.mediaId)).sha256).toBe(digest);
  });

  test('approve-first waits with the finished file, and writes nothing before', async () => {
    const image = await house.addPhoto({ scene: 'steel-watch' });
    const written = writes();
    const settings = settingsSchema.parse({ ...house.settings, mode: 'approve-first' });
    expect(await run(image, { settings })).toMatchObject({ end: { state: 'held', code: 'approve-first' } });
    expect(writes()).toBe(written);
    expect((await latestEnhancement(shopDb(), image.id))?.outputDigest).not.toBeNull();
  });

  test('the same work is done once: a second image with the same bytes takes the result from the vault', async () => {
    const [one, two] = [await house.addPhoto({ isTwin: true }), await house.addPhoto({ isTwin: true })];
    let runs = 0;
    const counted: Partial<EnhancementDeps> = {
      engines: {
        local: {
          ...local(),
          enhance: (...args) => {
            runs += 1;
            return local().enhance(...args);
          },
        },
      },
    };
    await run(one, {}, counted);
    expect(await run(two, {}, counted)).toEqual({ kind: 'enhanced' });
    expect(runs).toBe(1);
  });

  test('whatever commit is the last before a crash, the end is the same', async () => {
    const counted = await house.addPhoto({ sidePx: 64, scene: 'glazed-spheres' });
    const commits = await countCommits(opened(), (store) => run(counted, {}, { store }));
    expect(commits).toBeGreaterThan(8);
    for (let last = 0; last <= commits; last += 1) {
      for (const crash of ['before', 'after'] as const) {
        const image = await house.addPhoto({
          sidePx: 64 + last * 2 + (crash === 'after' ? 1 : 0),
          scene: 'glazed-spheres',
        });
        const written = writes();
        const dying = { ...house.deps, store: dyingStore(opened(), last, crash) };
        await enhanceImage(dying, request(image, { isLastTry: false }), never).catch(() => null);
        // What a restart does on the embedded store; elsewhere the lease runs out.
        await dropAllLeases(opened().db);
        await run(image);
        const told = `crash ${crash} commit ${last + 1} of ${commits}`;
        const { status, contentDigest } = await getImage(shopDb(), image.id);
        const shown = await house.shop.file(image.mediaId);
        expect([told, status, shown.sha256]).toEqual([told, 'enhanced', contentDigest]);
        const kinds = (await listLedgerEntriesOfImage(shopDb(), image.id, 10)).map((entry) => entry.kind);
        expect([told, kinds]).toEqual([told, ['enhanced']]);
        expect([told, writes() - written]).toEqual([told, 1]);
        const attempts = await listEnhancementsOfImage(shopDb(), image.id, 10);
        expect([told, attempts.filter(({ state }) => state === 'done').length]).toEqual([told, 1]);
      }
    }
  });

  test('the ledger is sound after all of this', async () => {
    expect((await verifyLedger(shopDb(), null)).fault).toBeNull();
    expect((await listLedgerEntries(shopDb(), 0, 1000)).length).toBeGreaterThan(10);
  });
});
