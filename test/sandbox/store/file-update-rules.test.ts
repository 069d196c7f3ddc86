import { expect, test } from 'vitest';
import { createManualClock } from '../../../sandbox/store/clock/clock.ts';
import type { FaultName } from '../../../sandbox/store/faults.ts';
import {
  createApi,
  fileUpdateMutation,
  makeImage,
  mediaQuery,
  type Stage,
  setStage,
  stageBytes,
} from './support.ts';

async function addImage(stage: Stage, fileName = 'mug.jpg'): Promise<string> {
  const format = fileName.endsWith('png') ? 'png' : 'jpeg';
  const { mediaIds } = stage.sandbox.shop().addProduct({
    title: 'Mug',
    images: [{ fileName, bytes: await makeImage(format), alt: 'A mug' }],
  });
  await stage.sandbox.waitUntilIdle();
  return mediaIds[0] ?? '';
}

async function update(stage: Stage, file: Record<string, unknown>) {
  const { data } = await stage.api(fileUpdateMutation, { files: [file] });
  return data.fileUpdate as {
    files: { id: string }[];
    userErrors: { code: string; field: string[]; message: string }[];
  };
}

const source = 'https://example.com/new';
const refusals: [what: string, input: Record<string, unknown>, code: string][] = [
  ['another extension in the source', { originalSource: `${source}.png` }, 'INVALID_FILENAME_EXTENSION'],
  ['jpeg for jpg', { originalSource: `${source}.jpeg` }, 'INVALID_FILENAME_EXTENSION'],
  ['no extension in the source', { originalSource: source }, 'INVALID_FILENAME_EXTENSION'],
  ['another extension in the name', { filename: 'mug.webp' }, 'INVALID_FILENAME_EXTENSION'],
  ['a source that is no address', { originalSource: 'mug.jpg' }, 'INVALID_IMAGE_SOURCE_URL'],
  ['a source on a disk', { originalSource: 'file:///mug.jpg' }, 'INVALID_IMAGE_SOURCE_URL'],
  ['two sources', { originalSource: `${source}.jpg`, previewImageSource: `${source}.jpg` }, 'INVALID'],
  ['alt text of 513 characters', { alt: 'a'.repeat(513) }, 'ALT_VALUE_LIMIT_EXCEEDED'],
  [
    'a product that is not there',
    { referencesToAdd: ['gid://shopify/Product/1'] },
    'REFERENCE_TARGET_DOES_NOT_EXIST',
  ],
];
test.each(refusals)('fileUpdate refuses %s and changes nothing', async (_what, input, code) => {
  await using stage = await setStage();
  const id = await addImage(stage);
  const before = await stage.sandbox.shop().file(id);
  const { files, userErrors } = await update(stage, { id, ...input });
  expect(userErrors.map((one) => one.code)).toEqual([code]);
  expect(files).toEqual([]);
  await stage.sandbox.waitUntilIdle();
  expect(await stage.sandbox.shop().file(id)).toEqual(before);
});

test('fileUpdate refuses a file that does not exist, and then updates none of the others', async () => {
  await using stage = await setStage();
  const id = await addImage(stage);
  const { data } = await stage.api(fileUpdateMutation, {
    files: [
      { id, alt: 'changed' },
      { id: 'gid://shopify/MediaImage/1', alt: 'x' },
    ],
  });
  expect(data.fileUpdate.userErrors).toMatchObject([
    { code: 'FILE_DOES_NOT_EXIST', field: ['files', '1', 'id'] },
  ]);
  expect((await stage.sandbox.shop().file(id)).alt).toBe('A mug');
});

test("a ProductImage id is not a file's id", async () => {
  await using stage = await setStage();
  await addImage(stage);
  const [payload] = stage.app.payloads('products/create');
  const [image] = (payload as { images: { admin_graphql_api_id: string }[] }).images;
  const { userErrors } = await update(stage, { id: image?.admin_graphql_api_id ?? '', alt: 'x' });
  expect(userErrors[0]?.code).toBe('FILE_DOES_NOT_EXIST');
});

test('a file that is being uploaded is NON_READY_STATE, one that is being changed FILE_LOCKED', async () => {
  const clock = createManualClock();
  await using stage = await setStage({ clock, mediaDelayMs: 1000 });
  const { sandbox } = stage;
  const id = sandbox.shop().uploadFile({ fileName: 'mug.jpg', bytes: await makeImage() });
  expect((await update(stage, { id, alt: 'x' })).userErrors[0]?.code).toBe('NON_READY_STATE');
  clock.advance(1000);
  await sandbox.waitUntilIdle();
  const originalSource = await stageBytes(stage.api, 'mug.jpg', 'image/jpeg', await makeImage());
  expect((await update(stage, { id, originalSource })).userErrors).toEqual([]);
  expect((await update(stage, { id, alt: 'x' })).userErrors[0]?.code).toBe('FILE_LOCKED');
  clock.advance(1000);
  await sandbox.waitUntilIdle();
  expect((await update(stage, { id, alt: 'x' })).userErrors).toEqual([]);
});

test('the old bytes are served until the new ones are READY', async () => {
  const clock = createManualClock();
  await using stage = await setStage({ clock, mediaDelayMs: 1000 });
  const { sandbox } = stage;
  const id = sandbox.shop().uploadFile({ fileName: 'mug.jpg', bytes: await makeImage('jpeg', 40, 30, 1) });
  clock.advance(1000);
  await sandbox.waitUntilIdle();
  const before = await sandbox.shop().file(id);
  const originalSource = await stageBytes(
    stage.api,
    'mug.jpg',
    'image/jpeg',
    await makeImage('jpeg', 80, 60, 2),
  );
  await update(stage, { id, originalSource });
  clock.advance(500);
  expect(await sandbox.shop().file(id)).toMatchObject({
    status: 'PROCESSING',
    sha256: before.sha256,
    url: before.url,
  });
  clock.advance(500);
  await sandbox.waitUntilIdle();
  expect(await sandbox.shop().file(id)).toMatchObject({ status: 'READY', widthPx: 80 });
});

test('a failed change leaves FAILED, refuses further changes, and acknowledging brings the old bytes back', async () => {
  await using stage = await setStage();
  const { sandbox, api, app } = stage;
  const id = await addImage(stage);
  const before = await sandbox.shop().file(id);
  const originalSource = await stageBytes(api, 'mug.jpg', 'image/jpeg', Buffer.from('this is no picture'));
  await update(stage, { id, originalSource });
  await sandbox.waitUntilIdle();
  const failed = (await api(mediaQuery, { id })).data.node;
  expect(failed).toMatchObject({
    fileStatus: 'FAILED',
    image: null,
    fileErrors: [{ code: 'UNSUPPORTED_IMAGE_FILE_TYPE' }],
  });
  expect((await sandbox.shop().file(id)).sha256).toBe(before.sha256);
  expect((await update(stage, { id, alt: 'x' })).userErrors[0]?.code).toBe('INVALID_FAILED_MEDIA_STATE');

  const acknowledge = `mutation A($ids: [ID!]!) {
    fileAcknowledgeUpdateFailed(fileIds: $ids) { files { id fileStatus } userErrors { code } }
  }`;
  const { data } = await api(acknowledge, { ids: [id] });
  expect(data.fileAcknowledgeUpdateFailed).toEqual({ files: [{ id, fileStatus: 'READY' }], userErrors: [] });
  const after = await sandbox.shop().file(id);
  expect(after).toMatchObject({ status: 'READY', sha256: before.sha256, url: before.url, alt: 'A mug' });
  const second = await api(acknowledge, { ids: [id] });
  expect(second.data.fileAcknowledgeUpdateFailed.userErrors).toMatchObject([{ code: 'INVALID' }]);
  await sandbox.waitUntilIdle();
  expect(app.topics()).toContain('products/update');
});

const badSources: [what: string, make: () => Promise<Buffer>, code: string][] = [
  ['a side above 5,000 px', () => makeImage('jpeg', 5001, 100), 'INVALID_IMAGE_RESOLUTION'],
  ['more than 25 MP', () => makeImage('jpeg', 5000, 5001), 'INVALID_IMAGE_RESOLUTION'],
  [
    'one byte below 20 MB',
    async () => Buffer.concat([await makeImage(), Buffer.alloc(20e6)]).subarray(0, 20e6 - 1),
    'ok',
  ],
  ['sides of 200 to 1', () => makeImage('jpeg', 800, 4), 'INVALID_IMAGE_ASPECT_RATIO'],
  ['a PNG that is named .jpg', () => makeImage('png'), 'UNSUPPORTED_IMAGE_FILE_TYPE'],
  [
    'an SVG',
    async () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
    'UNSUPPORTED_IMAGE_FILE_TYPE',
  ],
];
test.each(badSources)('bytes with %s end as they would on the platform', async (_what, make, code) => {
  await using stage = await setStage();
  const id = await addImage(stage);
  const originalSource = await stageBytes(stage.api, 'mug.jpg', 'image/jpeg', await make());
  await update(stage, { id, originalSource });
  await stage.sandbox.waitUntilIdle();
  const { status, errors } = await stage.sandbox.shop().file(id);
  expect(code === 'ok' ? status : errors[0]?.code).toBe(code === 'ok' ? 'READY' : code);
});

test('a source that cannot be fetched fails with IMAGE_DOWNLOAD_FAILURE, an expired staged one with INVALID_SIGNED_URL', async () => {
  const clock = createManualClock();
  await using stage = await setStage({ clock });
  const { sandbox } = stage;
  const id = sandbox.shop().uploadFile({ fileName: 'mug.jpg', bytes: await makeImage() });
  const settle = async (): Promise<string | undefined> => {
    clock.advance(1);
    await sandbox.waitUntilIdle();
    return (await sandbox.shop().file(id)).errors[0]?.code;
  };
  await settle();
  await update(stage, { id, originalSource: `${sandbox.cdnOrigin}/missing.jpg` });
  expect(await settle()).toBe('IMAGE_DOWNLOAD_FAILURE');
  await stage.api(
    'mutation A($ids: [ID!]!) { fileAcknowledgeUpdateFailed(fileIds: $ids) { userErrors { code } } }',
    { ids: [id] },
  );
  const originalSource = await stageBytes(stage.api, 'mug.jpg', 'image/jpeg', await makeImage());
  clock.advance(3_600_001);
  // The token has expired as well.
  const later = { ...stage, api: createApi(sandbox) };
  await update(later, { id, originalSource });
  expect(await settle()).toBe('INVALID_SIGNED_URL');
});

const lockFaults: [FaultName, string][] = [
  ['file.locked', 'FILE_LOCKED'],
  ['file.notReady', 'NON_READY_STATE'],
  ['file.cannotBeModified', 'MEDIA_CANNOT_BE_MODIFIED'],
];
test.each(lockFaults)('%s refuses once, and the next try goes through', async (fault, code) => {
  await using stage = await setStage();
  const id = await addImage(stage);
  stage.sandbox.faults.arm(fault);
  expect((await update(stage, { id, alt: 'x' })).userErrors[0]?.code).toBe(code);
  expect((await update(stage, { id, alt: 'x' })).userErrors).toEqual([]);
  expect(stage.sandbox.faults.struck(fault)).toBe(1);
});

test('a suspended product keeps its files from being changed', async () => {
  await using stage = await setStage();
  const id = await addImage(stage);
  stage.sandbox.shop().editProduct(stage.sandbox.shop().products()[0]?.id ?? '', { isSuspended: true });
  expect((await update(stage, { id, alt: 'x' })).userErrors[0]?.code).toBe('PRODUCT_SUSPENDED');
});

test('one file serves many products: a change reaches every one and is told of each', async () => {
  await using stage = await setStage();
  const { sandbox, app } = stage;
  const id = await addImage(stage);
  const other = sandbox
    .shop()
    .addProduct({ title: 'Set of mugs', mediaIds: [id], variants: [{ title: 'A', imageIndex: 0 }] });
  await sandbox.waitUntilIdle();
  app.received.length = 0;
  const originalSource = await stageBytes(
    stage.api,
    'mug.jpg',
    'image/jpeg',
    await makeImage('jpeg', 80, 60),
  );
  await update(stage, { id, originalSource });
  await sandbox.waitUntilIdle();
  const seen = await sandbox.shop().file(id);
  expect(seen.productIds).toHaveLength(2);
  expect(seen.variantIds).toEqual([other.variants[0]?.id]);
  const widths = app
    .payloads('products/update')
    .map((one) => (one['images'] as { width: number }[])[0]?.width);
  expect(widths).toEqual([80, 80]);
});

test('references are added and removed, and removing clears the variants that showed the image', async () => {
  await using stage = await setStage();
  const { sandbox } = stage;
  const id = await addImage(stage);
  const first = sandbox.shop().products()[0]?.id ?? '';
  const second = sandbox.shop().addProduct({ title: 'Plate' });
  await update(stage, { id, referencesToAdd: [second.id] });
  sandbox.shop().setVariantImage(second.variants[0]?.id ?? '', id);
  expect((await sandbox.shop().file(id)).productIds).toEqual([first, second.id]);
  await update(stage, { id, referencesToRemove: [second.id] });
  expect(sandbox.shop().product(second.id)).toMatchObject({ mediaIds: [], variants: [{ mediaId: null }] });
  expect(sandbox.shop().hasFile(id)).toBe(true);
});

test('a renamed file has another URL, and nothing is left at the old one', async () => {
  await using stage = await setStage();
  const id = await addImage(stage);
  const before = await stage.sandbox.shop().file(id);
  expect((await update(stage, { id, filename: 'cup.jpg' })).userErrors).toEqual([]);
  const after = await stage.sandbox.shop().file(id);
  expect(after.url).toContain('/cup.jpg?v=');
  expect((await fetch(before.url ?? '')).status).toBe(404);
  expect((await fetch(after.url ?? '')).status).toBe(200);
});

test('more than 250 inputs are refused as a whole', async () => {
  await using stage = await setStage();
  const id = await addImage(stage);
  const files = Array.from({ length: 251 }, () => ({ id, alt: 'x' }));
  const answer = await stage.api(fileUpdateMutation, { files });
  expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'MAX_INPUT_SIZE_EXCEEDED' });
  expect((await stage.sandbox.shop().file(id)).alt).toBe('A mug');
});

test('a merchant can act just before an operation of the app is carried out', async () => {
  await using stage = await setStage();
  const { sandbox } = stage;
  const id = await addImage(stage);
  sandbox.interject({ before: 'fileUpdate' }, () => sandbox.shop().deleteMedia(id));
  expect((await update(stage, { id, alt: 'x' })).userErrors[0]?.code).toBe('FILE_DOES_NOT_EXIST');
});

test('a change of a file can be silent, as nobody promises that it fires products/update', async () => {
  await using stage = await setStage();
  const id = await addImage(stage);
  stage.sandbox.faults.arm('file.silentChange');
  const originalSource = await stageBytes(
    stage.api,
    'mug.jpg',
    'image/jpeg',
    await makeImage('jpeg', 80, 60),
  );
  await update(stage, { id, originalSource });
  await stage.sandbox.waitUntilIdle();
  expect(await stage.sandbox.shop().file(id)).toMatchObject({ status: 'READY', widthPx: 80 });
  expect(stage.app.topics()).toEqual(['products/create']);
});
