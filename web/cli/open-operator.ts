import { StoreBusyError } from '../core/store/errors.ts';
import { openStore } from '../core/store/open.ts';
import { type Config, readConfig } from '../server/config.ts';
import { createEventBus } from '../server/events.ts';
import { createLogger } from '../server/logger.ts';
import { createOperator, type Operator } from '../server/operator/operator.ts';
import { connectOperator } from '../server/operator/socket.ts';
import { readSealKeys } from '../server/seal-keys.ts';
import { createTokens, openEnhancement } from '../server/wiring.ts';

export interface OpenedOperator extends AsyncDisposable {
  readonly operator: Operator;
}

/** The operator's calls: in this process, or, while a server holds the embedded database, in that one. */
export async function openOperator(): Promise<OpenedOperator> {
  const config = readConfig(process.env);
  try {
    return await openHere(config);
  } catch (cause) {
    if (!(cause instanceof StoreBusyError)) throw cause;
    return { operator: connectOperator(config.dataDir), async [Symbol.asyncDispose]() {} };
  }
}

async function openHere(config: Config): Promise<OpenedOperator> {
  const log = createLogger({ level: config.logLevel === 'info' ? 'warn' : config.logLevel });
  const store = await openStore({
    databaseUrl: config.databaseUrl?.reveal() ?? null,
    dataDir: config.dataDir,
    log,
    now: () => new Date(),
    isSupervisor: false,
  });
  const events = await createEventBus(store, log);
  const sealKeys = await readSealKeys(config);
  const tokens = createTokens(config, store, sealKeys);
  const enhancement = await openEnhancement({ config, store, sealKeys, tokens, events, log });
  const stopped = new AbortController();
  process.once('SIGINT', () => stopped.abort(new Error('stopped')));
  return {
    operator: createOperator(enhancement.deps, stopped.signal),
    async [Symbol.asyncDispose]() {
      await enhancement[Symbol.asyncDispose]();
      await events.close();
      await store.close();
    },
  };
}
