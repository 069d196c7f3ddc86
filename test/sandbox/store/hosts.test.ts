import { createServer } from 'node:http';
import express from 'express';
import { expect, test } from 'vitest';
import { createManualClock } from '../../../sandbox/store/clock/clock.ts';
import { createApi, makeImage, mediaQuery, putTo, setStage, stageTarget, type Target } from './support.ts';

test('a staged upload goes by PUT with its parameters as headers to a host of its own', async () => {
  await using stage = await setStage();
  const { sandbox, api } = stage;
  const target = await stageTarget(api, 'mug.jpg', 'image/jpeg');
  expect(new Set([sandbox.origin, sandbox.uploadOrigin, sandbox.cdnOrigin]).size).toBe(3);
  expect(new URL(target.url).origin).toBe(sandbox.uploadOrigin);
  expect(target.resourceUrl).toMatch(/\/mug\.jpg$/);
  expect(target.parameters.map((one) => one.name)).toEqual(['content_type', 'acl']);
  expect((await putTo(target, await makeImage())).status).toBe(200);
});

const post = (
  target: Target,
  bytes: Uint8Array,
  { isFileFirst = false, without = '' } = {},
): Promise<Response> => {
  const form = new FormData();
  const file = new Blob([new Uint8Array(bytes)], { type: 'image/png' });
  if (isFileFirst) form.append('file', file, 'mug.png');
  for (const { name, value } of target.parameters) if (name !== without) form.append(name, value);
  if (!isFileFirst) form.append('file', file, 'mug.png');
  return fetch(target.url, { method: 'POST', body: form });
};

test('a staged upload by POST is a form with the file last, and becomes a file by fileCreate', async () => {
  await using stage = await setStage();
  const { sandbox, api } = stage;
  const target = await stageTarget(api, 'mug.png', 'image/png', { httpMethod: 'POST' });
  const bytes = await makeImage('png');
  expect((await post(target, bytes, { isFileFirst: true })).status).toBe(400);
  expect((await post(target, bytes, { without: 'signature' })).status).toBe(403);
  expect((await post(target, bytes)).status).toBe(201);
  const create =
    'mutation C($files: [FileCreateInput!]!) { fileCreate(files: $files) { files { id fileStatus alt } userErrors { code } } }';
  const { data } = await api(create, { files: [{ originalSource: target.resourceUrl, alt: 'A mug' }] });
  expect(data.fileCreate).toMatchObject({
    userErrors: [],
    files: [{ fileStatus: 'UPLOADED', alt: 'A mug' }],
  });
  await sandbox.waitUntilIdle();
  const seen = await sandbox.shop().file(data.fileCreate.files[0].id);
  expect(seen).toMatchObject({ status: 'READY', fileName: 'mug.png', productIds: [] });
  expect(Buffer.from(seen.bytes).equals(bytes)).toBe(true);
});

test('an upload is refused without its headers, with another signature, after an hour, and for an unknown key', async () => {
  const clock = createManualClock();
  await using stage = await setStage({ clock });
  const target = await stageTarget(stage.api, 'mug.jpg', 'image/jpeg');
  const bytes = await makeImage();
  expect((await putTo({ ...target, parameters: [] }, bytes)).status).toBe(403);
  expect((await putTo({ ...target, url: `${target.url}0` }, bytes)).status).toBe(403);
  expect((await putTo({ ...target, url: target.url.replace('mug', 'cup') }, bytes)).status).toBe(404);
  expect((await putTo(target, Buffer.alloc(0))).status).toBe(400);
  clock.advance(3_600_001);
  expect((await putTo(target, bytes)).status).toBe(403);
});

test('an announced size must be kept, and 20 MB are too many', async () => {
  await using stage = await setStage();
  const bytes = await makeImage();
  const exact = await stageTarget(stage.api, 'mug.jpg', 'image/jpeg', { fileSize: String(bytes.byteLength) });
  expect((await putTo(exact, bytes.subarray(1))).status).toBe(400);
  expect((await putTo(exact, bytes)).status).toBe(200);
  const open = await stageTarget(stage.api, 'mug.jpg', 'image/jpeg');
  expect((await putTo(open, Buffer.alloc(20e6))).status).toBe(400);
});

test.each([
  [{ resource: 'VIDEO', filename: 'a.mp4', mimeType: 'video/mp4' }, /images only/],
  [{ resource: 'IMAGE', filename: 'a.bmp', mimeType: 'image/bmp' }, /not a recognized format/],
  [{ resource: 'IMAGE', filename: ' ', mimeType: 'image/png' }, /can't be blank/],
  [{ resource: 'IMAGE', filename: 'a.png', mimeType: 'image/png', fileSize: '20000000' }, /too big/],
])('stagedUploadsCreate refuses %j', async (input, message) => {
  await using stage = await setStage();
  const query =
    'mutation S($input: [StagedUploadInput!]!) { stagedUploadsCreate(input: $input) { stagedTargets { url } userErrors { message } } }';
  const { data } = await stage.api(query, { input: [input] });
  expect(data.stagedUploadsCreate.userErrors[0].message).toMatch(message);
  expect(data.stagedUploadsCreate.stagedTargets).toEqual([{ url: null }]);
});

test("another shop's staged upload cannot be taken", async () => {
  await using stage = await setStage();
  const { sandbox, api } = stage;
  const target = await stageTarget(api, 'mug.jpg', 'image/jpeg');
  await putTo(target, await makeImage());
  const other = sandbox.shop('other.myshopify.com');
  const response = await fetch(`${sandbox.origin}/shops/other.myshopify.com/admin/api/2026-10/graphql.json`, {
    method: 'POST',
    headers: { 'x-shopify-access-token': other.issueAccessToken() },
    body: JSON.stringify({
      query: `mutation { fileCreate(files: [{ originalSource: "${target.resourceUrl}" }]) { files { id } } }`,
    }),
  });
  const { data } = (await response.json()) as { data: { fileCreate: { files: { id: string }[] } } };
  await sandbox.waitUntilIdle();
  const seen = await other.file(data.fileCreate.files[0]?.id ?? '');
  expect(seen).toMatchObject({ status: 'FAILED', errors: [{ code: 'IMAGE_DOWNLOAD_FAILURE' }] });
});

test('the CDN serves the stored bytes with their type, by any v, and nothing for an unknown name', async () => {
  await using stage = await setStage();
  const { sandbox } = stage;
  const bytes = await makeImage('webp');
  const id = sandbox.shop().uploadFile({ fileName: 'mug.webp', bytes });
  await sandbox.waitUntilIdle();
  const { url } = await sandbox.shop().file(id);
  const shown = await fetch(`${url}&width=20`);
  expect(shown.headers.get('content-type')).toBe('image/webp');
  expect(Buffer.from(await shown.arrayBuffer()).equals(bytes)).toBe(true);
  expect((await fetch(`${url}1`)).status).toBe(200);
  expect((await fetch((url ?? '').replace('mug', 'cup'))).status).toBe(404);
  expect((await fetch(url ?? '', { method: 'HEAD' })).headers.get('content-length')).toBe(
    String(bytes.byteLength),
  );
  expect((await fetch(url ?? '', { method: 'POST' })).status).toBe(405);
});

test('the address of an original is signed and holds for an hour', async () => {
  const clock = createManualClock();
  await using stage = await setStage({ clock });
  const { sandbox } = stage;
  const id = sandbox.shop().uploadFile({ fileName: 'mug.jpg', bytes: await makeImage() });
  clock.advance(1);
  await sandbox.waitUntilIdle();
  const url: string = (await createApi(sandbox)(mediaQuery, { id })).data.node.originalSource.url;
  expect((await fetch(url)).status).toBe(200);
  expect((await fetch(url.replace(/signature=./, 'signature=x'))).status).toBe(403);
  clock.advance(3_601_000);
  expect((await fetch(url)).status).toBe(403);
});

test('an image can be declared by its dimensions, and its pixels are made when they are asked for', async () => {
  await using stage = await setStage();
  const { sandbox } = stage;
  let made = 0;
  const bytes = async () => {
    made += 1;
    return new Uint8Array(await makeImage('jpeg', 90, 60));
  };
  const declared = { widthPx: 90, heightPx: 60, mimeType: 'image/jpeg', sizeBytes: 1234 };
  const { mediaIds } = sandbox
    .shop()
    .addProduct({ title: 'Mug', images: [{ fileName: 'mug.jpg', bytes, declared }] });
  await sandbox.waitUntilIdle();
  const { data } = await stage.api(mediaQuery, { id: mediaIds[0] });
  expect(data.node).toMatchObject({ image: { width: 90, height: 60 }, originalSource: { fileSize: 1234 } });
  expect(stage.app.payloads('products/create')[0]).toMatchObject({
    media: [{ preview_image: { width: 90 } }],
  });
  expect(made).toBe(0);
  const shown = await fetch(data.node.image.url);
  expect((await shown.arrayBuffer()).byteLength).toBe((await makeImage('jpeg', 90, 60)).byteLength);
  expect(made).toBe(1);
});

test('two files of one name get different URLs', async () => {
  await using stage = await setStage();
  const { sandbox } = stage;
  const bytes = await makeImage();
  const ids = [1, 2].map(() => sandbox.shop().uploadFile({ fileName: 'my mug.jpg', bytes }));
  await sandbox.waitUntilIdle();
  const names = await Promise.all(ids.map(async (id) => (await sandbox.shop().file(id)).fileName));
  expect(names).toEqual(['my_mug.jpg', expect.stringMatching(/^my_mug_[0-9a-f-]{36}\.jpg$/)]);
});

test('listeners are mounted below a path of the main origin, with addresses relative to it', async () => {
  await using stage = await setStage();
  const { sandbox } = stage;
  sandbox.mount('/store', (request, response) => response.end(`store ${request.url}`));
  sandbox.mount('/store/deep', (request, response) => response.end(`deep ${request.url}`));
  sandbox.mount(
    '/app',
    express().get('/hello', (_request, response) => void response.send('express')),
  );
  const read = async (path: string): Promise<string> => (await fetch(`${sandbox.origin}${path}`)).text();
  expect(await read('/store/a?b=c')).toBe('store /a?b=c');
  expect(await read('/store')).toBe('store /');
  expect(await read('/store?x')).toBe('store /?x');
  expect(await read('/store/deep/er')).toBe('deep /er');
  expect(await read('/stores')).toBe('Not Found');
  expect(await read('/app/hello')).toBe('express');
  sandbox.mount('/', (request, response) => response.end(`root ${request.url}`));
  expect(await read('/stores')).toBe('root /stores');
});

test('a source on the internet is fetched like a staged one', async () => {
  await using stage = await setStage();
  const bytes = await makeImage();
  const server = createServer((_request, response) => response.end(bytes));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const create = 'mutation C($files: [FileCreateInput!]!) { fileCreate(files: $files) { files { id } } }';
  const { data } = await stage.api(create, {
    files: [{ originalSource: `http://127.0.0.1:${port}/mug.jpg` }],
  });
  await stage.sandbox.waitUntilIdle();
  const seen = await stage.sandbox.shop().file(data.fileCreate.files[0].id);
  expect(Buffer.from(seen.bytes).equals(bytes)).toBe(true);
  server.close();
});
