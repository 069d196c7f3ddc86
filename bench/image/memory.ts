import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { LocalModel } from '../../web/core/engines/local/tiers.ts';
import type { Figure } from '../report.ts';

/** ×4 of this side is 20 million pixels, the largest that goes back to a shop. */
const sidePx = 1118;
const steps = 4;
const answer = z.object({ outputPixels: z.number(), elapsedMs: z.number(), peakBytes: z.number() });

/** Peak resident memory of a process of its own that makes 20 MP at four steps. */
export async function measureMemory(cacheDir: string, models: readonly LocalModel[]): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const model of models) {
    const child = join(import.meta.dirname, 'memory-child.ts');
    const args = [child, cacheDir, model, String(sidePx), String(steps)];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    const { outputPixels, elapsedMs, peakBytes } = answer.parse(JSON.parse(stdout));
    figures.push({
      name: `memory.${model.replace('local/', '')}`,
      value: peakBytes / 1e6,
      unit: 'MB peak RSS',
      bar: { atMost: 700 },
      note: `${(outputPixels / 1e6).toFixed(1)} MP, ${steps} steps, ${(elapsedMs / 1000).toFixed(0)} s`,
    });
  }
  return figures;
}
