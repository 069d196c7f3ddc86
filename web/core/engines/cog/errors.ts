import { EngineError } from '../errors.ts';

export type CogErrorCode =
  | 'cog-busy'
  | 'cog-unreachable'
  | 'cog-refused'
  | 'cog-setup-failed'
  | 'cog-other-model'
  | 'cog-input-refused'
  | 'cog-run-failed'
  | 'cog-took-too-long'
  | 'cog-output-unusable'
  | 'cog-not-configured';

/** Something about the merchant's own GPU. */
export class CogError extends EngineError {
  declare readonly code: CogErrorCode;
  constructor(
    code: CogErrorCode,
    sentence: string,
    options: { isRetriable?: boolean; isReported?: boolean; detail?: string; cause?: unknown } = {},
  ) {
    super(code, sentence, options);
  }
}
