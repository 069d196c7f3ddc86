import sharp from 'sharp';
import type { Raster } from '../../web/core/image/types.ts';
import { renderPhoto } from './render.ts';
import type { Scene } from './scene.ts';
import { scenes } from './scenes.ts';

export interface PhotoFile {
  readonly title: string;
  /** With the extension of its true format. */
  readonly fileName: string;
  readonly bytes: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
}

type Format =
  | { readonly extension: 'jpg' | 'webp'; readonly quality: number }
  | { readonly extension: 'png' };

/** What a shop's folder looks like: mostly JPEG of mixed quality, cut-outs as PNG, some WebP. */
const formats: Readonly<Record<string, Format>> = {
  'stoneware-mug': { extension: 'png' },
  'running-shoe': { extension: 'png' },
  'linen-cushion': { extension: 'png' },
  'printed-tee': { extension: 'png' },
  'glass-tumbler': { extension: 'webp', quality: 90 },
  'glazed-spheres': { extension: 'webp', quality: 82 },
  'steel-watch': { extension: 'jpg', quality: 90 },
  'tartan-scarf': { extension: 'jpg', quality: 86 },
  'engraved-print': { extension: 'jpg', quality: 90 },
  'tomato-tin': { extension: 'jpg', quality: 75 },
  'perfume-flacon': { extension: 'jpg', quality: 80 },
};
const usualFormat: Format = { extension: 'jpg', quality: 85 };

export const formatOf = (scene: Scene): Format => formats[scene.id] ?? usualFormat;

/** Encodes a rendered photo; an opaque one loses its alpha channel, as cameras have none. */
export async function encodePhoto(photo: Raster<4>, format: Format): Promise<Uint8Array> {
  const image = sharp(photo.data, { raw: { width: photo.widthPx, height: photo.heightPx, channels: 4 } });
  if (format.extension === 'png') return image.png({ compressionLevel: 8 }).toBuffer();
  if (format.extension === 'webp') return image.webp({ quality: format.quality }).toBuffer();
  return image.removeAlpha().jpeg({ quality: format.quality }).toBuffer();
}

/** The whole shelf at one size, in the mixed formats of a shop. `wanted` narrows it. */
export async function photoFiles(sidePx: number, wanted: readonly Scene[] = scenes): Promise<PhotoFile[]> {
  const files: PhotoFile[] = [];
  for (const scene of wanted) {
    const format = formatOf(scene);
    files.push({
      title: scene.title,
      fileName: `${scene.id}.${format.extension}`,
      bytes: await encodePhoto(renderPhoto(scene, sidePx), format),
      widthPx: sidePx,
      heightPx: sidePx,
    });
  }
  return files;
}
