import { join } from 'node:path';
import type { Engine, EngineId } from '../core/engines/contract.ts';
import { createEngines } from '../core/engines/create-engines.ts';
import { type LocalTier, modelOfTier } from '../core/engines/local/tiers.ts';
import { defaultModels, defaultSteps, findModelFor } from '../core/engines/models/register.ts';
import { operatorAccountOnly } from '../core/engines/replicate/accounts.ts';
import { createTextReader } from '../core/fidelity/text/text-reader.ts';
import type { TextReader } from '../core/fidelity/types.ts';
import { configureLibvips } from '../core/image/libvips.ts';
import { createLogger } from '../server/logger.ts';
import { requireConfirmed } from './licences.ts';

/** An engine and a reader of text for a command that works on files, without a store. Disposing frees both. */
export interface Tools extends AsyncDisposable {
  readonly engine: Engine;
  readonly readText: TextReader | null;
  /** Key in the register: the one that was named, the tier's network, or the engine's own default. */
  readonly model: string;
  readonly defaultSteps: number;
}

export interface ToolOptions {
  readonly engine: EngineId;
  readonly model: string | null;
  readonly tier: LocalTier;
  readonly readsText: boolean;
  readonly confirmsLicence: boolean;
}

/** @throws EngineError for a model that is not there, or whose licence nobody has confirmed */
export async function openTools(options: ToolOptions): Promise<Tools> {
  const { env } = process;
  const dataDir = env['VITRINE_DATA'] || '.vitrine';
  const model = findModelFor(
    options.engine,
    options.model ?? (options.engine === 'local' ? modelOfTier(options.tier) : defaultModels[options.engine]),
  );
  await requireConfirmed(model, {
    file: join(dataDir, 'confirmed-licences.json'),
    inEnvironment: listOf(env['VITRINE_CONFIRMED_LICENCES']),
    isConfirmedNow: options.confirmsLicence,
    now: () => new Date(),
  });
  configureLibvips();
  const token = env['VITRINE_COG_TOKEN'] || null;
  const engines = createEngines({
    local: { cacheDir: join(dataDir, 'graphs') },
    replicate: {
      accounts: operatorAccountOnly(env['REPLICATE_API_TOKEN'] || null, null),
      publicOrigin: null,
    },
    cog: { instances: listOf(env['VITRINE_COG_URLS']).map((url) => ({ url, token })) },
    sandboxOrigin: env['VITRINE_SANDBOX'] || null,
    log: createLogger({ level: 'warn', destination: process.stderr }),
  });
  const readText = options.readsText ? createTextReader() : null;
  return {
    engine: engines.byId[options.engine],
    readText,
    model: model.id,
    defaultSteps: defaultSteps[options.engine],
    async [Symbol.asyncDispose]() {
      await engines.close();
      await readText?.close();
    },
  };
}

const listOf = (text: string | undefined): string[] =>
  (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
