/**
 * The root of every error that Vitrine raises on purpose. `code` is stable and for programs, `sentence` is for
 * people (what happened, why, what to do) and safe to show to strangers; `message` and `cause` are for the log.
 */
export abstract class VitrineError extends Error {
  /** Stable, kebab-case, unique in the product: tests, ledgers and clients match on it. */
  readonly code: string;
  /** One sentence that a merchant can act on. Never holds a secret, a path or another shop's data. */
  readonly sentence: string;
  /** Whether an operator should be told; false for what strangers cause by bad input. */
  readonly isReported: boolean;

  constructor(code: string, sentence: string, options: VitrineErrorOptions = {}) {
    super(options.detail ?? sentence, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.sentence = sentence;
    this.isReported = options.isReported ?? true;
  }
}

export interface VitrineErrorOptions {
  /** For the log only. */
  readonly detail?: string;
  readonly cause?: unknown;
  readonly isReported?: boolean;
}
