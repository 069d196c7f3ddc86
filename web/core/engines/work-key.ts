import { createHash } from 'node:crypto';
import type { EngineParams } from './contract.ts';
import { effectiveParams, type ModelEntry } from './models/entry.ts';

export interface Work {
  /** SHA-256 (hex) of the prepared PNG. */
  readonly preparedDigest: string;
  readonly preparedSize: { readonly widthPx: number; readonly heightPx: number };
  readonly params: EngineParams;
  readonly model: ModelEntry;
  readonly targetLongestSidePx: number | null;
}

/**
 * Names a piece of work: SHA-256 (hex) over what the result depends on. Parameters without effect are left out, so
 * that two seeds on a deterministic model, or a `resize` above the photo's own size, are one piece of work.
 */
export function workKey({ preparedDigest, preparedSize, params, model, targetLongestSidePx }: Work): string {
  const { params: effective } = effectiveParams(model, preparedSize, params);
  const canonical = JSON.stringify([
    'vitrine-work-1',
    preparedDigest,
    model.id,
    model.version,
    model.honoursTarget ? targetLongestSidePx : null,
    effective.num_steps,
    effective.chopping_size,
    effective.seed,
    effective.resize,
    effective.output_format,
  ]);
  return createHash('sha256').update(canonical).digest('hex');
}
