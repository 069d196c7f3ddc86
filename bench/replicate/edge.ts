import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { enginesPath } from '../../web/core/engines/replicate/create.ts';
import { answerErrors } from '../../web/server/http/errors.ts';
import { type ReplicateCallbackDeps, replicateCallbacks } from '../../web/server/http/replicate-callback.ts';

export interface Edge {
  readonly origin: string;
  close(): Promise<void>;
}

/** The app's own routes for inputs and webhooks, on a port of their own. */
export async function startEdge(
  deps: ReplicateCallbackDeps,
  log: Parameters<typeof answerErrors>[0],
): Promise<Edge> {
  const app = express();
  app.use(enginesPath, replicateCallbacks(deps));
  app.use(answerErrors(log));
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const done = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await done;
    },
  };
}
