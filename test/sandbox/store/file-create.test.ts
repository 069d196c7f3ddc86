import { expect, test } from 'vitest';
import { makeImage, type Stage, setStage, stageBytes } from './support.ts';

async function addMug(stage: Stage): Promise<string> {
  const { mediaIds } = stage.sandbox.shop().addProduct({
    title: 'Mug',
    images: [{ fileName: 'mug.jpg', bytes: await makeImage() }],
  });
  await stage.sandbox.waitUntilIdle();
  return mediaIds[0] ?? '';
}

const replaceInto =
  'mutation C($files: [FileCreateInput!]!) { fileCreate(files: $files) { files { id } userErrors { code } } }';

test.each([
  ['a custom name of another extension', { filename: 'mug.png' }, 'MISMATCHED_FILENAME_AND_ORIGINAL_SOURCE'],
  ['something that is no image', { originalSource: 'https://example.com/a.pdf' }, 'UNACCEPTABLE_ASSET'],
  ['no address', { originalSource: 'a.jpg' }, 'INVALID_IMAGE_SOURCE_URL'],
  [
    'REPLACE without a name',
    { duplicateResolutionMode: 'REPLACE' },
    'MISSING_FILENAME_FOR_DUPLICATE_MODE_REPLACE',
  ],
  [
    'a taken name that must be free',
    { filename: 'mug.jpg', duplicateResolutionMode: 'RAISE_ERROR' },
    'FILENAME_ALREADY_EXISTS',
  ],
  ['alt text that is too long', { alt: 'a'.repeat(513) }, 'ALT_VALUE_LIMIT_EXCEEDED'],
])('fileCreate refuses %s', async (_what, input, code) => {
  await using stage = await setStage();
  await addMug(stage);
  const { data } = await stage.api(replaceInto, {
    files: [{ originalSource: 'https://example.com/a.jpg', ...input }],
  });
  expect(data.fileCreate).toEqual({ files: [], userErrors: [{ code }] });
});

test('fileCreate in REPLACE mode puts new bytes behind the file of that name', async () => {
  await using stage = await setStage();
  const id = await addMug(stage);
  const originalSource = await stageBytes(stage.api, 'a.jpg', 'image/jpeg', await makeImage('jpeg', 80, 60));
  const files = [{ originalSource, filename: 'mug.jpg', duplicateResolutionMode: 'REPLACE' }];
  stage.sandbox.faults.arm('media.stuck');
  expect((await stage.api(replaceInto, { files })).data.fileCreate.files).toEqual([{ id }]);
  const locked = (await stage.api(replaceInto, { files })).data.fileCreate;
  expect(locked).toEqual({ files: [], userErrors: [{ code: 'FILE_LOCKED' }] });
  await stage.sandbox.waitUntilIdle();
  stage.sandbox.releaseStuckMedia();
  await stage.sandbox.waitUntilIdle();
  expect(await stage.sandbox.shop().file(id)).toMatchObject({ widthPx: 80, status: 'READY' });
});
