import type { RequestHandler } from 'express';
import type { Store } from '../../core/store/store.ts';

/** GET /healthz: the process runs and turns its event loop. Asks nobody else, so that it is not restarted for their sake. */
export const healthz: RequestHandler = function healthz(_request, response) {
  response.json({ status: 'ok' });
};

const readyWithinMs = 2_000;

/** GET /readyz: requests can be served: the database answers and no shutdown has begun. */
export function readyz(store: Store, isStopping: () => boolean): RequestHandler {
  return async function readyz(_request, response) {
    const isReady = !isStopping() && (await doesAnswer(store));
    response.status(isReady ? 200 : 503).json({ status: isReady ? 'ready' : 'not ready' });
  };
}

async function doesAnswer(store: Store): Promise<boolean> {
  const deadline = Promise.withResolvers<false>();
  const timer = setTimeout(() => deadline.resolve(false), readyWithinMs);
  try {
    const answer = store.db.$queryRaw`SELECT 1`.then(
      () => true,
      () => false,
    );
    return await Promise.race([answer, deadline.promise]);
  } finally {
    clearTimeout(timer);
  }
}
