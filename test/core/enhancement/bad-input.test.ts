import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { enhanceImage } from '../../../web/core/enhancement/run.ts';
import { settingsSchema } from '../../../web/core/enhancement/settings.ts';
import { getImage } from '../../../web/core/store/images.ts';
import type { ImageRecord } from '../../../web/core/store/records.ts';
import { type House, openHouse } from '../../support/house.ts';
import { useStore } from '../../support/stores.ts';

const flat = (widthPx: number, heightPx: number) =>
  sharp({ create: { width: widthPx, height: heightPx, channels: 3, background: '#88aacc' } });
/** What Shopify says of a file whose bytes are something else. */
const declared = (widthPx: number, heightPx: number) =>
  ({ widthPx, heightPx, mimeType: 'image/jpeg', format: 'jpeg' }) as const;

describe('what cannot be worked with', () => {
  const opened = useStore('pglite');
  let house: House;
  beforeAll(async () => {
    house = await openHouse(opened());
  });
  afterAll(() => house.close());

  async function expectSkipped(image: ImageRecord, code: string): Promise<void> {
    const before = await house.shop.file(image.mediaId);
    const rules = { ...house.settings.rules, largeEnoughLongestSidePx: 20_000 };
    const outcome = await enhanceImage(
      house.deps,
      {
        shopId: house.shopId,
        imageId: image.id,
        trigger: 'webhook',
        lane: 'live',
        settings: settingsSchema.parse({ ...house.settings, rules }),
        isLastTry: true,
      },
      new AbortController().signal,
    );
    expect(outcome).toMatchObject({ kind: 'ended', end: { state: 'skipped', code } });
    const row = await getImage(opened().forShop(house.shopId), image.id);
    expect(row).toMatchObject({
      status: 'skipped',
      reasonCode: code,
      reason: expect.stringMatching(/^[A-Z].+\.$/),
    });
    expect((await house.shop.file(image.mediaId)).sha256).toBe(before.sha256);
  }

  test('a file that is not an image is left alone with a sentence', async () => {
    const bytes = Buffer.from('<html>not an image</html>'.repeat(50));
    const image = await house.addFile({ fileName: 'page.jpg', bytes, declared: declared(500, 500) });
    await expectSkipped(image, 'image-not-an-image');
  });

  test('a truncated JPEG is left alone with a sentence', async () => {
    const whole = await sharp(await flat(500, 400).png().toBuffer())
      .jpeg()
      .toBuffer();
    const bytes = whole.subarray(0, Math.floor(whole.length * 0.6));
    await expectSkipped(
      await house.addFile({ fileName: 'cut.jpg', bytes, declared: declared(500, 400) }),
      'image-corrupt',
    );
  });

  test('a 1×1 image is left alone with a sentence', async () => {
    const image = await house.addFile({ fileName: 'dot.png', bytes: await flat(1, 1).png().toBuffer() });
    await expectSkipped(image, 'too-small');
  });

  test('an image above 25 MP is left alone with a sentence', async () => {
    const bytes = await flat(5100, 5100).jpeg().toBuffer();
    const image = await house.addFile({ fileName: 'huge.jpg', bytes, declared: declared(5000, 5000) });
    await expectSkipped(image, 'image-too-many-pixels');
  });

  test('an animation is left alone with a sentence', async () => {
    const frames = await sharp(await flat(64, 128).png().toBuffer(), {})
      .gif()
      .toBuffer();
    await expectSkipped(
      await house.addFile({ fileName: 'turning.gif', bytes: frames }),
      'format-not-written',
    );
  });
});
