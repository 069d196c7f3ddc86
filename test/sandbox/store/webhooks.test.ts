import '@shopify/shopify-api/adapters/node';
import { ApiVersion, shopifyApi } from '@shopify/shopify-api';
import { expect, test } from 'vitest';
import { sandboxClientId, sandboxClientSecret, sandboxShop } from '../../../sandbox/start.ts';
import { createManualClock } from '../../../sandbox/store/clock/clock.ts';
import { retryDelaysMs } from '../../../sandbox/store/webhooks/dispatcher.ts';
import { makeImage, type Received, type Stage, setStage } from './support.ts';

/** Shopify's own library, as the independent judge of signatures. */
const judge = (apiSecretKey = sandboxClientSecret) =>
  shopifyApi({
    apiKey: sandboxClientId,
    apiSecretKey,
    hostName: 'localhost',
    apiVersion: ApiVersion.October26,
    isEmbeddedApp: true,
    logger: { level: 0 },
  });

const validate = (one: Received, secret?: string) =>
  judge(secret).webhooks.validate({
    rawBody: one.body,
    rawRequest: { headers: one.headers, method: 'POST', url: '/webhooks' },
  } as never);

async function addMug({ sandbox }: Stage) {
  const bytes = await makeImage();
  const product = sandbox.shop().addProduct({
    title: 'Mug',
    tags: ['b', 'a'],
    images: [{ fileName: 'mug.jpg', bytes, alt: 'A mug' }],
    variants: [{ title: 'Blue', imageIndex: 0 }, { title: 'Red' }],
  });
  await sandbox.waitUntilIdle();
  return product;
}

test('every delivery carries the headers of the platform and a signature that its own library accepts', async () => {
  await using stage = await setStage();
  await addMug(stage);
  const [delivery] = stage.app.received;
  if (delivery === undefined) throw new Error('nothing came');
  expect(await validate(delivery)).toMatchObject({
    valid: true,
    topic: 'PRODUCTS_CREATE',
    domain: sandboxShop,
    apiVersion: '2026-10',
    webhookId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    eventId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    triggeredAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/),
  });
  expect(await validate({ ...delivery, body: `${delivery.body} ` })).toMatchObject({ valid: false });
  expect(await validate(delivery, 'another secret')).toMatchObject({ valid: false });
});

test('products/create waits until every image is READY and carries images[] and media[] with different ids', async () => {
  await using stage = await setStage({ mediaDelayMs: 20 });
  const product = await addMug(stage);
  const [payload] = stage.app.payloads('products/create');
  const variantId = Number(product.variants[0]?.id.split('/').at(-1));
  expect(payload).toMatchObject({
    admin_graphql_api_id: product.id,
    title: 'Mug',
    tags: 'a, b',
    status: 'active',
    images: [{ position: 1, alt: 'A mug', width: 40, height: 30, variant_ids: [variantId] }],
    media: [
      {
        position: 1,
        alt: 'A mug',
        status: 'READY',
        media_content_type: 'IMAGE',
        preview_image: { width: 40, height: 30, status: 'READY', src: expect.stringContaining('mug.jpg?v=') },
        variant_ids: [variantId],
        admin_graphql_api_id: product.mediaIds[0],
      },
    ],
  });
  const { images, media } = payload as {
    images: { id: number; admin_graphql_api_id: string }[];
    media: { id: number }[];
  };
  expect(images[0]?.admin_graphql_api_id).toBe(`gid://shopify/ProductImage/${images[0]?.id}`);
  expect(images[0]?.id).not.toBe(media[0]?.id);
});

test('a change of price or stock sends products/update although no image changed', async () => {
  await using stage = await setStage();
  const { id } = await addMug(stage);
  stage.sandbox.shop().setPrice(id, '12.50');
  await stage.sandbox.waitUntilIdle();
  stage.sandbox.shop().setStock(id, 3);
  await stage.sandbox.waitUntilIdle();
  expect(stage.app.payloads('products/update')).toMatchObject([
    { variants: [{ price: '12.50' }, { price: '12.50' }] },
    { variants: [{ inventory_quantity: 3 }, { inventory_quantity: 3 }] },
  ]);
});

test('products/delete carries the id alone', async () => {
  await using stage = await setStage();
  const { id } = await addMug(stage);
  stage.sandbox.shop().deleteProduct(id);
  await stage.sandbox.waitUntilIdle();
  expect(stage.app.payloads('products/delete')).toEqual([{ id: Number(id.split('/').at(-1)) }]);
});

test('a delivery that is not answered 2xx comes again eight times over four hours with its id and body', async () => {
  const clock = createManualClock();
  await using stage = await setStage({ clock });
  const { sandbox, app } = stage;
  app.answer = () => 500;
  sandbox.shop().addProduct({ title: 'Mug' });
  await sandbox.waitUntilIdle();
  expect(app.received).toHaveLength(1);
  for (const delayMs of retryDelaysMs) {
    const before = app.received.length;
    clock.advance(delayMs - 1);
    await sandbox.waitUntilIdle();
    expect(app.received).toHaveLength(before);
    clock.advance(1);
    await sandbox.waitUntilIdle();
    expect(app.received).toHaveLength(before + 1);
  }
  clock.advance(24 * 3600_000);
  await sandbox.waitUntilIdle();
  expect(retryDelaysMs.reduce((sum, delayMs) => sum + delayMs, 0)).toBe(4 * 3600_000);
  expect(app.received).toHaveLength(9);
  expect(new Set(app.received.map((one) => one.body)).size).toBe(1);
  expect(new Set(app.received.map((one) => one.headers['x-shopify-webhook-id'])).size).toBe(1);
  expect(sandbox.deliveries()[0]?.state).toBe('failed');
});

test('a lost delivery never comes, a duplicated one comes with the same id, a late one with its first payload', async () => {
  const clock = createManualClock();
  await using stage = await setStage({ clock });
  const { sandbox, app } = stage;
  const shop = sandbox.shop();
  const { id } = shop.addProduct({ title: 'Mug' });
  await sandbox.waitUntilIdle();
  app.received.length = 0;

  sandbox.faults.arm('webhook.lost');
  shop.setPrice(id, '1.00');
  sandbox.faults.arm('webhook.duplicated', { copies: 3 });
  shop.setPrice(id, '2.00');
  await sandbox.waitUntilIdle();
  expect(app.received).toHaveLength(3);
  expect(new Set(app.received.map((one) => one.headers['x-shopify-webhook-id'])).size).toBe(1);

  sandbox.faults.arm('webhook.late', { delayMs: 86_400_000 });
  shop.setPrice(id, '3.00');
  shop.setPrice(id, '4.00');
  await sandbox.waitUntilIdle();
  clock.advance(86_400_000);
  await sandbox.waitUntilIdle();
  const prices = app
    .payloads('products/update')
    .map((one) => (one['variants'] as { price: string }[])[0]?.price);
  expect(prices.slice(3)).toEqual(['4.00', '3.00']);
});

test('a reordered delivery goes out after the one that was triggered later', async () => {
  await using stage = await setStage();
  const { sandbox, app } = stage;
  const { id } = sandbox.shop().addProduct({ title: 'Mug' });
  await sandbox.waitUntilIdle();
  sandbox.faults.arm('webhook.reordered', { after: 2 });
  sandbox.shop().setPrice(id, '1.00');
  sandbox.shop().setPrice(id, '2.00');
  await sandbox.waitUntilIdle();
  sandbox.shop().setPrice(id, '3.00');
  await sandbox.waitUntilIdle();
  const prices = app
    .payloads('products/update')
    .map((one) => (one['variants'] as { price: string }[])[0]?.price);
  expect(prices).toEqual(['2.00', '3.00', '1.00']);
});

test('after a rotation deliveries are signed with the old secret for an hour, then with the new one', async () => {
  const clock = createManualClock();
  await using stage = await setStage({ clock });
  const { sandbox, app } = stage;
  const secret = sandbox.rotateSecret();
  sandbox.shop().addProduct({ title: 'Early' });
  await sandbox.waitUntilIdle();
  clock.advance(3600_000);
  sandbox.shop().addProduct({ title: 'Late' });
  await sandbox.waitUntilIdle();
  const [early, late] = app.received;
  if (early === undefined || late === undefined) throw new Error('nothing came');
  expect(await validate(early, sandboxClientSecret)).toMatchObject({ valid: true });
  expect(await validate(early, secret)).toMatchObject({ valid: false });
  expect(await validate(late, secret)).toMatchObject({ valid: true });
});

test('include_fields keeps what it names and drops a delivery that would look like the last one', async () => {
  const clock = createManualClock();
  const fields = ['id', 'media.id', 'media.preview_image.src'];
  const subscriptions = [{ topic: 'products/update', uri: '/webhooks', includeFields: fields }];
  await using stage = await setStage({ clock, subscriptions });
  const { sandbox, app } = stage;
  const image = {
    fileName: 'mug.jpg',
    bytes: await makeImage(),
    declared: { widthPx: 40, heightPx: 30, mimeType: 'image/jpeg' },
  };
  const { id } = sandbox.shop().addProduct({ title: 'Mug', images: [image] });
  clock.advance(1);
  await sandbox.waitUntilIdle();
  sandbox.shop().setPrice(id, '1.00');
  sandbox.shop().setPrice(id, '2.00');
  await sandbox.waitUntilIdle();
  expect(app.payloads('products/update')).toEqual([
    {
      id: expect.any(Number),
      media: [{ id: expect.any(Number), preview_image: { src: expect.any(String) } }],
    },
  ]);
});

test('uninstalling sends app/uninstalled, ends the token, stops other topics, and shop/redact follows after 48 hours', async () => {
  const clock = createManualClock();
  await using stage = await setStage({ clock });
  const { sandbox, app, api } = stage;
  const shop = sandbox.shop();
  shop.uninstall();
  shop.addProduct({ title: 'Unheard' });
  await sandbox.waitUntilIdle();
  expect(app.topics()).toEqual(['app/uninstalled']);
  expect((await api('{ shop { name } }')).errors).toMatch(/Invalid API key/);
  clock.advance(48 * 3600_000);
  await sandbox.waitUntilIdle();
  expect(app.topics()).toEqual(['app/uninstalled', 'shop/redact']);
});

test.each(['customers/data_request', 'customers/redact', 'shop/redact'] as const)(
  '%s names the shop',
  async (topic) => {
    await using stage = await setStage();
    stage.sandbox.shop().sendCompliance(topic);
    await stage.sandbox.waitUntilIdle();
    expect(stage.app.payloads(topic)).toMatchObject([
      { shop_domain: sandboxShop, shop_id: expect.any(Number) },
    ]);
  },
);

test('a change of scopes sends app/scopes_update with the scopes before and after', async () => {
  await using stage = await setStage();
  stage.sandbox.shop().setScopes(['read_products']);
  await stage.sandbox.waitUntilIdle();
  const [payload] = stage.app.payloads('app/scopes_update');
  expect(payload).toMatchObject({ previous: ['write_products', 'write_files'], current: ['read_products'] });
});
