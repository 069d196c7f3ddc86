import { requireLicenceConfirmed } from '../../engines/models/licence.ts';
import { defaultModels, findModelFor } from '../../engines/models/register.ts';
import { createRouter, type Routed } from '../../engines/router/router.ts';
import { workKey } from '../../engines/work-key.ts';
import { encodeRasterPng } from '../../image/prepared.ts';
import { findEnhancementByWorkKey } from '../../store/enhancements.ts';
import { keepBlob } from '../blobs.ts';
import { type JudgedResult, judgeResult } from '../inspect-result.ts';
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
    const { chosen, other, fellBackBecause } = await route(context, key);
    const { rgb, scale, tileLines, provenance, costMicros } = chosen.image;
    Object.assign(pixels, { raw: rgb, inspected: chosen.judged.inspected });
    const rawDigest = await keepBlob(context, await encodeRasterPng(rgb), 'raw', 'image/png');
    const fallback =
      fellBackBecause === null
        ? {}
        : {
            fallback: {
              because: fellBackBecause,
              notChosen: other && {
                engine: other.image.provenance.engine,
                verdict: other.judged.inspected.verdict,
              },
            },
          };
    return {
      patch: {
        rawDigest,
        workKey: key,
        // What was paid for and not chosen was paid for all the same.
        costMicros: work.costMicros + costMicros + (other?.image.costMicros ?? 0),
        facts: { raw: { scale, tileLines, provenance, isReused: false }, ...fallback },
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

/** The merchant's engine first; the faithful local one where the gate, or an open circuit, gives cause to. */
async function route(context: StepContext, key: string): Promise<Routed<JudgedResult>> {
  const { deps, shop, work, signal, onProgress } = context;
  const { settings } = work;
  requireLicenceConfirmed(findModelFor(settings.engine, settings.model), [
    ...deps.confirmedLicences,
    ...settings.confirmedLicences,
  ]);
  const inputDigest = requireDigest(work.preparedDigest, 'prepare');
  const prepared = await preparedOf(context);
  const readText = settings.comparesText ? deps.readText : null;
  const model = defaultModels.local;
  return createRouter({ engines: deps.engines }).enhance(
    {
      input: prepared,
      inputPng: await deps.vault.read(inputDigest),
      inputDigest,
      params: engineParamsOf(settings),
      model: settings.model,
      targetLongestSidePx: settings.finish.longestSidePx,
      work: { shopId: shop.shopId, enhancementId: work.id, workKey: key },
    },
    {
      engine: settings.engine,
      localOnHold: settings.mayFallBackToLocal ? model : null,
      onOpenCircuit: settings.whenEngineIsDown === 'local' ? { kind: 'local', model } : { kind: 'wait' },
    },
    (image) => judgeResult(image, { prepared, profile: settings.profile, readText, signal }),
    { signal, onProgress },
  );
}
