import type { Raster } from '../image/types.ts';

export type Profile = 'strict' | 'normal' | 'lenient';
export type VerdictKind = 'publish' | 'hold' | 'no_gain';

/** A place that the panel can draw: a rectangle in output pixels, worst first. */
export interface BadPlace {
  readonly xPx: number;
  readonly yPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
  /** What is wrong there: the name of the measure that found it. */
  readonly measure: string;
  readonly value: number;
}

/** One figure of the report with what it means. */
export interface Measure {
  /** Stable name, such as `lrPsnr`. */
  readonly name: string;
  readonly value: number;
  /** dB, ΔE2000, ratio, share, … */
  readonly unit: string;
  /** One sentence for a merchant. */
  readonly meaning: string;
}

/** One line of text as it was read on the enlarged input and on the output. */
export interface ComparedText {
  readonly before: string;
  readonly after: string;
  /** Levenshtein distance over the longer length, 0 (same) … 1 (nothing in common). */
  readonly distance: number;
  /** Where, in output pixels. */
  readonly xPx: number;
  readonly yPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

export interface FidelityReport {
  /** Version of the measures: reports of different versions are not compared. */
  readonly version: number;
  readonly measures: readonly Measure[];
  readonly badPlaces: readonly BadPlace[];
  /** Text that was found and compared; empty where none was found or reading was skipped. */
  readonly text: readonly ComparedText[];
  readonly textStatus: 'compared' | 'none-found' | 'skipped';
}

export interface Verdict {
  readonly kind: VerdictKind;
  readonly profile: Profile;
  /** Empty for publish. Each a code and a sentence for a merchant, with the figure in it. */
  readonly reasons: readonly { readonly code: string; readonly sentence: string }[];
}

/** Reads text on both pictures. `before` is the input enlarged to the size of `after`. */
export interface TextReader {
  /**
   * Lines found with confidence on `before`, with what stands in their place on `after`; null when reading took
   * longer than its limit and was given up.
   */
  compare(before: Raster<3>, after: Raster<3>, signal?: AbortSignal): Promise<readonly ComparedText[] | null>;
  /** Ends the worker. May be called twice. */
  close(): Promise<void>;
}
