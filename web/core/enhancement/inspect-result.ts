import type { EnhancedImage } from '../engines/contract.ts';
import type { Judged } from '../engines/router/router.ts';
import { colourDifferenceOf } from '../fidelity/colour.ts';
import { measureFidelity } from '../fidelity/measure.ts';
import { mean, quantile } from '../fidelity/planes.ts';
import type { FidelityReport, Profile, TextReader, Verdict } from '../fidelity/types.ts';
import { judge, severityOf } from '../fidelity/verdict.ts';
import { upscaleAlpha } from '../image/alpha.ts';
import { repairColour } from '../image/colour-repair.ts';
import { resizeRaster } from '../image/resize.ts';
import type { PreparedImage, Raster, TileLines } from '../image/types.ts';

export interface InspectRequest {
  /** Exactly what the engine got. */
  readonly prepared: PreparedImage;
  /** What it made. */
  readonly raw: Raster<3>;
  readonly tileLines: TileLines | undefined;
  readonly profile: Profile;
  /** Null: text is not compared. */
  readonly readText: TextReader | null;
  readonly signal: AbortSignal;
}

export interface Inspected {
  /** The result with the input's own colours: what is judged, and what is published. */
  readonly repaired: Raster<3>;
  /** Transparency at the result's size; null for an opaque image. */
  readonly alpha: Raster<1> | null;
  readonly report: FidelityReport;
  readonly verdict: Verdict;
  /** ΔE2000 before the colours were repaired: what the engine itself did to them. */
  readonly unrepaired: { readonly deltaEMean: number; readonly deltaEP95: number };
}

/** Repairs the colours, measures the result against what the engine got, and judges it by the profile. */
export async function inspectResult(request: InspectRequest): Promise<Inspected> {
  const { prepared, raw, signal } = request;
  const repaired = await repairColour(prepared.rgb, raw);
  const alpha = prepared.alpha && (await upscaleAlpha(prepared.alpha, raw.widthPx, raw.heightPx));
  signal.throwIfAborted();
  const report = await measureFidelity({
    input: prepared.rgb,
    output: repaired,
    inputAlpha: prepared.alpha,
    outputAlpha: alpha,
    tileLines: request.tileLines,
    inputJpeg: prepared.jpeg,
    readText: request.readText,
    signal,
  });
  const { widthPx, heightPx } = prepared.rgb;
  const shrunk = await resizeRaster(raw, widthPx, heightPx);
  const drift = colourDifferenceOf(prepared.rgb, shrunk).map.data;
  return {
    repaired,
    alpha,
    report,
    verdict: judge(report, request.profile),
    unrepaired: { deltaEMean: mean(drift), deltaEP95: quantile(drift, 0.95) },
  };
}

/** A result as the router compares it with another. */
export type JudgedResult = Judged & { readonly inspected: Inspected };

export async function judgeResult(
  image: EnhancedImage,
  request: Omit<InspectRequest, 'raw' | 'tileLines'>,
): Promise<JudgedResult> {
  const inspected = await inspectResult({ ...request, raw: image.rgb, tileLines: image.tileLines });
  const { verdict, report } = inspected;
  return { kind: verdict.kind, score: -severityOf(report, request.profile), inspected };
}
