import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join, parse } from 'node:path';
import sharp from 'sharp';
import { encodePhoto, formatOf } from '../photos/photo-files.ts';
import { renderPhoto } from '../photos/render.ts';
import { scenes } from '../photos/scenes.ts';

/** A photo as a merchant uploads it, and what the app should make of it. */
export interface Upload {
  readonly title: string;
  /** With the extension of its true format. */
  readonly fileName: string;
  readonly bytes: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
  /** small: to be enhanced · large-enough: to be left alone · unusable: to be left alone with a reason */
  readonly kind: 'small' | 'large-enough' | 'unusable';
}

export class NoPhotosError extends Error {}

const readable = new Set(['.jpg', '.jpeg', '.png', '.webp']);
const shrinkBy = 4;
/** Sides of the rendered photos: what older shops often have. */
const sides = [512, 560, 640] as const;
const largeSidePx = 2048;
/** The app's own rule for what is good already. */
const largeEnoughPx = 1600;

const titleOf = (fileName: string): string => {
  const words = parse(fileName).name.replaceAll(/[-_]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** The names of a folder's photos, sorted. Throws NoPhotosError where there is nothing to start from. */
export async function findPhotos(dir: string): Promise<string[]> {
  const folder = await stat(dir).catch(() => null);
  if (!folder?.isDirectory()) throw new NoPhotosError(`--images ${dir}: there is no such folder.`);
  const names = (await readdir(dir)).filter((name) => readable.has(extname(name).toLowerCase())).sort();
  if (names.length === 0) throw new NoPhotosError(`--images ${dir}: it holds no JPEG, PNG or WebP file.`);
  return names;
}

/**
 * Every photo of a folder, shrunk to a quarter of each side and saved in its own format, in the order of the names;
 * the first one also at its own size, as a photo that is good already.
 */
export async function uploadsFromFolder(dir: string): Promise<Upload[]> {
  const uploads: Upload[] = [];
  for (const name of await findPhotos(dir)) {
    const bytes = await readFile(join(dir, name));
    uploads.push(await shrink(name, bytes));
    if (uploads.length === 1) {
      const { width, height } = await sizeOf(name, bytes);
      if (Math.max(width, height) >= largeEnoughPx) {
        const title = `${titleOf(name)}, large photo`;
        const fileName = `${parse(name).name}-large${extname(name).toLowerCase()}`;
        uploads.push({ title, fileName, bytes, widthPx: width, heightPx: height, kind: 'large-enough' });
      }
    }
  }
  return uploads;
}

async function sizeOf(name: string, bytes: Uint8Array): Promise<{ width: number; height: number }> {
  try {
    const { autoOrient } = await sharp(bytes).metadata();
    return autoOrient;
  } catch (error) {
    throw new NoPhotosError(`${name} is not a photo that can be read; take it out of the folder.`, {
      cause: error,
    });
  }
}

/** Area-exact enough: Lanczos 3 over premultiplied pixels, upright, in the file's own format. */
async function shrink(name: string, bytes: Uint8Array): Promise<Upload> {
  const { width, height } = await sizeOf(name, bytes);
  const widthPx = Math.max(1, Math.round(width / shrinkBy));
  const heightPx = Math.max(1, Math.round(height / shrinkBy));
  const small = sharp(bytes).autoOrient().resize(widthPx, heightPx, { fit: 'fill', kernel: 'lanczos3' });
  const extension = extname(name).toLowerCase();
  const encoded =
    extension === '.png'
      ? small.png()
      : extension === '.webp'
        ? small.webp({ quality: 88 })
        : small.jpeg({ quality: 85 });
  const fileName = `${parse(name).name}${extension}`;
  return {
    title: titleOf(name),
    fileName,
    bytes: await encoded.toBuffer(),
    widthPx,
    heightPx,
    kind: 'small',
  };
}

/** The sandbox's own shelf; `onPhoto` hears of each photo as it is taken. */
export async function uploadsFromShelf(onPhoto: (done: number, total: number) => void): Promise<Upload[]> {
  const total = scenes.length + 2;
  const uploads: Upload[] = [];
  for (const [i, scene] of scenes.entries()) {
    const sidePx = sides[i % sides.length] ?? sides[0];
    const format = formatOf(scene);
    uploads.push({
      title: scene.title,
      fileName: `${scene.id}.${format.extension}`,
      bytes: await encodePhoto(renderPhoto(scene, sidePx), format),
      widthPx: sidePx,
      heightPx: sidePx,
      kind: 'small',
    });
    onPhoto(uploads.length, total);
  }
  const plain = scenes.find(({ ground }) => ground === 'white') ?? scenes[0];
  if (plain === undefined) throw new NoPhotosError('The shelf is empty.');
  const large = renderPhoto(plain, largeSidePx);
  uploads.push({
    title: `${plain.title}, large photo`,
    fileName: `${plain.id}-large.jpg`,
    bytes: await encodePhoto(large, { extension: 'jpg', quality: 88 }),
    widthPx: largeSidePx,
    heightPx: largeSidePx,
    kind: 'large-enough',
  });
  onPhoto(uploads.length, total);
  uploads.push(await turntable());
  onPhoto(uploads.length, total);
  return uploads;
}

/** An animated GIF, which shops have and which cannot be written back as a still. */
async function turntable(): Promise<Upload> {
  const sidePx = 320;
  const scene = scenes.find(({ id }) => id === 'tea-carton') ?? scenes[0];
  if (scene === undefined) throw new NoPhotosError('The shelf is empty.');
  const photo = renderPhoto(scene, sidePx);
  const still = sharp(photo.data, { raw: { width: sidePx, height: sidePx, channels: 4 } });
  const frames = await Promise.all([still.clone().png().toBuffer(), still.clone().flop().png().toBuffer()]);
  const bytes = await sharp(frames, { join: { animated: true } })
    .gif({ delay: [500, 500] })
    .toBuffer();
  return {
    title: 'Tea carton, turntable',
    fileName: 'tea-turntable.gif',
    bytes,
    widthPx: sidePx,
    heightPx: sidePx,
    kind: 'unusable',
  };
}
