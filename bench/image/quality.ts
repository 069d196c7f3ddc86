import type { Engine } from '../../web/core/engines/contract.ts';
import { pullTowardsInput } from '../../web/core/engines/local/consistency.ts';
import { type LocalModel, localModels } from '../../web/core/engines/local/tiers.ts';
import type { Raster } from '../../web/core/image/types.ts';
import type { Figure } from '../report.ts';
import {
  centredLanczos,
  type Photo,
  psnrOf,
  quarterOf,
  resized,
  type SmallPhoto,
  throughJpeg,
} from './photos.ts';
import { noCancelling, requestFor } from './request.ts';

/** Gains over Lanczos3 in dB, by steps. */
export interface QualityRow {
  readonly photo: string;
  readonly input: 'lossless' | 'jpeg75';
  readonly model: LocalModel;
  readonly lanczosPsnr: number;
  readonly centredLanczosPsnr: number;
  readonly gains: Readonly<Record<number, number>>;
}

const steps = [1, 4, 8] as const;
const scale = 4;
/** Two thousandths of a decibel are rounding, not quality. */
const fallTolerance = -0.002;

/**
 * PSNR over RGB at 1, 4 and 8 steps for each net and photo, from a quarter of the size, lossless and JPEG 75.
 * The network runs once a photo; the rounds, which begin from its output, are the engine's own function.
 */
export async function measureQuality(
  engine: Engine,
  photos: readonly Photo[],
  say: (line: string) => void,
): Promise<QualityRow[]> {
  const rows: QualityRow[] = [];
  for (const { name, truth } of photos) {
    const lossless = await quarterOf(truth);
    const kinds = { lossless, jpeg75: await throughJpeg(lossless.rgb, 75) } as const;
    for (const input of ['lossless', 'jpeg75'] as const) {
      const small = kinds[input];
      const lanczosPsnr = psnrOf(await resized(small.rgb, truth.widthPx, truth.heightPx, 'lanczos3'), truth);
      const centredLanczosPsnr = psnrOf(centredLanczos(small.rgb, scale), truth);
      for (const model of localModels) {
        const gains = await gainsOf(engine, { small, truth, model, lanczosPsnr });
        rows.push({ photo: name, input, model, lanczosPsnr, centredLanczosPsnr, gains });
      }
    }
    say(`quality: ${name} done`);
  }
  return rows;
}

async function gainsOf(
  engine: Engine,
  facts: { small: SmallPhoto; truth: Raster<3>; model: LocalModel; lanczosPsnr: number },
): Promise<Record<number, number>> {
  const { small, truth, model, lanczosPsnr } = facts;
  const { rgb } = await engine.enhance(requestFor(small, model, 1), noCancelling);
  const gains: Record<number, number> = {};
  for (const count of steps) {
    const result: Raster<3> = { ...rgb, data: rgb.data.slice() };
    const options = { rounds: count - 1, jpeg: small.jpeg, scale };
    await pullTowardsInput(result, small.rgb, options, { pause: async () => {} });
    gains[count] = psnrOf(result, truth) - lanczosPsnr;
  }
  return gains;
}

/** Means over the photos with their bars: the best net's gains, and that no net falls with steps. */
export function qualityFigures(rows: readonly QualityRow[]): Figure[] {
  const bars: Readonly<Record<string, number>> = {
    'local/thick lossless 1': 1.7,
    'local/thick lossless 4': 2.3,
    'local/thick jpeg75 1': 1.25,
  };
  return localModels.flatMap((model) =>
    (['lossless', 'jpeg75'] as const).flatMap((input): Figure[] => {
      const own = rows.filter((row) => row.model === model && row.input === input);
      const mean = (value: (row: QualityRow) => number) =>
        own.reduce((sum, row) => sum + value(row), 0) / own.length;
      const gain = (count: number) => mean((row) => row.gains[count] as number);
      const name = `quality.${model.replace('local/', '')}.${input}`;
      const perSteps = steps.map((count): Figure => {
        const bar = bars[`${model} ${input} ${count}`];
        return {
          name: `${name}.steps${count}`,
          value: gain(count),
          unit: 'dB over Lanczos3 (sharp)',
          ...(bar === undefined ? {} : { bar: { atLeast: bar } }),
        };
      });
      const change = (from: number, to: number): Figure => ({
        name: `${name}.steps${from}to${to}`,
        value: gain(to) - gain(from),
        unit: 'dB',
        bar: { atLeast: fallTolerance },
      });
      const over = mean((row) => row.lanczosPsnr + (row.gains[4] as number) - row.centredLanczosPsnr);
      return [
        ...perSteps,
        change(1, 4),
        change(4, 8),
        { name: `${name}.steps4.overCentred`, value: over, unit: 'dB over Lanczos3 between pixel centres' },
      ];
    }),
  );
}
