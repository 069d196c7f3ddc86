import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createLocalEngine } from '../../web/core/engines/local/local-engine.ts';
import { localModels } from '../../web/core/engines/local/tiers.ts';
import { type BenchContext, type BenchReport, type Figure, UsageError } from '../report.ts';
import { measureMemory } from './memory.ts';
import { loadPhotos, quarterOf } from './photos.ts';
import { measureQuality, qualityFigures } from './quality.ts';
import { measureRest } from './rest.ts';
import { measureSeams } from './seams.ts';
import { compareWithBareTiles, compareWithUpscalerJs } from './speed.ts';
import { installUpscalerJs } from './upscalerjs.ts';

export const summary =
  'the local engine: speed, memory, quality, seams; the way around it. --images DIR [--quick] [--only PART,…]';

const parts = ['speed', 'tiles', 'memory', 'rest', 'seams', 'quality'] as const;
type Part = (typeof parts)[number];

/** --quick: half the size of the photos, three of them, and the thick net only where its quality is measured. */
export async function run({ args, say }: BenchContext): Promise<BenchReport> {
  const { images, isQuick, only } = parse(args);
  const cacheDir = await mkdtemp(join(tmpdir(), 'vitrine-bench-'));
  const engine = createLocalEngine({ cacheDir });
  try {
    const all = await loadPhotos(images, isQuick ? 512 : 1024);
    const photos = isQuick ? all.slice(0, 3) : all;
    const [first] = photos;
    if (first === undefined) throw new UsageError(`There is no picture in ${images}.`);
    const small = (await quarterOf(first.truth)).rgb;
    const models = isQuick ? localModels.filter((model) => model !== 'local/thick') : localModels;
    const figures: Figure[] = [];
    const details: Record<string, unknown> = { photos: photos.map(({ name }) => name), isQuick };
    const measure: Readonly<Record<Part, () => Promise<readonly Figure[]>>> = {
      async speed() {
        await installUpscalerJs(say);
        return await compareWithUpscalerJs(engine, small, models, say);
      },
      async tiles() {
        const truth = isQuick ? first.truth : ((await loadPhotos(images, 2160))[0]?.truth ?? first.truth);
        const image = isQuick ? truth : (await quarterOf(truth)).rgb;
        return await compareWithBareTiles(engine, image, models, cacheDir);
      },
      memory: () => measureMemory(cacheDir, models),
      rest: () => measureRest(photos),
      seams: () => measureSeams(engine, photos),
      async quality() {
        const rows = await measureQuality(engine, photos, say);
        details['quality'] = rows;
        return qualityFigures(rows);
      },
    };
    for (const part of parts.filter((one) => only.includes(one))) {
      say(`${part} …`);
      figures.push(...(await measure[part]()));
    }
    return { figures, details };
  } finally {
    await engine.close();
    await rm(cacheDir, { recursive: true, force: true });
  }
}

function parse(args: readonly string[]): { images: string; isQuick: boolean; only: readonly Part[] } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { images: { type: 'string' }, quick: { type: 'boolean' }, only: { type: 'string' } },
    });
    if (values.images === undefined)
      throw new UsageError('--images DIR is needed: a folder of product photos.');
    const only = values.only === undefined ? parts : values.only.split(',').map(partOf);
    return { images: values.images, isQuick: values.quick === true, only };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function partOf(text: string): Part {
  const part = parts.find((one) => one === text);
  if (part === undefined) throw new UsageError(`--only takes ${parts.join(', ')}; it has ${text}.`);
  return part;
}
