import { decodeRasterPng, loadPrepared } from '../image/prepared.ts';
import type { PreparedImage, Raster } from '../image/types.ts';
import { type Inspected, inspectResult } from './inspect-result.ts';
import type { StepContext } from './step.ts';
import { requireDigest } from './work.ts';

type Source = Pick<StepContext, 'deps' | 'work' | 'pixels' | 'signal'>;

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
async function rawOf({ deps, work, pixels }: Source): Promise<Raster<3>> {
  pixels.raw ??= await decodeRasterPng(await deps.vault.read(requireDigest(work.rawDigest, 'enhance')), 3);
  return pixels.raw;
}

/** The result in its own colours, with what was measured on it. */
export async function inspectedOf(source: Source): Promise<Inspected> {
  const { deps, work, pixels, signal } = source;
  pixels.inspected ??= await inspectResult({
    prepared: await preparedOf(source),
    raw: await rawOf(source),
    tileLines: work.facts.raw?.tileLines,
    profile: work.settings.profile,
    readText: work.settings.comparesText ? deps.readText : null,
    signal,
  });
  return pixels.inspected;
}
