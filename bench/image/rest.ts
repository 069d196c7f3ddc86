import sharp from 'sharp';
import { inspectResult } from '../../web/core/enhancement/inspect-result.ts';
import { finish } from '../../web/core/image/finish.ts';
import { prepare } from '../../web/core/image/prepare.ts';
import type { Raster } from '../../web/core/image/types.ts';
import type { Figure } from '../report.ts';
import { open, type Photo, resized } from './photos.ts';
import { noCancelling, timed } from './request.ts';

const sidePx = 2048;
const repeats = 3;

interface Case {
  readonly name: string;
  /** What the shop holds: a quarter of each side. */
  readonly source: Uint8Array;
  readonly bare: () => Promise<unknown>;
}

/**
 * Everything but the engine and the reading of text, from a file of 512² to a file of 2048²: decode, prepare, colour
 * repair, alpha, the gate's measures, the verdict, encode. Against sharp alone: decode, resize, encode. In turn, best
 * of three. The engine's place is taken by pixels that are made beforehand.
 */
export async function measureRest(photos: readonly Photo[]): Promise<Figure[]> {
  const photo = photos[0] as Photo;
  const square = await resized(photo.truth, sidePx, sidePx, 'cubic');
  const figures: Figure[] = [];
  for (const one of await casesOf(square)) {
    let [ownMs, bareMs] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (let round = 0; round < repeats; round++) {
      ownMs = Math.min(ownMs, (await timed(() => wayOf(one.source, square))).elapsedMs);
      bareMs = Math.min(bareMs, (await timed(one.bare)).elapsedMs);
    }
    figures.push({
      name: `rest.${one.name}`,
      value: ownMs / bareMs,
      unit: '× sharp alone',
      bar: { atMost: 3 },
      note: `${ownMs.toFixed(0)} ms against ${bareMs.toFixed(0)} ms`,
    });
  }
  return figures;
}

async function wayOf(source: Uint8Array, raw: Raster<3>): Promise<void> {
  const { image, info, keep } = await prepare(source, { maxInputSidePx: null });
  const { repaired, alpha } = await inspectResult({
    prepared: image,
    raw,
    tileLines: undefined,
    profile: 'normal',
    readText: null,
    signal: noCancelling.signal,
  });
  await finish(
    { rgb: repaired, alpha },
    {
      format: 'keep',
      sourceFormat: info.format,
      longestSidePx: sidePx,
      squarePadding: null,
      background: null,
      goalBytes: null,
      keep,
      sourceType: 'algorithmicallyEnhanced',
    },
  );
}

async function casesOf(square: Raster<3>): Promise<Case[]> {
  const small = open(square).resize(sidePx / 4, sidePx / 4);
  const jpeg = await small.clone().jpeg({ quality: 85 }).toBuffer();
  const png = await small.clone().png().toBuffer();
  const mask = Buffer.from(
    `<svg width="512" height="512"><circle cx="256" cy="256" r="230" fill="#fff"/></svg>`,
  );
  const cutOut = await small
    .clone()
    .ensureAlpha()
    .composite([{ input: mask, blend: 'dest-in' }])
    .png()
    .toBuffer();
  const large = (source: Uint8Array) => sharp(source).resize(sidePx, sidePx);
  return [
    { name: 'jpeg', source: jpeg, bare: () => large(jpeg).jpeg({ quality: 90, mozjpeg: true }).toBuffer() },
    { name: 'png', source: png, bare: () => large(png).png().toBuffer() },
    { name: 'transparentPng', source: cutOut, bare: () => large(cutOut).png().toBuffer() },
  ];
}
