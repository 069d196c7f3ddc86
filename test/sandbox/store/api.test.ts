import { expect, test } from 'vitest';
import { createManualClock } from '../../../sandbox/store/clock/clock.ts';
import { restoreRates } from '../../../sandbox/store/graphql/bucket.ts';
import { type ApiAnswer, graphqlUrl, makeImage, type Stage, setStage } from './support.ts';

const post = (url: string, headers: Record<string, string> = {}, body = '{"query":"{ shop { id } }"}') =>
  fetch(url, { method: 'POST', headers, body });

test('a wrong token is answered 401, an unknown version and an unknown shop 404', async () => {
  await using stage = await setStage();
  const { sandbox } = stage;
  const token = { 'x-shopify-access-token': sandbox.shop().issueAccessToken() };
  const wrong = await post(graphqlUrl(sandbox), { 'x-shopify-access-token': 'wrong' });
  expect(wrong.status).toBe(401);
  expect(await wrong.json()).toEqual({
    errors: '[API] Invalid API key or access token (unrecognized login or wrong password)',
  });
  expect((await post(graphqlUrl(sandbox))).status).toBe(401);
  expect((await post(graphqlUrl(sandbox, '2024-01'), token)).status).toBe(404);
  expect((await post(graphqlUrl(sandbox).replace('vitrine-', 'other-'), token)).status).toBe(404);
  expect((await post(graphqlUrl(sandbox), token)).status).toBe(200);
});

test("one shop's token opens no other shop", async () => {
  await using stage = await setStage();
  const token = stage.sandbox.shop('other.myshopify.com').issueAccessToken();
  expect((await post(graphqlUrl(stage.sandbox), { 'x-shopify-access-token': token })).status).toBe(401);
});

test.each([
  ['frozen', 402],
  ['forbidden', 403],
  ['locked', 423],
] as const)('a %s shop answers %i', async (status, expected) => {
  await using stage = await setStage();
  const { sandbox } = stage;
  const token = sandbox.shop().issueAccessToken();
  sandbox.shop().setStatus(status);
  expect((await post(graphqlUrl(sandbox), { 'x-shopify-access-token': token })).status).toBe(expected);
});

test('a body that is not JSON is answered 400', async () => {
  await using stage = await setStage();
  const token = stage.sandbox.shop().issueAccessToken();
  expect((await post(graphqlUrl(stage.sandbox), { 'x-shopify-access-token': token }, '{')).status).toBe(400);
});

test('a token without the scope is refused field by field with ACCESS_DENIED', async () => {
  await using stage = await setStage();
  stage.sandbox.shop().setScopes(['read_products']);
  const token = stage.sandbox.shop().issueAccessToken();
  const query = 'mutation { fileDelete(fileIds: ["gid://shopify/MediaImage/1"]) { deletedFileIds } }';
  const response = await post(
    graphqlUrl(stage.sandbox),
    { 'x-shopify-access-token': token },
    JSON.stringify({ query }),
  );
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({
    data: { fileDelete: null },
    errors: [{ path: ['fileDelete'], extensions: { code: 'ACCESS_DENIED' } }],
  });
});

const page = (first: number) =>
  `{ products(first: ${first}) { nodes { id media(first: 10) { nodes { id } } } } }`;
const costs: [what: string, query: string, requested: number, actual: number][] = [
  ['a scalar of an object', '{ shop { name } }', 1, 1],
  ['an object in an object', '{ shop { plan { shopifyPlus } } }', 2, 2],
  ['a connection: two and what it holds', '{ products(first: 50) { nodes { id } } }', 52, 3],
  ['edges like nodes', '{ products(first: 50) { edges { node { id } } pageInfo { hasNextPage } } }', 52, 3],
  ['a connection in a connection', page(20), 2 + 20 * (1 + 2 + 10), 2 + (1 + 2 + 1)],
  ['an object that is not there', '{ product(id: "gid://shopify/Product/1") { title seo { title } } }', 2, 0],
  [
    'the dearest choice of an interface',
    '{ files(first: 10) { nodes { ... on MediaImage { image { width } originalSource { fileSize } } } } }',
    2 + 10 * 3,
    2 + 3,
  ],
  [
    'a mutation with what lies directly in its payload',
    'mutation { tagsAdd(id: "gid://shopify/Product/1", tags: ["x"]) { node { id } userErrors { message } } }',
    10,
    10,
  ],
  [
    'a mutation with objects deeper in its payload',
    'mutation { stagedUploadsCreate(input: [{ resource: IMAGE, filename: "a.jpg", mimeType: "image/jpeg" }]) { stagedTargets { url parameters { name } } userErrors { field } } }',
    11,
    11,
  ],
  [
    'nodes by their ids',
    '{ nodes(ids: ["gid://shopify/Product/1", "gid://shopify/Product/2"]) { id } }',
    2,
    0,
  ],
];
test.each(costs)('%s is counted as Shopify counts it', async (_what, query, requested, actual) => {
  await using stage = await setStage();
  stage.sandbox
    .shop()
    .addProduct({ title: 'Mug', images: [{ fileName: 'a.jpg', bytes: await makeImage() }] });
  await stage.sandbox.waitUntilIdle();
  const { extensions } = await stage.api(query);
  expect(extensions.cost).toMatchObject({ requestedQueryCost: requested, actualQueryCost: actual });
});

test('the size of a page may come from a variable', async () => {
  await using stage = await setStage();
  const query = 'query Q($first: Int!) { products(first: $first) { nodes { id } } }';
  expect((await stage.api(query, { first: 30 })).extensions.cost.requestedQueryCost).toBe(32);
  const withDefault = query.replace('Int!', 'Int = 20');
  expect((await stage.api(withDefault)).extensions.cost.requestedQueryCost).toBe(22);
});

test('a query above 1,000 points is refused before it runs', async () => {
  await using stage = await setStage();
  const answer = await stage.api(page(100));
  expect(answer.data).toBeUndefined();
  expect(answer.errors?.[0]?.extensions).toMatchObject({
    code: 'MAX_COST_EXCEEDED',
    cost: 1302,
    maxCost: 1000,
  });
});

test('an empty bucket answers THROTTLED at HTTP 200 and fills again by the clock at the rate of the plan', async () => {
  const clock = createManualClock();
  await using stage = await setStage({ clock });
  const { sandbox, api } = stage;
  sandbox.shop().setAvailablePoints(30);
  const query = '{ products(first: 50) { nodes { id } } }';
  const refused = await api(query);
  expect(refused.errors).toMatchObject([{ message: 'Throttled', extensions: { code: 'THROTTLED' } }]);
  expect(refused.data).toBeUndefined();
  expect(refused.extensions.cost).toEqual({
    requestedQueryCost: 52,
    actualQueryCost: null,
    throttleStatus: { maximumAvailable: 2000, currentlyAvailable: 30, restoreRate: 100 },
  });
  clock.advance(210);
  expect((await api(query)).errors).toMatchObject([{ message: 'Throttled' }]);
  clock.advance(10);
  const taken = await api(query);
  expect(taken.errors).toBeUndefined();
  // 52 points were there, 52 were asked for, 2 were used.
  expect(taken.extensions.cost.throttleStatus.currentlyAvailable).toBe(50);
});

test.each(Object.entries(restoreRates))(
  'a %s plan restores %i points a second',
  async (plan, restoreRate) => {
    await using stage = await setStage();
    stage.sandbox.shop().setPlan(plan as keyof typeof restoreRates);
    const { throttleStatus } = (await stage.api('{ shop { id } }')).extensions.cost;
    expect(throttleStatus).toMatchObject({ restoreRate, maximumAvailable: restoreRate * 20 });
  },
);

async function fill({ sandbox }: Stage, count: number): Promise<string[]> {
  const shop = sandbox.shop();
  return Array.from({ length: count }, (_unused, index) => shop.addProduct({ title: `Mug ${index}` }).id);
}

test('pages follow each other by cursor and hold every product once', async () => {
  await using stage = await setStage();
  const ids = await fill(stage, 7);
  const seen: string[] = [];
  const query = `query Q($after: String) {
    products(first: 3, after: $after) { nodes { id } pageInfo { hasNextPage hasPreviousPage endCursor } }
  }`;
  let after: string | null = null;
  do {
    const answer: ApiAnswer = await stage.api(query, { after });
    const { nodes, pageInfo } = answer.data.products;
    seen.push(...nodes.map((one: { id: string }) => one.id));
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after !== null);
  expect(seen).toEqual(ids);
});

test('a page goes on after its cursor although the product of the cursor was deleted', async () => {
  await using stage = await setStage();
  const ids = await fill(stage, 4);
  const query =
    'query Q($after: String) { products(first: 2, after: $after) { nodes { id } pageInfo { endCursor } } }';
  const first = (await stage.api(query)).data.products;
  stage.sandbox.shop().deleteProduct(ids[1] ?? '');
  const second = (await stage.api(query, { after: first.pageInfo.endCursor })).data.products;
  expect(second.nodes.map((one: { id: string }) => one.id)).toEqual(ids.slice(2));
});

test.each([
  ['first: 251', /exceeds the limit of 250/],
  ['query: "x"', /must provide one of first or last/],
  ['first: 1, last: 1', /both 'first' and 'last'/],
  ['first: -1', /cannot be negative/],
  ['first: 1, after: "nonsense"', /not a valid cursor/],
])('products(%s) is refused', async (args, message) => {
  await using stage = await setStage();
  expect((await stage.api(`{ products(${args}) { nodes { id } } }`)).errors?.[0]?.message).toMatch(message);
});

test('no page reaches beyond 25,000 objects, and partitioning by id goes on', async () => {
  await using stage = await setStage();
  const { sandbox, api } = stage;
  sandbox.setAppUrl(null);
  const declared = { widthPx: 40, heightPx: 30, mimeType: 'image/jpeg', sizeBytes: 9 };
  const bytes = () => new Uint8Array(9);
  for (let index = 0; index < 25_010; index += 1)
    sandbox.shop().uploadFile({ fileName: `${index}.jpg`, bytes, declared });
  await sandbox.waitUntilIdle();
  const all = sandbox.shop().files();
  const idOf = (index: number): number => Number(all[index]?.split('/').at(-1));
  const query =
    'query Q($after: String, $query: String) { files(first: 20, after: $after, query: $query) { nodes { id } pageInfo { endCursor } } }';
  const cursor = Buffer.from(JSON.stringify({ last_id: idOf(24_989), reached: 24_990 })).toString('base64');
  const beyond = await api(query, { after: cursor });
  expect(beyond.errors?.[0]?.extensions).toMatchObject({ code: 'MAX_PAGINATION_EXCEEDED' });
  const partition = await api(query, { query: `id:>${idOf(24_989)}` });
  expect(partition.data.files.nodes.map((one: { id: string }) => one.id)).toEqual(all.slice(24_990));
});

test('sorting and reversing work beside the order of ids', async () => {
  await using stage = await setStage();
  const shop = stage.sandbox.shop();
  for (const title of ['Cup', 'Ant', 'Bee']) shop.addProduct({ title });
  const titles = async (args: string): Promise<string[]> =>
    (await stage.api(`{ products(first: 5, ${args}) { nodes { title } } }`)).data.products.nodes.map(
      (one: { title: string }) => one.title,
    );
  expect(await titles('sortKey: TITLE')).toEqual(['Ant', 'Bee', 'Cup']);
  expect(await titles('sortKey: TITLE, reverse: true')).toEqual(['Cup', 'Bee', 'Ant']);
  expect(await titles('reverse: true')).toEqual(['Bee', 'Ant', 'Cup']);
});
