import { join } from 'node:path';
import type { Engine, EngineId } from '../core/engines/contract.ts';
import { createLocalEngine } from '../core/engines/local/local-engine.ts';
import { type LocalTier, modelOfTier } from '../core/engines/local/tiers.ts';
import { defaultModels } from '../core/engines/models/register.ts';
import { createTextReader } from '../core/fidelity/text/text-reader.ts';
import type { TextReader } from '../core/fidelity/types.ts';
import { configureLibvips } from '../core/image/libvips.ts';
import { UsageError } from './exit-codes.ts';

/** An engine and a reader of text for a command that works on files, without a store. Disposing frees both. */
export interface Tools extends AsyncDisposable {
  readonly engine: Engine;
  readonly readText: TextReader | null;
  /** The model where none was named: the tier's network, or the engine's own default. */
  readonly defaultModel: (tier: LocalTier) => string;
}

export async function openTools(options: {
  readonly engine: EngineId;
  readonly readsText: boolean;
}): Promise<Tools> {
  configureLibvips();
  const engine = openEngine(options.engine);
  const readText = options.readsText ? createTextReader() : null;
  return {
    engine,
    readText,
    defaultModel: (tier) => (options.engine === 'local' ? modelOfTier(tier) : defaultModels[options.engine]),
    async [Symbol.asyncDispose]() {
      await engine.close();
      await readText?.close();
    },
  };
}

function openEngine(id: EngineId): Engine {
  if (id !== 'local') {
    throw new UsageError(`The engine ${id} is not set up for files.`);
  }
  return createLocalEngine({ cacheDir: join(process.env['VITRINE_DATA'] ?? '.vitrine', 'graphs') });
}
