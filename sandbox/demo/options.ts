import { parseArgs } from 'node:util';

export interface DemoOptions {
  /** End when everything is shown, instead of keeping the panel open. */
  readonly isOnce: boolean;
  /** A folder of photos to start from; null: the sandbox's own photographer. */
  readonly imagesDir: string | null;
  readonly tier: 'fast' | 'balanced' | 'best';
  readonly engine: 'local' | 'replicate' | 'cog';
  /** Rounds of the engine; null: the app's default. */
  readonly steps: number | null;
  /** Where the store's admin listens; 0 takes a free port. */
  readonly port: number;
  readonly keepsData: boolean;
}

export const usage = `npm run demo -- [options]

Starts a store and the app on this machine, fills the store with product photos that are too small,
and shows how they become sharp, and how an original comes back.

  --images DIR   start from the photos of a folder; each is first shrunk to a quarter of its sides
  --once         end when all is shown, instead of keeping the panel open until Ctrl-C
  --tier T       fast, balanced (default) or best: how large a network does the work
  --engine E     local (default), replicate or cog
  --steps N      rounds of the engine, 1 to 8
  --port N       where the store's admin listens (default: a free port)
  --keep-data    leave the app's data in .demo/data to look at
  --help         this text`;

/** The command line is wrong: one sentence for the person who typed it. */
export class UsageError extends Error {}

/** Ctrl-C. */
export class InterruptedError extends Error {}

function oneOf<T extends string>(name: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((word) => word === value);
  if (found === undefined) throw new UsageError(`--${name} is one of ${allowed.join(', ')}; got "${value}".`);
  return found;
}

function wholeNumber(name: string, value: string, low: number, high: number): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < low || number > high) {
    throw new UsageError(`--${name} is a whole number from ${low} to ${high}; got "${value}".`);
  }
  return number;
}

/** Reads the arguments after the script's name; 'help' if that is what was asked for. Throws UsageError. */
export function readOptions(args: readonly string[]): DemoOptions | 'help' {
  const parsed = parse(args);
  if (parsed.help) return 'help';
  return {
    isOnce: parsed.once,
    imagesDir: parsed.images ?? null,
    tier: oneOf('tier', parsed.tier, ['fast', 'balanced', 'best']),
    engine: oneOf('engine', parsed.engine, ['local', 'replicate', 'cog']),
    steps: parsed.steps === undefined ? null : wholeNumber('steps', parsed.steps, 1, 8),
    port: wholeNumber('port', parsed.port, 0, 65535),
    keepsData: parsed['keep-data'],
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: false,
      options: {
        once: { type: 'boolean', default: false },
        images: { type: 'string' },
        tier: { type: 'string', default: 'balanced' },
        engine: { type: 'string', default: 'local' },
        steps: { type: 'string' },
        port: { type: 'string', default: '0' },
        'keep-data': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    // Node's own sentence names the option; only its first line is for people.
    const sentence = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw new UsageError(`${sentence.split('. ')[0]}. See npm run demo -- --help.`, {
      cause: error,
    });
  }
}
