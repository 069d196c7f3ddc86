import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { renderPhoto } from '../../sandbox/photos/render.ts';
import { scenes } from '../../sandbox/photos/scenes.ts';
import { gradientLength, lumaOf, quantile } from '../../web/core/fidelity/planes.ts';
import type { Raster } from '../../web/core/image/types.ts';

/** Side of a truth, in pixels. Inputs are a quarter of it: enough for lettering, small enough for thousands. */
export const truthSidePx = 768;

export interface Truth {
  /** The photo it was cut from: what calibration and evaluation are split by. */
  readonly photo: string;
  readonly view: 'whole' | 'close';
  readonly rgb: Raster<3>;
  readonly alpha: Raster<1> | null;
}

/** Every picture in the folder and every rendered one: as a whole, and a detail at full size where there is more. */
export async function loadTruths(imagesDir: string, renderedCount: number): Promise<Truth[]> {
  const truths: Truth[] = [];
  const names = (await readdir(imagesDir)).filter((name) => /\.(png|jpe?g|webp)$/i.test(name)).sort();
  for (const name of names) {
    truths.push(...(await viewsOf(name, () => sharp(join(imagesDir, name)).toColourspace('srgb'))));
  }
  for (const scene of scenes.slice(0, renderedCount)) {
    const photo = renderPhoto(scene, 2 * truthSidePx);
    const raw = { width: photo.widthPx, height: photo.heightPx, channels: 4 as const };
    truths.push(...(await viewsOf(`rendered ${scene.id}`, () => sharp(photo.data, { raw }))));
  }
  return truths;
}

async function viewsOf(photo: string, open: () => Sharp): Promise<Truth[]> {
  const { width, height } = await open().metadata();
  const whole = open().resize(truthSidePx, truthSidePx, { fit: 'cover' });
  const views: Truth[] = [{ photo, view: 'whole', ...(await split(whole)) }];
  if (Math.min(width, height) < 1.2 * truthSidePx) return views;
  const { left, top } = await busiestCorner(open(), width, height);
  const close = open().extract({ left, top, width: truthSidePx, height: truthSidePx });
  return [...views, { photo, view: 'close', ...(await split(close)) }];
}

/** The window with the most edges, on a coarse copy: the middle of a photo may be a plain wall. */
async function busiestCorner(
  picture: Sharp,
  width: number,
  height: number,
): Promise<{ left: number; top: number }> {
  const shrink = 16;
  const { data, info } = await picture
    .flatten({ background: '#ffffff' })
    .removeAlpha()
    .toColourspace('srgb')
    .resize(Math.floor(width / shrink), Math.floor(height / shrink), { fit: 'fill' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const coarse: Raster<3> = { data, widthPx: info.width, heightPx: info.height, channels: 3 };
  const slopes = gradientLength(lumaOf(coarse));
  const cap = quantile(slopes.data, 0.97);
  const side = Math.floor(truthSidePx / shrink);
  let best = { left: 0, top: 0, sum: -1 };
  for (let y = 0; y + side <= slopes.heightPx; y += 4) {
    for (let x = 0; x + side <= slopes.widthPx; x += 4) {
      let sum = 0;
      for (let v = y; v < y + side; v++) {
        for (let u = x; u < x + side; u++)
          sum += Math.min(cap, slopes.data[v * slopes.widthPx + u] as number);
      }
      if (sum > best.sum) best = { left: x * shrink, top: y * shrink, sum };
    }
  }
  return {
    left: Math.min(best.left, width - truthSidePx),
    top: Math.min(best.top, height - truthSidePx),
  };
}

/** Colours on white, and the alpha apart where the picture is not opaque. */
async function split(picture: Sharp): Promise<Pick<Truth, 'rgb' | 'alpha'>> {
  const png = await picture.png({ compressionLevel: 0 }).toBuffer();
  const rgb = await sharp(png)
    .flatten({ background: '#ffffff' })
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer();
  const size = { widthPx: truthSidePx, heightPx: truthSidePx };
  const { hasAlpha } = await sharp(png).metadata();
  if (!hasAlpha) return { rgb: { data: rgb, channels: 3, ...size }, alpha: null };
  const alpha = await sharp(png).extractChannel('alpha').raw().toBuffer();
  const isOpaque = alpha.every((value) => value === 255);
  return {
    rgb: { data: rgb, channels: 3, ...size },
    alpha: isOpaque ? null : { data: alpha, channels: 1, ...size },
  };
}
