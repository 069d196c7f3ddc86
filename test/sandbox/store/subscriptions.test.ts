import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readAppSubscriptions } from '../../../sandbox/start.ts';
import { createManualClock } from '../../../sandbox/store/clock/clock.ts';
import { defaultSubscriptions } from '../../../sandbox/store/webhooks/subscriptions.ts';
import { createApi, makeImage, setStage } from './support.ts';

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

test('webhook subscriptions made through the API are heard, listed, deleted, and given up after eight failed retries', async () => {
  const clock = createManualClock();
  await using stage = await setStage({ clock, subscriptions: [] });
  const { sandbox, api, app } = stage;
  const create = `mutation W($uri: String!) { webhookSubscriptionCreate(topic: PRODUCTS_CREATE, webhookSubscription: { uri: $uri, name: "mine" }) {
    webhookSubscription { id topic uri name } userErrors { message } } }`;
  const uri = `${app.url}/own`;
  const { webhookSubscription } = (await api(create, { uri })).data.webhookSubscriptionCreate;
  expect(webhookSubscription).toMatchObject({ topic: 'PRODUCTS_CREATE', uri, name: 'mine' });
  expect((await api(create, { uri })).data.webhookSubscriptionCreate.userErrors[0].message).toMatch(
    /already been taken/,
  );
  app.answer = () => 500;
  sandbox.shop().addProduct({ title: 'Mug' });
  await sandbox.waitUntilIdle();
  expect(app.received[0]?.headers['x-shopify-name']).toBe('mine');
  const list = async () =>
    (await createApi(sandbox)('{ webhookSubscriptions(first: 9) { nodes { id } } }')).data
      .webhookSubscriptions.nodes;
  expect(await list()).toEqual([{ id: webhookSubscription.id }]);
  for (let hour = 0; hour < 16; hour += 1) {
    clock.advance(15 * 60_000);
    await sandbox.waitUntilIdle();
  }
  clock.advance(3 * 3600_000);
  await sandbox.waitUntilIdle();
  expect(app.received).toHaveLength(9);
  expect(await list()).toEqual([]);
});
