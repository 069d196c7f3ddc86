import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { EngineError } from '../errors.ts';
import { type LocalModel, type NetScale, nets } from './tiers.ts';

/**
 * The folder that holds model.json and the weight shards of a network.
 * @throws EngineError `local-weights` when the package is not installed.
 */
export function findWeights(model: LocalModel, scale: NetScale): string {
  const { packageName } = nets[model];
  // The packages export code only, so their folder is found from an entry that they do export.
  for (const base of createRequire(import.meta.url).resolve.paths(packageName) ?? []) {
    const folder = join(base, packageName, 'models', `x${scale}`);
    if (existsSync(join(folder, 'model.json'))) return folder;
  }
  throw new EngineError(
    'local-weights',
    'The weights of the local network are not installed; run the installation again.',
    { detail: `${packageName} ×${scale} not found from ${dirname(import.meta.url)}` },
  );
}
