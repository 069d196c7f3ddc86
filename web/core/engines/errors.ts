import { VitrineError, type VitrineErrorOptions } from '../errors.ts';

/** An engine could not make the image. */
export class EngineError extends VitrineError {
  /** The same request may work later without anyone changing anything. */
  readonly isRetriable: boolean;
  constructor(code: string, sentence: string, options: VitrineErrorOptions & { isRetriable?: boolean } = {}) {
    super(code, sentence, options);
    this.isRetriable = options.isRetriable ?? false;
  }
}

/** A parameter is outside what the engine or model takes. Names the parameter, what was expected, what was given. */
export class EngineParamError extends EngineError {
  constructor(name: string, expected: string, given: unknown) {
    super('engine-param', `${name} must be ${expected}; it is ${String(given)}.`, { isReported: false });
  }
}

/** The reason to abort with when the merchant stops the work: a run that is under way is canceled. */
export class EngineStopError extends EngineError {
  constructor() {
    super('engine-stopped', 'The work was stopped.', { isReported: false });
  }
}

/** The engine is left alone for a while because it keeps failing, or because it was told not to ask. */
export class CircuitOpenError extends EngineError {
  /** When it is tried again. */
  readonly retryAt: Date;
  constructor(sentence: string, retryAt: Date) {
    super('engine-circuit-open', sentence, { isRetriable: true, isReported: false });
    this.retryAt = retryAt;
  }
}
