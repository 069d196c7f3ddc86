import { expect, test } from 'vitest';
import { fileUpdateMutation, makeImage, mediaQuery, setStage, stageBytes } from './support.ts';

test('fileUpdate keeps the id and the URL but for its v, and fires products/update when READY', async () => {
  await using stage = await setStage();
  const { sandbox, api, app } = stage;
  const shop = sandbox.shop();
  const before = await makeImage('jpeg', 40, 30);
  const { mediaIds } = shop.addProduct({
    title: 'Mug',
    images: [{ fileName: 'mug.jpg', bytes: before, alt: 'A mug' }],
  });
  const id = mediaIds[0] ?? '';
  await sandbox.waitUntilIdle();
  expect(app.topics()).toEqual(['products/create']);
  const first = (await api(mediaQuery, { id })).data.node;
  expect(first).toMatchObject({ fileStatus: 'READY', alt: 'A mug', image: { width: 40, height: 30 } });

  const after = await makeImage('jpeg', 160, 120, 10);
  const originalSource = await stageBytes(api, 'better.jpg', 'image/jpeg', after);
  const { data } = await api(fileUpdateMutation, { files: [{ id, originalSource }] });
  expect(data.fileUpdate).toMatchObject({
    userErrors: [],
    files: [{ id, fileStatus: 'PROCESSING', image: null }],
  });
  await sandbox.waitUntilIdle();

  const second = (await api(mediaQuery, { id })).data.node;
  expect(second).toMatchObject({ id, fileStatus: 'READY', alt: 'A mug', image: { width: 160, height: 120 } });
  const [firstUrl, secondUrl] = [new URL(first.image.url), new URL(second.image.url)];
  expect(secondUrl.pathname).toBe(firstUrl.pathname);
  expect(secondUrl.searchParams.get('v')).not.toBe(firstUrl.searchParams.get('v'));
  expect(app.topics()).toEqual(['products/create', 'products/update']);

  const [shown, original, old] = await Promise.all(
    [second.image.url, second.originalSource.url, first.image.url].map(async (url) =>
      Buffer.from(await (await fetch(url)).arrayBuffer()),
    ),
  );
  expect(shown?.equals(after)).toBe(true);
  expect(original?.equals(after)).toBe(true);
  expect(old?.equals(before)).toBe(true);
  expect(second.originalSource.fileSize).toBe(after.byteLength);
});
