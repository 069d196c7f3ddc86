import { expect, test } from 'vitest';
import { createFaults, createRandom } from '../../../sandbox/store/faults.ts';
import { graphqlUrl, makeImage, putTo, type Stage, setStage, stageTarget } from './support.ts';

const ask = ({ sandbox }: Stage, query = '{ shop { name } }', token = sandbox.shop().issueAccessToken()) =>
  fetch(graphqlUrl(sandbox), {
    method: 'POST',
    headers: { 'x-shopify-access-token': token },
    body: JSON.stringify({ query }),
  });

test('a fault strikes as often as it was armed for, then never again', () => {
  const faults = createFaults(createRandom(1));
  faults.arm('api.html', { times: 2 });
  expect([1, 2, 3].map(() => faults.strike('api.html') !== null)).toEqual([true, true, false]);
  expect(faults.struck('api.html')).toBe(2);
});

test('a fault with a chance strikes about that often, and the same times for the same seed', () => {
  const run = (seed: number): string => {
    const faults = createFaults(createRandom(seed));
    faults.arm('webhook.lost', { times: Number.POSITIVE_INFINITY, probability: 0.3 });
    return Array.from({ length: 1000 }, () => (faults.strike('webhook.lost') === null ? '.' : 'x')).join('');
  };
  expect(run(7)).toBe(run(7));
  expect(run(7)).not.toBe(run(8));
  const share = run(7).replaceAll('.', '').length / 1000;
  expect(share).toBeGreaterThan(0.25);
  expect(share).toBeLessThan(0.35);
});

test('a fault can be kept to a shop, an operation or a topic, and switched off', () => {
  const faults = createFaults(createRandom(1));
  const off = faults.arm('api.html', { times: 9, only: ({ operation }) => operation === 'FileUpdate' });
  expect(faults.strike('api.html', { operation: 'Shop' })).toBeNull();
  expect(faults.strike('api.html', { operation: 'FileUpdate' })).not.toBeNull();
  off();
  expect(faults.strike('api.html', { operation: 'FileUpdate' })).toBeNull();
});

test('429 carries Retry-After in seconds', async () => {
  await using stage = await setStage();
  stage.sandbox.faults.arm('api.tooManyRequests', { retryAfterSeconds: 3 });
  const response = await ask(stage);
  expect(response.status).toBe(429);
  expect(response.headers.get('retry-after')).toBe('3.0');
  expect((await ask(stage)).status).toBe(200);
});

test.each([500, 502, 503, 504] as const)('the API can answer %i', async (status) => {
  await using stage = await setStage();
  stage.sandbox.faults.arm('api.serverError', { status });
  expect((await ask(stage)).status).toBe(status);
});

test('the API can answer HTML, broken JSON, null data and a stray 401', async () => {
  await using stage = await setStage();
  const { faults } = stage.sandbox;
  faults.arm('api.html');
  const html = await ask(stage);
  expect([html.status, html.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  faults.arm('api.truncatedJson');
  await expect((await ask(stage)).json()).rejects.toThrow(SyntaxError);
  faults.arm('api.nullData');
  expect(await (await ask(stage)).json()).toMatchObject({
    data: null,
    errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
  });
  faults.arm('api.unauthorized');
  expect((await ask(stage)).status).toBe(401);
});

test('an answer can be partly errors although the work was done', async () => {
  await using stage = await setStage();
  const { id } = stage.sandbox.shop().addProduct({ title: 'Mug' });
  stage.sandbox.faults.arm('api.partialErrors');
  const query = `mutation { tagsAdd(id: "${id}", tags: ["x"]) { userErrors { message } } }`;
  expect(await (await ask(stage, query)).json()).toMatchObject({
    data: { tagsAdd: null },
    errors: [{ path: ['tagsAdd'] }],
  });
  expect(stage.sandbox.shop().product(id).tags).toEqual(['x']);
});

test('a connection can be reset before the work or after it', async () => {
  await using stage = await setStage();
  const { id } = stage.sandbox.shop().addProduct({ title: 'Mug' });
  const query = `mutation { tagsAdd(id: "${id}", tags: ["x"]) { userErrors { message } } }`;
  stage.sandbox.faults.arm('api.connectionReset');
  await expect(ask(stage, query)).rejects.toThrow('fetch failed');
  expect(stage.sandbox.shop().product(id).tags).toEqual([]);
  stage.sandbox.faults.arm('api.connectionReset', { afterWork: true });
  await expect(ask(stage, query)).rejects.toThrow('fetch failed');
  expect(stage.sandbox.shop().product(id).tags).toEqual(['x']);
});

test('THROTTLED can be shown although the bucket is full', async () => {
  await using stage = await setStage();
  stage.sandbox.faults.arm('api.throttled');
  const response = await ask(stage);
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({
    errors: [{ extensions: { code: 'THROTTLED' } }],
    extensions: { cost: { throttleStatus: { currentlyAvailable: 2000 } } },
  });
  expect(stage.sandbox.operations().map((one) => one.wasThrottled)).toEqual([true]);
});

test('the upload host can fail, refuse and break off', async () => {
  await using stage = await setStage();
  const target = await stageTarget(stage.api, 'mug.jpg', 'image/jpeg');
  const bytes = await makeImage();
  stage.sandbox.faults.arm('upload.serverError');
  expect((await putTo(target, bytes)).status).toBe(503);
  stage.sandbox.faults.arm('upload.expired');
  expect((await putTo(target, bytes)).status).toBe(403);
  stage.sandbox.faults.arm('upload.connectionReset');
  await expect(putTo(target, bytes)).rejects.toThrow('fetch failed');
  expect((await putTo(target, bytes)).status).toBe(200);
});

test('the CDN can fail, lose a file and break off', async () => {
  await using stage = await setStage();
  const id = stage.sandbox
    .shop()
    .uploadFile({ fileName: 'mug.jpg', bytes: await makeImage('jpeg', 400, 300) });
  await stage.sandbox.waitUntilIdle();
  const url = (await stage.sandbox.shop().file(id)).url ?? '';
  stage.sandbox.faults.arm('cdn.serverError');
  expect((await fetch(url)).status).toBe(503);
  stage.sandbox.faults.arm('cdn.notFound');
  expect((await fetch(url)).status).toBe(404);
  stage.sandbox.faults.arm('cdn.truncated');
  const cut = await fetch(url);
  await expect(cut.arrayBuffer()).rejects.toThrow();
  expect((await fetch(url)).status).toBe(200);
});

test('every operation is on record with its cost', async () => {
  await using stage = await setStage();
  await stage.api('query Names { shop { name } products(first: 5) { nodes { id } } }');
  expect(stage.sandbox.operations()).toMatchObject([
    {
      name: 'Names',
      kind: 'query',
      rootFields: ['shop', 'products'],
      requestedCost: 8,
      actualCost: 3,
      wasThrottled: false,
    },
  ]);
});
