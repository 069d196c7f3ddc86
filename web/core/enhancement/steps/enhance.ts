import type { EnhancedImage } from '../../engines/contract.ts';
import { EngineError } from '../../engines/errors.ts';
import { findModelFor } from '../../engines/models/register.ts';
import { workKey } from '../../engines/work-key.ts';
import { encodeRasterPng } from '../../image/prepared.ts';
import { findEnhancementByWorkKey } from '../../store/enhancements.ts';
import { keepBlob } from '../blobs.ts';
import { preparedOf } from '../pixels.ts';
import type { StepContext, StepDefinition } from '../step.ts';
import { engineParamsOf, type Facts, requireDigest } from '../work.ts';

/** One engine makes the image. The same work, done before for this shop, is taken from the vault instead. */
export const enhance: StepDefinition = {
  name: 'enhance',
  async run(context) {
    const { work, pixels } = context;
    const key = await keyOf(context);
    const reused = await findReusable(context, key);
    if (reused !== null) return { patch: { ...reused, workKey: key, costMicros: 0 } };
    const made = await runEngine(context, key);
    pixels.raw = made.rgb;
    const rawDigest = await keepBlob(context, await encodeRasterPng(made.rgb), 'raw', 'image/png');
    const { scale, tileLines, provenance } = made;
    return {
      patch: {
        rawDigest,
        workKey: key,
        costMicros: work.costMicros + made.costMicros,
        facts: { raw: { scale, tileLines, provenance, isReused: false } },
      },
    };
  },
};

async function keyOf(context: StepContext): Promise<string> {
  const { work } = context;
  const { rgb } = await preparedOf(context);
  return workKey({
    preparedDigest: requireDigest(work.preparedDigest, 'prepare'),
    preparedSize: { widthPx: rgb.widthPx, heightPx: rgb.heightPx },
    params: engineParamsOf(work.settings),
    model: findModelFor(work.settings.engine, work.settings.model),
    targetLongestSidePx: work.settings.finish.longestSidePx,
  });
}

/** An earlier result counts only while its bytes are still in the vault. */
async function findReusable({ deps, shop }: StepContext, key: string) {
  const earlier = await findEnhancementByWorkKey(shop, key);
  if (earlier === null || earlier.rawDigest === null || !(await deps.vault.has(earlier.rawDigest)))
    return null;
  const { raw } = earlier.facts as Facts;
  if (raw === undefined) return null;
  return { rawDigest: earlier.rawDigest, facts: { raw: { ...raw, isReused: true } } };
}

async function runEngine(context: StepContext, key: string): Promise<EnhancedImage> {
  const { deps, shop, work, signal, onProgress } = context;
  const { engine: engineId, model, finish } = work.settings;
  const engine = deps.engines[engineId];
  if (engine === undefined) {
    throw new EngineError(
      'engine-not-set-up',
      `The engine ${engineId} is not set up on this server; choose another one, or ask the operator.`,
    );
  }
  const inputDigest = requireDigest(work.preparedDigest, 'prepare');
  return engine.enhance(
    {
      input: await preparedOf(context),
      inputPng: await deps.vault.read(inputDigest),
      inputDigest,
      params: engineParamsOf(work.settings),
      model,
      targetLongestSidePx: finish.longestSidePx,
      work: { shopId: shop.shopId, enhancementId: work.id, workKey: key },
    },
    { signal, onProgress },
  );
}
