import { defaultImageLimits } from '../image/limits.ts';
import { prepare } from '../image/prepare.ts';
import type { Raster, SourceInfo } from '../image/types.ts';
import { measureFidelity } from './measure.ts';
import type { FidelityReport, Profile, TextReader, Verdict } from './types.ts';
import { judge } from './verdict.ts';

export interface InspectRequest {
  /** The small picture, as a file's bytes. */
  readonly before: Uint8Array;
  /** What was made of it, as a file's bytes. */
  readonly after: Uint8Array;
  readonly profile: Profile;
  readonly readText: TextReader | null;
  readonly signal?: AbortSignal | undefined;
}

export interface Inspection {
  readonly verdict: Verdict;
  readonly report: FidelityReport;
  readonly before: SourceInfo;
  readonly after: SourceInfo;
  /** The picture that was measured, for a map. */
  readonly output: Raster<3>;
}

/** Pictures that are only looked at may be as small as the measures allow. */
const leastSidePx = 8;

/**
 * Compares two encoded files as the gate does: both upright, in sRGB, transparency apart.
 * @throws ImageError for a file that cannot be used, FidelityError, an aborted signal's reason
 */
export async function inspectFiles(request: InspectRequest): Promise<Inspection> {
  const options = { maxInputSidePx: null, limits: { ...defaultImageLimits, minSidePx: leastSidePx } };
  const before = await prepare(request.before, options, request.signal);
  const after = await prepare(request.after, options, request.signal);
  const hasAlpha = before.image.alpha !== null || after.image.alpha !== null;
  const report = await measureFidelity({
    input: before.image.rgb,
    output: after.image.rgb,
    inputAlpha: hasAlpha ? (before.image.alpha ?? opaque(before.image.rgb)) : null,
    outputAlpha: hasAlpha ? (after.image.alpha ?? opaque(after.image.rgb)) : null,
    inputJpeg: before.image.jpeg,
    readText: request.readText,
    signal: request.signal,
  });
  return {
    verdict: judge(report, request.profile),
    report,
    before: before.info,
    after: after.info,
    output: after.image.rgb,
  };
}

function opaque({ widthPx, heightPx }: Raster<3>): Raster<1> {
  return { data: new Uint8Array(widthPx * heightPx).fill(255), widthPx, heightPx, channels: 1 };
}
