import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { readJpegConstraint } from '../../../web/core/image/jpeg-constraint.ts';
import { configureLibvips } from '../../../web/core/image/libvips.ts';
import { prepare } from '../../../web/core/image/prepare.ts';
import { loadPrepared } from '../../../web/core/image/prepared.ts';
import { insertJpegSegment } from './embed.ts';
import { cutOut, drawRaster, maxDifference, photo, toSharp } from './pictures.ts';

beforeAll(configureLibvips);

const all = { maxInputSidePx: null } as const;

test('an opaque PNG comes out as its own pixels, without alpha', async () => {
  const picture = photo(50, 40);
  const { image, alphaPng, png } = await prepare(await toSharp(picture).png().toBuffer(), all);
  expect(image.rgb.data).toEqual(Buffer.from(picture.data));
  expect(image.alpha).toBeNull();
  expect(alphaPng).toBeNull();
  expect(image.jpeg).toBeNull();
  expect(await sharp(png).raw().toBuffer()).toEqual(Buffer.from(picture.data));
});

test('an alpha that is opaque everywhere is dropped', async () => {
  const picture = drawRaster(40, 40, 4, (x, y) => [x, y, 9, 255]);
  const { image, alphaPng, info } = await prepare(await toSharp(picture).png().toBuffer(), all);
  expect(info.hasAlpha).toBe(true);
  expect([image.alpha, alphaPng]).toEqual([null, null]);
});

test('one pixel of transparency is enough to keep it', async () => {
  const picture = drawRaster(40, 40, 4, (x, y) => [x, y, 9, x + y === 0 ? 254 : 255]);
  const { image } = await prepare(await toSharp(picture).png().toBuffer(), all);
  expect(image.alpha?.data[0]).toBe(254);
});

test('the same source gives the same bytes', async () => {
  const source = await toSharp(cutOut(120, 90)).png().toBuffer();
  const [first, second] = [await prepare(source, all), await prepare(source, all)];
  expect(second.png).toEqual(first.png);
  expect(second.alphaPng).toEqual(first.alphaPng);
});

test('what was stored comes back bit for bit', async () => {
  for (const source of [
    await toSharp(cutOut(61, 47)).png().toBuffer(),
    await toSharp(photo(61, 47)).jpeg().toBuffer(),
    await toSharp(drawRaster(30, 30, 3, (x) => [x, x, x]))
      .png()
      .toBuffer(),
  ]) {
    const { image, png, alphaPng } = await prepare(source, all);
    const loaded = await loadPrepared({ png, alphaPng, jpeg: image.jpeg });
    expect(maxDifference(loaded.rgb.data, image.rgb.data)).toBe(0);
    expect(loaded.rgb.channels).toBe(3);
    expect(loaded.alpha === null).toBe(image.alpha === null);
    if (loaded.alpha && image.alpha) expect(maxDifference(loaded.alpha.data, image.alpha.data)).toBe(0);
    expect(loaded.jpeg).toEqual(image.jpeg);
  }
});

test('stored blobs that do not belong together are refused', async () => {
  const large = await prepare(await toSharp(cutOut(60, 40)).png().toBuffer(), all);
  const small = await prepare(await toSharp(cutOut(40, 40)).png().toBuffer(), all);
  const mixed = { png: large.png, alphaPng: small.alphaPng, jpeg: null };
  await expect(loadPrepared(mixed)).rejects.toMatchObject({ code: 'image-corrupt' });
  const cut = { png: large.png.subarray(0, 200), alphaPng: null, jpeg: null };
  await expect(loadPrepared(cut)).rejects.toMatchObject({ code: 'image-corrupt' });
});

describe('size', () => {
  test('a longest side above the wish is shrunk, the shape kept, alpha along', async () => {
    const { image, info } = await prepare(await toSharp(cutOut(300, 200)).png().toBuffer(), {
      maxInputSidePx: 150,
    });
    expect([info.widthPx, info.heightPx]).toEqual([300, 200]);
    expect([image.rgb.widthPx, image.rgb.heightPx]).toEqual([150, 100]);
    expect([image.alpha?.widthPx, image.alpha?.heightPx]).toEqual([150, 100]);
  });

  test('a smaller one is left alone, never enlarged', async () => {
    const { image } = await prepare(await toSharp(photo(30, 20)).png().toBuffer(), { maxInputSidePx: 150 });
    expect([image.rgb.widthPx, image.rgb.heightPx]).toEqual([30, 20]);
  });

  test.each([
    [16, 16, undefined, true],
    [15, 400, undefined, false],
    [400, 1, undefined, false],
    [60, 60, 64, false],
    [64, 64, 64, true],
    [1, 1, 1, true],
  ])('%i × %i with a least side of %s', async (widthPx, heightPx, minSidePx, isTaken) => {
    const source = await toSharp(photo(widthPx, heightPx)).png().toBuffer();
    const work = prepare(source, { ...all, ...(minSidePx === undefined ? {} : { minSidePx }) });
    if (isTaken) expect((await work).image.rgb.widthPx).toBe(widthPx);
    else await expect(work).rejects.toMatchObject({ code: 'image-too-small' });
  });

  test('a wish that would shrink the shorter side below the least is refused', async () => {
    const source = await toSharp(photo(400, 40)).png().toBuffer();
    await expect(prepare(source, { maxInputSidePx: 100 })).rejects.toMatchObject({ code: 'image-too-small' });
  });

  test.each([0, -5, 1.5, Number.NaN])('a wish of %s is refused', async (maxInputSidePx) => {
    const source = await toSharp(photo(40, 40)).png().toBuffer();
    await expect(prepare(source, { maxInputSidePx })).rejects.toMatchObject({ code: 'image-parameter' });
  });
});

describe('the JPEG constraint', () => {
  const jpeg = () => toSharp(photo(96, 64)).jpeg({ quality: 70 }).toBuffer();

  test('is the file’s own while the pixels are', async () => {
    const source = await jpeg();
    const { image } = await prepare(source, all);
    expect(image.jpeg).not.toBeNull();
    expect(image.jpeg).toEqual(readJpegConstraint(source));
  });

  test('is gone once the pixels were resized', async () => {
    expect((await prepare(await jpeg(), { maxInputSidePx: 48 })).image.jpeg).toBeNull();
  });
});

test('a JPEG with a gain map is its base image, unharmed', async () => {
  // Ultra HDR: an XMP that names the map, and the map as a second JPEG behind the first (hdrgm 1.0).
  const base = await toSharp(photo(96, 64)).jpeg({ quality: 90 }).toBuffer();
  const map = await toSharp(drawRaster(24, 16, 1, (x) => [x * 10]))
    .jpeg()
    .toBuffer();
  const xmp = `http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" xmlns:Container="http://ns.google.com/photos/1.0/container/" xmlns:Item="http://ns.google.com/photos/1.0/container/item/" hdrgm:Version="1.0"><Container:Directory><rdf:Seq><rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="Primary" Item:Mime="image/jpeg"/></rdf:li><rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="GainMap" Item:Mime="image/jpeg" Item:Length="${map.length}"/></rdf:li></rdf:Seq></Container:Directory></rdf:Description></rdf:RDF></x:xmpmeta>`;
  const source = Buffer.concat([insertJpegSegment(base, 0xe1, Buffer.from(xmp, 'latin1')), map]);
  const { image } = await prepare(source, all);
  expect(maxDifference(image.rgb.data, (await prepare(base, all)).image.rgb.data)).toBe(0);
  expect(image.jpeg).not.toBeNull();
});

test('an abort before or between the steps rejects with its reason', async () => {
  const source = await toSharp(photo(64, 64)).png().toBuffer();
  const reason = new Error('the merchant changed her mind');
  await expect(prepare(source, all, AbortSignal.abort(reason))).rejects.toBe(reason);
  const controller = new AbortController();
  const work = prepare(source, all, controller.signal);
  controller.abort(reason);
  await expect(work).rejects.toBe(reason);
});

test('the source’s bytes are not changed', async () => {
  for (const source of [
    await toSharp(cutOut(40, 40)).png().toBuffer(),
    await toSharp(photo(40, 40)).jpeg().toBuffer(),
  ]) {
    const copy = Buffer.from(source);
    await prepare(source, all);
    expect(source).toEqual(copy);
  }
});
