import type { ShopImage } from '../catalog/media.ts';
import { lastingFacts } from '../catalog/shown.ts';
import type { Work } from './work.ts';

/** What the ledger keeps of an enhancement: enough to say in years what was done, with what, and what stood there. */
export function ledgerBodyOf(work: Work, after: ShopImage): Record<string, unknown> {
  const { facts, settings } = work;
  const provenance = facts.raw?.provenance;
  return {
    actor: facts.approvedBy ?? { kind: 'automation', id: null },
    trigger: work.trigger,
    mediaId: work.mediaId,
    place: facts.place ?? null,
    uses: facts.uses ?? null,
    replaced: facts.replaced ?? null,
    before: { ...(work.before ? lastingFacts(work.before) : {}), digest: facts.shownDigest ?? null },
    original: work.sourceDigest,
    prepared: work.preparedDigest,
    raw: work.rawDigest,
    after: { mediaId: after.mediaId, ...lastingFacts(after), digest: work.outputDigest },
    params: settings.params,
    engine: provenance?.engine ?? null,
    model: provenance?.model ?? null,
    modelVersion: provenance?.modelVersion ?? null,
    licence: provenance?.licence ?? null,
    predictionId: provenance?.predictionId ?? null,
    fidelity: Object.fromEntries((work.report?.measures ?? []).map(({ name, value }) => [name, value])),
    verdict: work.verdict,
    costMicros: work.costMicros,
  };
}
