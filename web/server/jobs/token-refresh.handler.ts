import { findShopsAtRest } from '../../core/store/sessions.ts';
import { NotConnectedError } from '../shopify/errors.ts';
import type { JobHandler } from './define.ts';
import type { JobDeps } from './deps.ts';

const restMs = 14 * 86_400_000;
const batch = 200;

/** One shop that fails does not keep the others from being renewed; it is tried again the next day. */
export const tokenRefreshHandler: JobHandler<object, JobDeps> = async (_, { deps, signal, log }) => {
  const { store, tokens } = deps;
  const before = new Date(store.now().getTime() - restMs);
  for (const shopDomain of await findShopsAtRest(store.db, before, batch)) {
    signal.throwIfAborted();
    try {
      await tokens.renew(shopDomain);
    } catch (error) {
      const isGone = error instanceof NotConnectedError;
      log.warn({ err: error, shopDomain, isGone }, 'token not renewed');
    }
  }
  return undefined;
};
