import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { readJpegConstraint } from '../../web/core/image/jpeg-constraint.ts';
import type { JpegConstraint, Raster } from '../../web/core/image/types.ts';
import { UsageError } from '../report.ts';

export interface Photo {
  readonly name: string;
  readonly truth: Raster<3>;
}

/** What a shop would hold: a quarter of each side of the truth. */
export interface SmallPhoto {
  readonly rgb: Raster<3>;
  readonly jpeg: JpegConstraint | null;
}

/** The pictures of a folder, on white, longest side as asked and both sides divisible by 4. */
export async function loadPhotos(folder: string, longestSidePx: number): Promise<Photo[]> {
  const names = (await readdir(folder)).filter((name) => /\.(png|jpe?g|webp)$/i.test(name)).sort();
  if (names.length === 0) throw new UsageError(`There is no PNG, JPEG or WebP picture in ${folder}.`);
  return await Promise.all(
    names.map(async (name) => ({ name, truth: await truthOf(join(folder, name), longestSidePx) })),
  );
}

async function truthOf(path: string, longestSidePx: number): Promise<Raster<3>> {
  const { width, height } = await sharp(path).metadata();
  const factor = Math.min(1, longestSidePx / Math.max(width, height));
  const side = (length: number) => Math.max(64, Math.round((length * factor) / 4) * 4);
  const picture = sharp(path).flatten({ background: '#ffffff' }).toColourspace('srgb');
  return await rasterOf(picture.resize(side(width), side(height), { fit: 'fill' }).removeAlpha());
}

/** A quarter of each side, by libvips' cubic, kept without loss. */
export async function quarterOf(truth: Raster<3>): Promise<SmallPhoto> {
  return { rgb: await resized(truth, truth.widthPx / 4, truth.heightPx / 4, 'cubic'), jpeg: null };
}

/** The same picture through a JPEG of this quality, 4:2:0. */
export async function throughJpeg(small: Raster<3>, quality: number): Promise<SmallPhoto> {
  const bytes = await open(small).jpeg({ quality }).toBuffer();
  return { rgb: await rasterOf(sharp(bytes)), jpeg: readJpegConstraint(bytes) };
}

export async function resized(
  image: Raster<3>,
  widthPx: number,
  heightPx: number,
  kernel: 'cubic' | 'lanczos3',
): Promise<Raster<3>> {
  return await rasterOf(open(image).resize(widthPx, heightPx, { kernel, fit: 'fill' }));
}

export function open({ data, widthPx, heightPx }: Raster<3>): Sharp {
  return sharp(data, { raw: { width: widthPx, height: heightPx, channels: 3 } });
}

async function rasterOf(picture: Sharp): Promise<Raster<3>> {
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
  return { data, widthPx: info.width, heightPx: info.height, channels: 3 };
}

/** Peak signal-to-noise ratio over R, G and B together, dB. */
export function psnrOf(a: Raster<3>, b: Raster<3>): number {
  let sum = 0;
  for (let at = 0; at < a.data.length; at++) {
    sum += ((a.data[at] as number) - (b.data[at] as number)) ** 2;
  }
  return 10 * Math.log10((255 * 255 * a.data.length) / sum);
}

/**
 * Lanczos3 between pixel centres. libvips (8.18, through sharp) enlarges half an output pixel off the grid that it
 * shrinks on, so its PSNR is a weak opponent; this one is the strong one.
 */
export function centredLanczos(small: Raster<3>, scale: number): Raster<3> {
  const wide = alongRows(Float32Array.from(small.data), small.widthPx, small.heightPx, scale);
  const turned = transpose(wide, small.widthPx * scale, small.heightPx);
  const tall = alongRows(turned, small.heightPx, small.widthPx * scale, scale);
  const data = Uint8ClampedArray.from(transpose(tall, small.heightPx * scale, small.widthPx * scale));
  return {
    data: new Uint8Array(data.buffer),
    widthPx: small.widthPx * scale,
    heightPx: small.heightPx * scale,
    channels: 3,
  };
}

function lanczos3(x: number): number {
  if (Math.abs(x) < 1e-9) return 1;
  return Math.abs(x) >= 3
    ? 0
    : (3 * Math.sin(Math.PI * x) * Math.sin((Math.PI * x) / 3)) / (Math.PI * x) ** 2;
}

function alongRows(data: Float32Array, widthPx: number, heightPx: number, scale: number): Float32Array {
  const out = new Float32Array(widthPx * scale * heightPx * 3);
  for (let x = 0; x < widthPx * scale; x++) {
    const place = (x + 0.5) / scale - 0.5;
    const first = Math.floor(place) - 2;
    const weights = Array.from({ length: 6 }, (_, tap) => lanczos3(place - first - tap));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    for (let y = 0; y < heightPx; y++) {
      for (let channel = 0; channel < 3; channel++) {
        let value = 0;
        for (let tap = 0; tap < 6; tap++) {
          const source = Math.min(widthPx - 1, Math.max(0, first + tap));
          value += (weights[tap] as number) * (data[(y * widthPx + source) * 3 + channel] as number);
        }
        out[(y * widthPx * scale + x) * 3 + channel] = value / sum;
      }
    }
  }
  return out;
}

function transpose(data: Float32Array, widthPx: number, heightPx: number): Float32Array {
  const out = new Float32Array(data.length);
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      const from = (y * widthPx + x) * 3;
      out.set(data.subarray(from, from + 3), (x * heightPx + y) * 3);
    }
  }
  return out;
}
