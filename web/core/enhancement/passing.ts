import { VitrineError } from '../errors.ts';

/** What may work later without anyone changing anything; an error that is not ours is given that chance too. */
export function isPassing(cause: unknown): boolean {
  if (!(cause instanceof VitrineError)) return true;
  return 'isRetriable' in cause && cause.isRetriable === true;
}
