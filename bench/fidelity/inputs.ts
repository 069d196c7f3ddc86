import sharp from 'sharp';
import type { Random } from '../../sandbox/character/random.ts';
import type { Raster } from '../../web/core/image/types.ts';

/** How a small, tired shop photo came to be. */
export const wears = ['clean', 'jpeg-75', 'lanczos-jpeg-88', 'noisy'] as const;
export type Wear = (typeof wears)[number];

/** The truth at a quarter of its size, worn. */
export async function wornInput(truth: Raster<3>, wear: Wear, random: Random): Promise<Raster<3>> {
  const widthPx = truth.widthPx / 4;
  const heightPx = truth.heightPx / 4;
  const open = sharp(truth.data, { raw: { width: truth.widthPx, height: truth.heightPx, channels: 3 } });
  const small = open.resize(widthPx, heightPx, { kernel: wear === 'lanczos-jpeg-88' ? 'lanczos3' : 'cubic' });
  if (wear === 'jpeg-75' || wear === 'lanczos-jpeg-88') {
    const bytes = await small.jpeg({ quality: wear === 'jpeg-75' ? 75 : 88 }).toBuffer();
    return { data: await sharp(bytes).raw().toBuffer(), widthPx, heightPx, channels: 3 };
  }
  const data = new Uint8Array(await small.raw().toBuffer());
  if (wear === 'noisy') {
    for (let i = 0; i < data.length; i++) {
      data[i] = Math.max(0, Math.min(255, Math.round((data[i] as number) + 7 * random.normal())));
    }
  }
  return { data, widthPx, heightPx, channels: 3 };
}
