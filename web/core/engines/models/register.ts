import type { EngineId } from '../contract.ts';
import { EngineError } from '../errors.ts';
import { type ModelEntry, runsOn } from './entry.ts';
import { localMedium, localSlim, localThick } from './local-nets.ts';
import { nightmareaiRealEsrgan } from './nightmareai-real-esrgan.ts';
import { recraftCrispUpscale } from './recraft-ai-recraft-crisp-upscale.ts';
import { zfKbotInvsr } from './zf-kbot-invsr.ts';
import { zsyoaoaInvsr } from './zsyoaoa-invsr.ts';

/** Every model that a merchant can choose. Adding one: one file beside this one, and its name here. */
export const models: readonly ModelEntry[] = [
  localSlim,
  localMedium,
  localThick,
  zfKbotInvsr,
  zsyoaoaInvsr,
  nightmareaiRealEsrgan,
  recraftCrispUpscale,
];

export const defaultModels: Readonly<Record<EngineId, string>> = {
  local: localMedium.id,
  replicate: zfKbotInvsr.id,
  cog: zfKbotInvsr.id,
};

/**
 * Steps where nobody chose. InvSR's authors recommend one, as more steps invent more; the local engine's further steps
 * only pull the result towards the input: three of them gain about 0.9 dB for a fifth more time (bench image).
 */
export const defaultSteps: Readonly<Record<EngineId, number>> = { local: 4, replicate: 1, cog: 1 };

/** @throws EngineError `engine-model-unknown` */
export function findModel(id: string): ModelEntry {
  const found = models.find((model) => model.id === id);
  if (found === undefined) {
    throw new EngineError(
      'engine-model-unknown',
      `There is no model called ${id.slice(0, 80)}; choose one of ${models.map((model) => model.id).join(', ')}.`,
      { isReported: false },
    );
  }
  return found;
}

/** @throws EngineError `engine-model-unknown` | `engine-model-elsewhere` */
export function findModelFor(engine: EngineId, id: string): ModelEntry {
  const model = findModel(id);
  if (!runsOn(model, engine)) {
    const choices = models.filter((other) => runsOn(other, engine)).map((other) => other.id);
    throw new EngineError(
      'engine-model-elsewhere',
      `${id} does not run on the ${engine} engine; choose one of ${choices.join(', ')}.`,
      { isReported: false },
    );
  }
  return model;
}
