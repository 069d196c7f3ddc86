import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KerasModel } from './keras-model.ts';
import { converterVersion, convertKerasToOnnx } from './keras-to-onnx.ts';

export interface GraphCacheDeps {
  /** Made when missing. Safe to share between processes. */
  readonly cacheDir: string;
  readonly log?: ((message: string) => void) | undefined;
}

/**
 * The ONNX bytes of a network, from the cache or converted anew.
 *
 * The file's name says what it was made of (digest of the weights, version of the converter), a second file holds
 * its SHA-256. Both are written beside and renamed, so a reader never sees half a file; one that is damaged anyway
 * does not agree with its digest and is made again. Two processes that convert at once write the same bytes.
 * A folder that cannot be written costs the time to convert, not the work.
 */
export async function loadGraph(
  model: KerasModel,
  options: { readonly name: string; readonly white: number; readonly isHalved?: boolean },
  { cacheDir, log }: GraphCacheDeps,
): Promise<Uint8Array> {
  const path = join(
    cacheDir,
    `${options.name}-${model.digest.slice(0, 16)}-${options.white}-v${converterVersion}.onnx`,
  );
  const kept = await readKept(path);
  if (kept !== null) return kept;
  const bytes = convertKerasToOnnx(model, options);
  try {
    await mkdir(cacheDir, { recursive: true });
    await writeWhole(path, bytes);
    await writeWhole(`${path}.sha256`, Buffer.from(digestOf(bytes)));
    log?.(`kept the graph of ${options.name} in the cache`);
  } catch (cause) {
    log?.(`could not keep the graph of ${options.name} in the cache: ${String(cause)}`);
  }
  return bytes;
}

/** Null when there is none, or when it is not what was written. */
async function readKept(path: string): Promise<Uint8Array | null> {
  const [bytes, digest] = await Promise.allSettled([readFile(path), readFile(`${path}.sha256`, 'utf8')]);
  if (bytes.status === 'rejected' || digest.status === 'rejected') return null;
  return digestOf(bytes.value) === digest.value ? bytes.value : null;
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const besidePath = `${path}.${randomUUID()}.part`;
  try {
    await writeFile(besidePath, bytes, { flush: true });
    await rename(besidePath, path);
  } catch (error) {
    await rm(besidePath, { force: true });
    throw error;
  }
}

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
