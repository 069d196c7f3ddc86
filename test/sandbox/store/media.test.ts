import { expect, test } from 'vitest';
import { createManualClock } from '../../../sandbox/store/clock/clock.ts';
import { makeImage, mediaQuery, setStage } from './support.ts';

test('a file goes UPLOADED, PROCESSING, READY, and its image is null until then', async () => {
  const clock = createManualClock();
  await using stage = await setStage({ clock, mediaDelayMs: 1000 });
  const { sandbox, api } = stage;
  const id = sandbox.shop().uploadFile({ fileName: 'mug.jpg', bytes: await makeImage() });
  const look = async () => (await api(mediaQuery, { id })).data.node;
  expect(await look()).toMatchObject({ fileStatus: 'UPLOADED', image: null, originalSource: null });
  clock.advance(500);
  expect(await look()).toMatchObject({ fileStatus: 'PROCESSING', image: null });
  clock.advance(500);
  await sandbox.waitUntilIdle();
  expect(await look()).toMatchObject({
    fileStatus: 'READY',
    image: { width: 40, height: 30 },
    fileErrors: [],
  });
});

test('the older limit of 20 MP can be switched on', async () => {
  const limits = { maxSidePx: 4472, maxPixels: 20e6, maxBytes: 20e6 };
  await using stage = await setStage({ limits });
  const id = stage.sandbox
    .shop()
    .uploadFile({ fileName: 'big.jpg', bytes: await makeImage('jpeg', 4473, 90) });
  await stage.sandbox.waitUntilIdle();
  expect(await stage.sandbox.shop().file(id)).toMatchObject({
    status: 'FAILED',
    errors: [{ code: 'INVALID_IMAGE_RESOLUTION' }],
  });
});

test('media that is stuck stays PROCESSING until it is released', async () => {
  await using stage = await setStage();
  const { sandbox } = stage;
  sandbox.faults.arm('media.stuck');
  const id = sandbox.shop().uploadFile({ fileName: 'mug.jpg', bytes: await makeImage() });
  await sandbox.waitUntilIdle();
  expect((await sandbox.shop().file(id)).status).toBe('PROCESSING');
  sandbox.releaseStuckMedia();
  await sandbox.waitUntilIdle();
  expect((await sandbox.shop().file(id)).status).toBe('READY');
});

test('processing can be made to fail with any code of the platform', async () => {
  await using stage = await setStage();
  const { sandbox } = stage;
  sandbox.faults.arm('media.failed', { code: 'MEDIA_TIMEOUT_ERROR', message: 'Too slow' });
  const id = sandbox.shop().uploadFile({ fileName: 'mug.jpg', bytes: await makeImage() });
  await sandbox.waitUntilIdle();
  const { data } = await stage.api(mediaQuery, { id });
  expect(data.node).toMatchObject({
    fileStatus: 'FAILED',
    fileErrors: [{ code: 'MEDIA_TIMEOUT_ERROR', message: 'Too slow' }],
  });
});

test('times are shown in whole seconds, as on the platform', async () => {
  await using stage = await setStage();
  const id = stage.sandbox.shop().uploadFile({ fileName: 'mug.jpg', bytes: await makeImage() });
  expect((await stage.api(mediaQuery, { id })).data.node.updatedAt).toMatch(
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
  );
});

test('a product of old is READY at once and told of by no webhook', async () => {
  await using stage = await setStage();
  const declared = { widthPx: 400, heightPx: 300, mimeType: 'image/jpeg', sizeBytes: 1 };
  const image = { fileName: 'old.jpg', bytes: () => new Uint8Array(1), declared };
  const { id, mediaIds } = stage.sandbox.shop().addProduct({ title: 'Old', isOld: true, images: [image] });
  const { data } = await stage.api(mediaQuery, { id: mediaIds[0] });
  expect(data.node).toMatchObject({ fileStatus: 'READY', image: { width: 400, height: 300 } });
  stage.sandbox.shop().setPrice(id, '9.00');
  await stage.sandbox.waitUntilIdle();
  expect(stage.app.topics()).toEqual(['products/update']);
});

test('a product whose image failed is announced without it among images[], and with it among media[]', async () => {
  await using stage = await setStage();
  stage.sandbox
    .shop()
    .addProduct({ title: 'Bad', images: [{ fileName: 'bad.jpg', bytes: Buffer.from('no picture') }] });
  await stage.sandbox.waitUntilIdle();
  expect(stage.app.payloads('products/create')).toMatchObject([
    { images: [], media: [{ status: 'FAILED' }] },
  ]);
});
