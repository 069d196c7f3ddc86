import { upscaleAlpha } from '../image/alpha.ts';
import { repairColour } from '../image/colour-repair.ts';
import { decodeRasterPng, loadPrepared } from '../image/prepared.ts';
import type { PreparedImage, Raster } from '../image/types.ts';
import type { StepContext } from './step.ts';
import { requireDigest } from './work.ts';

type Source = Pick<StepContext, 'deps' | 'work' | 'pixels'>;

/** Exactly what the engine got. */
export async function preparedOf({ deps, work, pixels }: Source): Promise<PreparedImage> {
  pixels.prepared ??= await loadPrepared({
    png: await deps.vault.read(requireDigest(work.preparedDigest, 'prepare')),
    alphaPng: work.alphaDigest === null ? null : await deps.vault.read(work.alphaDigest),
    jpeg: work.facts.prepared?.jpeg ?? null,
  });
  return pixels.prepared;
}

/** What the engine made. */
export async function rawOf({ deps, work, pixels }: Source): Promise<Raster<3>> {
  pixels.raw ??= await decodeRasterPng(await deps.vault.read(requireDigest(work.rawDigest, 'enhance')), 3);
  return pixels.raw;
}

/** What the engine made, with the input's own colours. */
export async function repairedOf(source: Source): Promise<Raster<3>> {
  source.pixels.repaired ??= await repairColour((await preparedOf(source)).rgb, await rawOf(source));
  return source.pixels.repaired;
}

/** The transparency at the result's size; null for an opaque image. */
export async function enlargedAlphaOf(source: Source): Promise<Raster<1> | null> {
  const { pixels } = source;
  if (pixels.alpha === undefined) {
    const prepared = await preparedOf(source);
    const { widthPx, heightPx } = await rawOf(source);
    pixels.alpha = prepared.alpha && (await upscaleAlpha(prepared.alpha, widthPx, heightPx));
  }
  return pixels.alpha;
}
