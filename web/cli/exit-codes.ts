import { CommanderError } from 'commander';
import { EngineError, EngineParamError } from '../core/engines/errors.ts';
import { VitrineError } from '../core/errors.ts';
import { ImageError } from '../core/image/errors.ts';

/** What the process ends with, for scripts. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  unusableImage: 3,
  engineFailed: 4,
  held: 5,
} as const;

/** A mistake in what was typed that commander cannot see. */
export class UsageError extends VitrineError {
  constructor(sentence: string) {
    super('usage', sentence, { isReported: false });
  }
}

/** The engine was not even asked: another model, or a word more on the command line, is needed. */
const choiceCodes = ['engine-model-unknown', 'engine-model-elsewhere', 'engine-licence-unconfirmed'];

export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  if (error instanceof UsageError || error instanceof EngineParamError) return exitCodes.usage;
  if (error instanceof EngineError && choiceCodes.includes(error.code)) return exitCodes.usage;
  if (error instanceof ImageError) return exitCodes.unusableImage;
  if (error instanceof EngineError) return exitCodes.engineFailed;
  return exitCodes.failed;
}

/** The one sentence for stderr. */
export function sentenceOf(error: unknown): string {
  if (error instanceof EngineError && error.code === 'engine-licence-unconfirmed') {
    return `${error.sentence} (--confirm-licence confirms it.)`;
  }
  if (error instanceof VitrineError) return error.sentence;
  return error instanceof Error ? error.message : String(error);
}
