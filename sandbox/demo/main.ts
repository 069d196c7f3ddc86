import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runDemo } from './demo.ts';
import { InterruptedError, readOptions, UsageError, usage } from './options.ts';
import { NoPhotosError } from './uploads.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Fails at the first Ctrl-C; a second one ends the process at once. */
function interruption(): Promise<never> {
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        process.once(signal, () => process.exit(130));
        process.stderr.write('\nEnding …\n');
        reject(new InterruptedError());
      });
    }
  });
  interrupted.catch(() => undefined);
  return interrupted;
}

async function main(): Promise<number> {
  try {
    const options = readOptions(process.argv.slice(2));
    if (options === 'help') {
      console.log(usage);
      return 0;
    }
    await runDemo(options, { root, out: process.stdout, interrupted: interruption() });
    return 0;
  } catch (error) {
    if (error instanceof UsageError || error instanceof NoPhotosError) {
      console.error(`demo: ${error.message}`);
      return 2;
    }
    if (error instanceof InterruptedError) return 130;
    console.error(`demo: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
}

process.exit(await main());
