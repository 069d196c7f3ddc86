import { setImmediate as turn } from 'node:timers/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Sandbox, type StoreHandle, startSandbox } from '../../../sandbox/start.ts';
import type { AdminClient } from '../../../web/core/catalog/admin-client.ts';
import { waitUntilReady } from '../../../web/core/catalog/file-update.ts';
import { shopifyFileHosts } from '../../../web/core/catalog/hosts.ts';
import { readMediaImage, type ShopImage } from '../../../web/core/catalog/media.ts';
import { type PublishDeps, publishInPlace } from '../../../web/core/catalog/publish-in-place.ts';
import { createGuardedFetch, type GuardedFetch } from '../../../web/core/net/guarded-fetch.ts';
import { sha256 } from '../../../web/core/vault/digest.ts';
import { clientOf } from './store-client.ts';

let sandbox: Sandbox;
let shop: StoreHandle;
let client: AdminClient;
let net: GuardedFetch;
beforeAll(async () => {
  sandbox = await startSandbox({ mediaDelayMs: 1 });
  shop = sandbox.shop();
  client = clientOf(sandbox, shop);
  net = createGuardedFetch({
    allowHosts: shopifyFileHosts,
    sandboxOrigin: sandbox.origin,
    maxBytes: 1_000_000,
    deadlineMs: 10_000,
  });
});
afterAll(async () => {
  await net.close();
  await sandbox.close();
});
beforeEach(() => {
  sandbox.faults.clear();
  sandbox.clearLogs();
});

const picture = (r: number, sidePx = 40) =>
  sharp({ create: { width: sidePx, height: sidePx, channels: 3, background: { r, g: 90, b: 30 } } })
    .jpeg()
    .toBuffer();
const writes = () =>
  sandbox.operations().filter(({ rootFields }) => rootFields.includes('fileUpdate')).length;

async function addFile() {
  const product = shop.addProduct({
    title: 'Mug',
    images: [{ fileName: 'mug.jpg', bytes: await picture(200), alt: 'A mug' }],
    variants: [{ title: 'One', imageIndex: 0 }],
  });
  await sandbox.waitUntilIdle();
  const mediaId = product.mediaIds[0] ?? '';
  const shown = (await readMediaImage(client, mediaId)) as ShopImage;
  const { sha256: digest } = await shop.file(mediaId);
  return { mediaId, shown, digest };
}
type Added = Awaited<ReturnType<typeof addFile>>;

async function publish(file: Added, bytes: Buffer, change: Partial<PublishDeps> = {}) {
  return publishInPlace(
    {
      client,
      upload: net.put,
      download: async (url) => (await net.download(url)).bytes,
      clock: Date.now,
      ...change,
    },
    {
      mediaId: file.mediaId,
      expected: file.shown,
      expectedDigest: file.digest,
      bytes,
      digest: sha256(bytes),
      fileName: 'mug.jpg',
      mimeType: 'image/jpeg',
    },
  );
}

describe('writing over a file', () => {
  test('shows the new bytes under the same id and path, and once only', async () => {
    const file = await addFile();
    const bytes = await picture(100, 80);
    const after = await publish(file, bytes);
    expect(after).toMatchObject({ mediaId: file.mediaId, widthPx: 80, alt: 'A mug' });
    expect(new URL(after.url ?? '').pathname).toBe(new URL(file.shown.url ?? '').pathname);
    expect((await shop.file(file.mediaId)).sha256).toBe(sha256(bytes));
    expect(await publish(file, bytes)).toMatchObject({ widthPx: 80 });
    expect(writes()).toBe(1);
  });

  test('is proven by the bytes, whether or not Shopify tells of the change', async () => {
    const file = await addFile();
    const deliveries = shop.deliveries().length;
    sandbox.faults.arm('file.silentChange', { times: Number.POSITIVE_INFINITY });
    const bytes = await picture(101);
    await publish(file, bytes);
    expect((await shop.file(file.mediaId)).sha256).toBe(sha256(bytes));
    expect(shop.deliveries().length).toBe(deliveries);
  });

  test.each(['file.locked', 'file.notReady', 'file.cannotBeModified'] as const)(
    '%s passes',
    async (fault) => {
      const file = await addFile();
      sandbox.faults.arm(fault, { times: 1 });
      const bytes = await picture(102);
      await publish(file, bytes);
      expect((await shop.file(file.mediaId)).sha256).toBe(sha256(bytes));
      expect(sandbox.faults.struck(fault)).toBeGreaterThan(0);
    },
  );

  test('another extension is refused at once, and nothing is changed', async () => {
    const file = await addFile();
    const png = await sharp(await picture(1))
      .png()
      .toBuffer();
    const call = publishInPlace(
      {
        client,
        upload: net.put,
        download: async (url) => (await net.download(url)).bytes,
        clock: Date.now,
      },
      {
        mediaId: file.mediaId,
        expected: file.shown,
        expectedDigest: file.digest,
        bytes: png,
        digest: sha256(png),
        fileName: 'mug.png',
        mimeType: 'image/png',
      },
    );
    await expect(call).rejects.toMatchObject({ code: 'shopify-refused', isRetriable: false });
    expect((await shop.file(file.mediaId)).sha256).toBe(file.digest);
  });
});

describe('compare and set', () => {
  test('a picture that changed since it was read is left alone', async () => {
    const file = await addFile();
    const theirs = await picture(7);
    shop.replaceImage(file.mediaId, theirs);
    await sandbox.waitUntilIdle();
    await expect(publish(file, await picture(103))).rejects.toMatchObject({ code: 'superseded' });
    expect([(await shop.file(file.mediaId)).sha256, writes()]).toEqual([sha256(theirs), 0]);
  });

  test('the look comes after the upload, immediately before the write', async () => {
    const file = await addFile();
    const theirs = await picture(8);
    sandbox.interject({ after: 'stagedUploadsCreate' }, async () => {
      shop.replaceImage(file.mediaId, theirs);
      // The merchant's own upload is READY before ours has arrived.
      while ((await shop.file(file.mediaId)).sha256 !== sha256(theirs)) await turn();
    });
    await expect(publish(file, await picture(104))).rejects.toMatchObject({ code: 'superseded' });
    expect([(await shop.file(file.mediaId)).sha256, writes()]).toEqual([sha256(theirs), 0]);
  });

  test('other facts around the same bytes are no change', async () => {
    const file = await addFile();
    shop.editAlt(file.mediaId, 'Other words');
    const bytes = await picture(105);
    const after = await publish(
      { ...file, shown: { ...file.shown, updatedAt: '2020-01-01T00:00:00Z' } },
      bytes,
    );
    expect(after.alt).toBe('Other words');
  });
});

describe('what Shopify cannot process', () => {
  test('is acknowledged, and the old image is there again, bit by bit', async () => {
    const file = await addFile();
    sandbox.faults.arm('media.failed', { times: 1, code: 'IMAGE_PROCESSING_FAILURE' });
    const failed = publish(file, await picture(106));
    await expect(failed).rejects.toMatchObject({
      code: 'file-refused',
      sentence: expect.stringContaining('IMAGE_PROCESSING_FAILURE'),
    });
    expect(await shop.file(file.mediaId)).toMatchObject({ status: 'READY', sha256: file.digest });
    const shown = await readMediaImage(client, file.mediaId);
    const { bytes } = await net.download(shown?.originalUrl ?? '');
    expect(sha256(bytes)).toBe(file.digest);
  });

  test('is said to be back only when the bytes are', async () => {
    const file = await addFile();
    sandbox.faults.arm('media.failed', { times: 1 });
    // Somebody writes the file in the very moment of its return: what is there is not the old image.
    const theirs = await picture(9);
    sandbox.interject({ after: 'fileAcknowledgeUpdateFailed' }, () => {
      shop.replaceImage(file.mediaId, theirs);
    });
    await expect(publish(file, await picture(107))).rejects.toMatchObject({ code: 'superseded' });
    await sandbox.waitUntilIdle();
    expect((await shop.file(file.mediaId)).sha256).toBe(sha256(theirs));
  });

  test('never READY ends at the deadline, to be looked at again', async () => {
    const file = await addFile();
    sandbox.faults.arm('media.stuck', { times: 1 });
    const bytes = await picture(108);
    await expect(publish(file, bytes, { readyDeadlineMs: 300 })).rejects.toMatchObject({
      code: 'file-not-ready',
      isRetriable: true,
    });
    sandbox.releaseStuckMedia();
    await sandbox.waitUntilIdle();
    await publish(file, bytes);
    expect(writes()).toBe(1);
    expect((await shop.file(file.mediaId)).sha256).toBe(sha256(bytes));
  });

  test('a file that goes away while it is waited for is gone, not late', async () => {
    const file = await addFile();
    shop.deleteMedia(file.mediaId);
    const wait = waitUntilReady(client, file.mediaId, { deadlineMs: 1000, clock: Date.now });
    await expect(wait).rejects.toMatchObject({ code: 'media-gone' });
  });
});
