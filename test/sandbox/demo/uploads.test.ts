import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { NoPhotosError, uploadsFromFolder } from '../../../sandbox/demo/uploads.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vitrine-uploads-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const plain = (width: number, height: number, alpha = 1) =>
  sharp({ create: { width, height, channels: 4, background: { r: 250, g: 10, b: 10, alpha } } });

test('each photo of a folder is shrunk to a quarter of its sides and keeps its format', async () => {
  await writeFile(join(folder, 'red-mug.png'), await plain(80, 40, 0.5).png().toBuffer());
  await writeFile(join(folder, 'blue_hat.jpg'), await plain(64, 64).jpeg().toBuffer());
  await writeFile(join(folder, 'cap.webp'), await plain(48, 80).webp().toBuffer());
  await writeFile(join(folder, 'notes.txt'), 'not a photo');
  const uploads = await uploadsFromFolder(folder);
  expect(
    uploads.map(({ title, fileName, widthPx, heightPx }) => [title, fileName, widthPx, heightPx]),
  ).toEqual([
    ['Blue hat', 'blue_hat.jpg', 16, 16],
    ['Cap', 'cap.webp', 12, 20],
    ['Red mug', 'red-mug.png', 20, 10],
  ]);
  for (const { bytes, widthPx, heightPx, fileName } of uploads) {
    const header = await sharp(bytes).metadata();
    expect([header.width, header.height]).toEqual([widthPx, heightPx]);
    expect(fileName).toContain(header.format === 'jpeg' ? '.jpg' : `.${header.format}`);
  }
});

test('the colour under clear pixels does not bleed into the edge', async () => {
  // Left half solid green, right half clear with red underneath.
  const data = Buffer.alloc(64 * 64 * 4);
  for (let i = 0; i < 64 * 64; i++) data.set(i % 64 < 34 ? [0, 200, 0, 255] : [255, 0, 0, 0], i * 4);
  const raw = { raw: { width: 64, height: 64, channels: 4 as const } };
  await writeFile(join(folder, 'edge.png'), await sharp(data, raw).png().toBuffer());
  const [upload] = await uploadsFromFolder(folder);
  const pixels = await sharp(upload?.bytes).raw().toBuffer();
  let soft = 0;
  for (let i = 0; i < pixels.length; i += 4) {
    const alpha = pixels[i + 3] ?? 0;
    if (alpha > 0 && alpha < 255) soft++;
    if (alpha > 16) expect(pixels[i]).toBeLessThan(20);
  }
  expect(soft).toBeGreaterThan(0);
});

test('a photo that lies on its side is set upright before it is shrunk', async () => {
  const bytes = await plain(80, 40).jpeg().withMetadata({ orientation: 6 }).toBuffer();
  await writeFile(join(folder, 'turned.jpg'), bytes);
  const [upload] = await uploadsFromFolder(folder);
  expect([upload?.widthPx, upload?.heightPx]).toEqual([10, 20]);
});

test('the first photo is there at its own size too, if that is large enough for a shop', async () => {
  await writeFile(join(folder, 'a.jpg'), await plain(1600, 1200).jpeg().toBuffer());
  await writeFile(join(folder, 'b.jpg'), await plain(1600, 1200).jpeg().toBuffer());
  const uploads = await uploadsFromFolder(folder);
  expect(uploads.map(({ fileName, kind }) => [fileName, kind])).toEqual([
    ['a.jpg', 'small'],
    ['a-large.jpg', 'large-enough'],
    ['b.jpg', 'small'],
  ]);
});

test('a folder that is not there, one without photos, and a file that is no photo are named in a sentence', async () => {
  await expect(uploadsFromFolder(join(folder, 'none'))).rejects.toThrow(NoPhotosError);
  await expect(uploadsFromFolder(folder)).rejects.toThrow(/holds no JPEG, PNG or WebP/);
  await writeFile(join(folder, 'broken.png'), 'these are words');
  await expect(uploadsFromFolder(folder)).rejects.toThrow(/broken\.png is not a photo/);
});
