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

export interface FidelityReport {
  /** Version of the measures: reports of different versions are not compared. */
  readonly version: number;
  readonly measures: readonly Measure[];
  readonly badPlaces: readonly BadPlace[];
  /** Text that was found and compared; empty where none was found or reading was skipped. */
  readonly text: readonly { readonly before: string; readonly after: string; readonly distance: number }[];
  readonly textStatus: 'compared' | 'none-found' | 'skipped';
}

export interface Verdict {
  readonly kind: VerdictKind;
  readonly profile: Profile;
  /** Empty for publish. Each a code and a sentence for a merchant, with the figure in it. */
  readonly reasons: readonly { readonly code: string; readonly sentence: string }[];
}
