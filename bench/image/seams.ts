import type { Engine } from '../../web/core/engines/contract.ts';
import { localModels } from '../../web/core/engines/local/tiers.ts';
import type { Raster } from '../../web/core/image/types.ts';
import type { Figure } from '../report.ts';
import { open, type Photo, quarterOf } from './photos.ts';
import { noCancelling, requestFor } from './request.ts';

/** Small enough to be run as one tile by every net, large enough for nine. */
const sidePx = 168;
const tilePx = 80;

/** Largest difference between tiled and untiled output, of 255, over a piece of each photo, for each net. */
export async function measureSeams(engine: Engine, photos: readonly Photo[]): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const model of localModels) {
    let largest = 0;
    for (const { truth } of photos) {
      const whole = (await quarterOf(truth)).rgb;
      const rgb = await piece(whole);
      const untiled = await engine.enhance(requestFor({ rgb, jpeg: null }, model, 1), noCancelling);
      const tiled = await engine.enhance(requestFor({ rgb, jpeg: null }, model, 1, tilePx), noCancelling);
      if (untiled.tileLines.x.length > 0 || tiled.tileLines.x.length === 0) {
        throw new Error('the piece was not run as meant: once whole, once in tiles');
      }
      for (let at = 0; at < untiled.rgb.data.length; at++) {
        largest = Math.max(
          largest,
          Math.abs((untiled.rgb.data[at] as number) - (tiled.rgb.data[at] as number)),
        );
      }
    }
    figures.push({
      name: `seams.${model.replace('local/', '')}`,
      value: largest,
      unit: '/255 between tiled and untiled',
      bar: { atMost: 2 },
    });
  }
  return figures;
}

async function piece(image: Raster<3>): Promise<Raster<3>> {
  const width = Math.min(sidePx, image.widthPx);
  const height = Math.min(sidePx, image.heightPx);
  const left = (image.widthPx - width) >> 1;
  const top = (image.heightPx - height) >> 1;
  const data = await open(image).extract({ left, top, width, height }).raw().toBuffer();
  return { data, widthPx: width, heightPx: height, channels: 3 };
}
