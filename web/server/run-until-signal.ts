import { createLogger } from './logger.ts';
import { type ServeOptions, serve } from './main.ts';

const stopSignals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
/** Longer than any step needs to see its abort signal; what is still there then is cut off as by a crash. */
const stopWithinMs = 25_000;

/**
 * Serves until the process is told to end, then ends it: the only place that does. A second signal, or a shutdown that
 * takes too long, ends it at once; nothing is lost by that, as by any crash.
 */
export async function runUntilSignal({ role, config }: Pick<ServeOptions, 'role' | 'config'>): Promise<void> {
  const log = createLogger({ level: config.logLevel });
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'unexpected error, the process ends');
    process.exit(1);
  });
  const signalled = Promise.withResolvers<string>();
  let isStopping = false;
  for (const signal of stopSignals) {
    process.on(signal, () => {
      if (isStopping) process.exit(1);
      isStopping = true;
      signalled.resolve(signal);
    });
  }
  const running = await serve({ role, config, log });
  const signal = await signalled.promise;
  log.info({ signal }, 'stopping');
  setTimeout(() => {
    log.error({}, 'stopping took too long');
    process.exit(1);
  }, stopWithinMs).unref();
  await running.stop();
  process.exit(0);
}
