import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readAppSubscriptions } from '../../../sandbox/start.ts';
import { defaultSubscriptions } from '../../../sandbox/store/webhooks/subscriptions.ts';
import { makeImage, setStage } from './support.ts';

const toml = readFileSync(new URL('../../../shopify.app.toml', import.meta.url), 'utf8');

test("the store sends every topic that the app's own configuration declares, and knows them all", () => {
  const declared = readAppSubscriptions(toml).map((one) => one.topic);
  expect(declared.sort()).toEqual(defaultSubscriptions.map((one) => one.topic).sort());
});

test("with the app's own configuration a delivery holds the fields that it names and stays distinct", async () => {
  await using stage = await setStage({ subscriptions: readAppSubscriptions(toml) });
  const { id } = stage.sandbox
    .shop()
    .addProduct({ title: 'Mug', images: [{ fileName: 'mug.jpg', bytes: await makeImage() }] });
  await stage.sandbox.waitUntilIdle();
  const [created] = stage.app.payloads('products/create');
  expect(created).toMatchObject({
    admin_graphql_api_id: id,
    media: [{ status: 'READY', preview_image: { width: 40 } }],
  });
  expect(created).not.toHaveProperty('variants');
});

test('a filter of webhooks is refused, as the store could not honour it', () => {
  const filtered =
    '[[webhooks.subscriptions]]\ntopics = ["products/update"]\nuri = "/webhooks"\nfilter = "id:1"';
  expect(() => readAppSubscriptions(filtered)).toThrow(/no filters/);
});
