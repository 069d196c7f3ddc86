/** One measured figure, with the bar that it has to pass where there is one. */
export interface Figure {
  /** Stable, for programs: such as `rest.ratio`. */
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly bar?: { readonly atLeast?: number; readonly atMost?: number };
  /** What was measured, where the name does not say it. */
  readonly note?: string;
}

export interface BenchReport {
  readonly figures: readonly Figure[];
  /** Everything behind the figures that a reader may want: rows by photo, curves, settings. */
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface BenchContext {
  /** What followed the bench's name on the command line, --json and --check taken out. */
  readonly args: readonly string[];
  /** A line about what is going on, on stderr. */
  readonly say: (line: string) => void;
}

/** What `bench/NAME.ts` or `bench/NAME/main.ts` exports. */
export interface Bench {
  /** One line for the list of benches, options included. */
  readonly summary: string;
  run(context: BenchContext): Promise<BenchReport>;
}

/** A command line that cannot be run: printed as it is, exit code 2. */
export class UsageError extends Error {}

/** Null where a figure has no bar. */
export function isMet({ value, bar }: Figure): boolean | null {
  if (bar === undefined) return null;
  const { atLeast = Number.NEGATIVE_INFINITY, atMost = Number.POSITIVE_INFINITY } = bar;
  return value >= atLeast && value <= atMost;
}

/** One line: met or missed, name, value, bar. */
export function lineOf(figure: Figure): string {
  const met = isMet(figure);
  const mark = met === null ? ' ' : met ? '✓' : '✗';
  const { atLeast, atMost } = figure.bar ?? {};
  const bars = [
    atLeast === undefined ? '' : `at least ${atLeast}`,
    atMost === undefined ? '' : `at most ${atMost}`,
  ].filter((text) => text !== '');
  const bar = bars.length === 0 ? '' : `  (${bars.join(', ')})`;
  const note = figure.note === undefined ? '' : `  ${figure.note}`;
  return `${mark} ${figure.name.padEnd(44)} ${round(figure.value).padStart(10)} ${figure.unit}${bar}${note}`;
}

function round(value: number): string {
  return Math.abs(value) >= 1000 ? value.toFixed(0) : value.toFixed(Math.abs(value) >= 100 ? 1 : 3);
}
