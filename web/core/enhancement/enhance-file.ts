import type { Engine, EngineParams, Provenance } from '../engines/contract.ts';
import type { FidelityReport, Profile, TextReader, Verdict } from '../fidelity/types.ts';
import { type FinishedImage, finish } from '../image/finish.ts';
import type { FormatChoice } from '../image/format.ts';
import { type PreparedSource, prepare } from '../image/prepare.ts';
import { sha256 } from '../vault/digest.ts';
import { inspectResult } from './inspect-result.ts';

export interface EnhanceFileRequest {
  readonly source: Uint8Array;
  readonly engine: Engine;
  readonly model: string;
  readonly params: EngineParams;
  readonly format: FormatChoice;
  /** Longest side of the result, in pixels; null: all that the engine gives. */
  readonly longestSidePx: number | null;
  readonly profile: Profile;
  readonly readText: TextReader | null;
  readonly onProgress?: (share: number) => void;
}

export interface EnhancedFile {
  readonly file: FinishedImage;
  readonly prepared: PreparedSource;
  readonly report: FidelityReport;
  readonly verdict: Verdict;
  readonly provenance: Provenance;
  readonly costMicros: number;
}

/**
 * The way of an image without a shop: from a file's bytes to a file's bytes, with the same steps and the same gate.
 * Nothing is stored and nothing can be taken up again.
 * @throws ImageError, EngineError; an aborted signal's reason
 */
export async function enhanceFile(request: EnhanceFileRequest, signal: AbortSignal): Promise<EnhancedFile> {
  const prepared = await prepare(request.source, { maxInputSidePx: request.params.resize }, signal);
  const { image, png, info, keep } = prepared;
  const made = await request.engine.enhance(
    {
      input: image,
      inputPng: png,
      inputDigest: sha256(png),
      params: request.params,
      model: request.model,
      targetLongestSidePx: request.longestSidePx,
    },
    { signal, ...(request.onProgress ? { onProgress: request.onProgress } : {}) },
  );
  const { repaired, alpha, report, verdict } = await inspectResult({
    prepared: image,
    raw: made.rgb,
    tileLines: made.tileLines,
    profile: request.profile,
    readText: request.readText,
    signal,
  });
  const file = await finish(
    { rgb: repaired, alpha },
    {
      format: request.format,
      sourceFormat: info.format,
      longestSidePx: request.longestSidePx,
      squarePadding: null,
      background: null,
      goalBytes: null,
      keep,
      sourceType:
        made.provenance.engine === 'local'
          ? 'algorithmicallyEnhanced'
          : 'compositeWithTrainedAlgorithmicMedia',
    },
    signal,
  );
  return { file, prepared, report, verdict, provenance: made.provenance, costMicros: made.costMicros };
}
