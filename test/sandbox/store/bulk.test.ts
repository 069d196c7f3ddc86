import { expect, test } from 'vitest';
import { createManualClock } from '../../../sandbox/store/clock/clock.ts';
import { makeImage, type Stage, setStage } from './support.ts';

const run = `mutation R($query: String!) {
  bulkOperationRunQuery(query: $query) { bulkOperation { id status } userErrors { code message } }
}`;
const look = `query L($id: ID!) {
  bulkOperation(id: $id) { status errorCode objectCount rootObjectCount fileSize url partialDataUrl completedAt }
}`;
const everyImage = `{ products { edges { node { id title media { edges { node { ... on MediaImage { id image { width } } } } } } } } }`;

async function fill({ sandbox }: Stage, count: number): Promise<void> {
  const declared = { widthPx: 40, heightPx: 30, mimeType: 'image/jpeg', sizeBytes: 1 };
  const image = (name: string) => ({ fileName: `${name}.jpg`, bytes: () => new Uint8Array(1), declared });
  sandbox.setAppUrl(null);
  for (let index = 0; index < count; index += 1) {
    sandbox.shop().addProduct({ title: `Mug ${index}`, images: [image(`a${index}`), image(`b${index}`)] });
  }
  await sandbox.waitUntilIdle();
}

async function start(stage: Stage, query = everyImage): Promise<string> {
  const { data } = await stage.api(run, { query });
  expect(data.bulkOperationRunQuery).toMatchObject({ userErrors: [], bulkOperation: { status: 'CREATED' } });
  return data.bulkOperationRunQuery.bulkOperation.id;
}

const lines = (text: string): Record<string, unknown>[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

test('a bulk query writes every object on a line of its own, children after and with their parent', async () => {
  await using stage = await setStage();
  await fill(stage, 260);
  stage.sandbox.setAppUrl(stage.app.url);
  const id = await start(stage);
  await stage.sandbox.waitUntilIdle();
  const { bulkOperation } = (await stage.api(look, { id })).data;
  expect(bulkOperation).toMatchObject({
    status: 'COMPLETED',
    errorCode: null,
    objectCount: '780',
    rootObjectCount: '260',
    partialDataUrl: null,
  });
  const response = await fetch(bulkOperation.url);
  const text = await response.text();
  expect(bulkOperation.fileSize).toBe(String(Buffer.byteLength(text)));
  const rows = lines(text);
  expect(rows).toHaveLength(780);
  const products = stage.sandbox.shop().products();
  expect(rows.slice(0, 3)).toEqual([
    { id: products[0]?.id, title: 'Mug 0' },
    { id: products[0]?.mediaIds[0], image: { width: 40 }, __parentId: products[0]?.id },
    { id: products[0]?.mediaIds[1], image: { width: 40 }, __parentId: products[0]?.id },
  ]);
  expect(rows.filter((row) => row['title'] !== undefined).map((row) => row['id'])).toEqual(
    products.map((one) => one.id),
  );
  expect(stage.app.payloads('bulk_operations/finish')).toMatchObject([
    { admin_graphql_api_id: id, status: 'completed', error_code: null, type: 'query' },
  ]);
});

test('a search inside a bulk query holds', async () => {
  await using stage = await setStage();
  await fill(stage, 3);
  const id = await start(stage, '{ products(query: "title:\\"Mug 1\\"") { nodes { id title } } }');
  await stage.sandbox.waitUntilIdle();
  const { url } = (await stage.api(look, { id })).data.bulkOperation;
  expect(lines(await (await fetch(url)).text())).toMatchObject([{ title: 'Mug 1' }]);
});

test('an operation without objects completes without a file', async () => {
  await using stage = await setStage();
  const id = await start(stage);
  await stage.sandbox.waitUntilIdle();
  const { bulkOperation } = (await stage.api(look, { id })).data;
  expect(bulkOperation).toMatchObject({ status: 'COMPLETED', objectCount: '0', url: null });
});

test.each([
  ['no connection', '{ shop { name } }', /at least one connection/],
  ['an unknown field', '{ products { nodes { colour } } }', /Cannot query field/],
  ['a mutation', 'mutation { appUninstall { app { id } } }', /must be a query/],
  ['two fields', '{ products { nodes { id } } files { nodes { id } } }', /more than one top-level field/],
  [
    'three levels',
    '{ collections { nodes { id products { nodes { id media { nodes { id } } } } } } }',
    /deeper than 2 levels/,
  ],
  ['a syntax error', '{ products', /Invalid bulk query/],
])('a bulk query with %s is refused', async (_what, query, message) => {
  await using stage = await setStage();
  const { data } = await stage.api(run, { query });
  expect(data.bulkOperationRunQuery).toMatchObject({
    bulkOperation: null,
    userErrors: [{ code: 'INVALID' }],
  });
  expect(data.bulkOperationRunQuery.userErrors[0].message).toMatch(message);
});

test('five operations run at once, a sixth is refused', async () => {
  const clock = createManualClock();
  await using stage = await setStage({ clock });
  for (let count = 0; count < 5; count += 1) await start(stage);
  const { data } = await stage.api(run, { query: everyImage });
  expect(data.bulkOperationRunQuery.userErrors).toMatchObject([{ code: 'LIMIT_REACHED' }]);
});

test('an operation is CREATED, RUNNING, COMPLETED, and can be cancelled before that', async () => {
  const clock = createManualClock();
  await using stage = await setStage({ clock });
  const status = async (id: string) => (await stage.api(look, { id })).data.bulkOperation.status;
  const [kept, dropped] = [await start(stage), await start(stage)];
  clock.advance(20);
  expect(await status(kept)).toBe('RUNNING');
  const cancel =
    'mutation C($id: ID!) { bulkOperationCancel(id: $id) { bulkOperation { status } userErrors { message } } }';
  const { data } = await stage.api(cancel, { id: dropped });
  expect(data.bulkOperationCancel.bulkOperation.status).toBe('CANCELING');
  clock.advance(20);
  await stage.sandbox.waitUntilIdle();
  expect([await status(kept), await status(dropped)]).toEqual(['COMPLETED', 'CANCELED']);
  const late = (await stage.api(cancel, { id: kept })).data.bulkOperationCancel;
  expect(late.userErrors[0].message).toMatch(/cannot be canceled/);
});

test('results are kept for seven days', async () => {
  const clock = createManualClock();
  await using stage = await setStage({ clock });
  stage.sandbox.shop().addProduct({ title: 'Mug' });
  const id = await start(stage);
  clock.advance(40);
  await stage.sandbox.waitUntilIdle();
  const { url } = (await stage.api(look, { id })).data.bulkOperation;
  expect((await fetch(url)).status).toBe(200);
  clock.advance(7 * 86_400_000 + 1000);
  expect((await fetch(url)).status).toBe(404);
});

test('an app that is not enabled for bulk operations is refused at once, or finds out later', async () => {
  await using stage = await setStage();
  const { sandbox, api } = stage;
  sandbox.faults.arm('bulk.accessDenied');
  const refused = await api(run, { query: everyImage });
  expect(refused.data).toEqual({ bulkOperationRunQuery: null });
  expect(refused.errors).toMatchObject([{ extensions: { code: 'ACCESS_DENIED' } }]);
  sandbox.faults.arm('bulk.accessDenied', { later: true });
  const id = await start(stage);
  await sandbox.waitUntilIdle();
  expect((await api(look, { id })).data.bulkOperation).toMatchObject({
    status: 'FAILED',
    errorCode: 'ACCESS_DENIED',
    url: null,
  });
});

test('a failed operation leaves what it had, a cut-off download breaks', async () => {
  await using stage = await setStage();
  await fill(stage, 4);
  stage.sandbox.faults.arm('bulk.failed', { share: 0.5 });
  const failed = await start(stage);
  await stage.sandbox.waitUntilIdle();
  const { bulkOperation } = (await stage.api(look, { id: failed })).data;
  expect(bulkOperation).toMatchObject({ status: 'FAILED', errorCode: 'INTERNAL_SERVER_ERROR', url: null });
  expect(lines(await (await fetch(bulkOperation.partialDataUrl)).text())).toHaveLength(6);
  stage.sandbox.faults.arm('bulk.cutOff');
  const cut = await start(stage);
  await stage.sandbox.waitUntilIdle();
  const { url } = (await stage.api(look, { id: cut })).data.bulkOperation;
  await expect((await fetch(url)).text()).rejects.toThrow();
});

test('inside a bulk operation images carry their real dimensions', async () => {
  await using stage = await setStage();
  stage.sandbox
    .shop()
    .addProduct({ title: 'Mug', images: [{ fileName: 'mug.jpg', bytes: await makeImage('jpeg', 60, 50) }] });
  await stage.sandbox.waitUntilIdle();
  const id = await start(
    stage,
    '{ files { edges { node { id ... on MediaImage { image { width height } } } } } }',
  );
  await stage.sandbox.waitUntilIdle();
  const { url } = (await stage.api(look, { id })).data.bulkOperation;
  expect(lines(await (await fetch(url)).text())).toMatchObject([{ image: { width: 60, height: 50 } }]);
});
