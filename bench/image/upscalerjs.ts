import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { LocalModel } from '../../web/core/engines/local/tiers.ts';
import { findWeights } from '../../web/core/engines/local/weights.ts';
import type { Raster } from '../../web/core/image/types.ts';

const folder = join(import.meta.dirname, '..', 'upscalerjs');
const answer = z.object({ elapsedMs: z.array(z.number()), backend: z.literal('wasm') });

/** UpscalerJS and TensorFlow.js are no part of the product: installed beside the bench when it first asks. */
export async function installUpscalerJs(say: (line: string) => void): Promise<void> {
  if (existsSync(join(folder, 'node_modules', 'upscaler'))) return;
  say('installing UpscalerJS for the comparison (once) …');
  await promisify(execFile)('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder });
}

/**
 * Best time of `repeats` runs over the whole image, warm, ×4, by UpscalerJS with the same weights on WASM.
 * patchPx: 0 for the image as one piece.
 */
export async function timeUpscalerJs(
  model: LocalModel,
  image: Raster<3>,
  options: { readonly patchPx: number; readonly repeats: number },
): Promise<number> {
  const scratch = await mkdtemp(join(tmpdir(), 'vitrine-upscalerjs-'));
  try {
    const input = join(scratch, 'in.raw');
    await writeFile(input, image.data);
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        join(folder, 'run.mjs'),
        findWeights(model, 4),
        String(image.widthPx),
        String(image.heightPx),
        String(options.patchPx),
        String(options.repeats),
        input,
        join(scratch, 'out.raw'),
      ],
      { maxBuffer: 1 << 20 },
    );
    return Math.min(...answer.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).elapsedMs);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
