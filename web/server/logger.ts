import { type DestinationStream, type Logger, pino } from 'pino';
import { VitrineError } from '../core/errors.ts';
import { maskSecrets } from './mask.ts';

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface LoggerOptions {
  readonly level: LogLevel;
  /** Default: standard output. */
  readonly destination?: DestinationStream;
}

/** One JSON object a line. Every finished line is searched for what looks like a secret before it is written. */
export function createLogger({ level, destination }: LoggerOptions): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: describeError },
    hooks: { streamWrite: maskSecrets },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** Errors with their code and the chain of their causes. */
function describeError(error: unknown): object {
  const names: object[] = [];
  let current: unknown = error;
  // A chain of causes is short; the bound is for one that runs in a circle.
  while (current instanceof Error && names.length < 8) {
    names.push({
      type: current.name,
      message: current.message,
      ...(current instanceof VitrineError ? { code: current.code } : {}),
      ...(names.length === 0 ? { stack: current.stack } : {}),
    });
    current = current.cause;
  }
  if (names.length === 0) return { type: typeof error, message: String(error) };
  const [first, ...causes] = names;
  return causes.length === 0 ? { ...first } : { ...first, causes };
}
