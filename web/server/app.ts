import express, { type Express, type RequestHandler, type Router } from 'express';
import type { Store, StoreLog } from '../core/store/store.ts';
import { connectShop } from './http/connect-shop.ts';
import { answerErrors, noSuchPage } from './http/errors.ts';
import { healthz, readyz } from './http/health.ts';
import type { Inbox } from './http/inbox.ts';
import { requestId } from './http/request-id.ts';
import { securityHeaders } from './http/security-headers.ts';
import { receiveWebhooks } from './http/webhooks.ts';
import type { AccessTokens } from './shopify/access-tokens.ts';
import type { VerifySessionToken } from './shopify/session-token.ts';
import type { ValidateWebhook } from './shopify/validate-webhook.ts';

export interface AppDeps {
  readonly store: Store;
  readonly log: StoreLog;
  readonly sandbox: string | null;
  readonly inbox: Inbox;
  readonly validateWebhook: ValidateWebhook;
  readonly verifySessionToken: VerifySessionToken;
  readonly tokens: AccessTokens;
  /** The panel's API; guards itself with requireSession. */
  readonly api: Router;
  /** The panel's page and its files. */
  readonly panel: RequestHandler;
  /** What paid engines call and fetch; guards itself by signatures and nonces. Absent: no such engine is set up. */
  readonly engineCallbacks?: Router;
  readonly isStopping: () => boolean;
}

/** All routes with their guards. Listens nowhere. */
export function createApp(deps: AppDeps): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');

  app.use(requestId);
  app.get('/healthz', healthz);
  app.get('/readyz', readyz(deps.store, deps.isStopping));
  app.post(
    '/webhooks',
    receiveWebhooks({ validate: deps.validateWebhook, inbox: deps.inbox, now: deps.store.now }),
  );
  if (deps.engineCallbacks !== undefined) app.use('/engines', deps.engineCallbacks);

  app.use(securityHeaders({ sandbox: deps.sandbox }));
  app.use('/api', deps.api);
  app.get('/', connectShop({ verify: deps.verifySessionToken, tokens: deps.tokens, log: deps.log }));
  app.use(deps.panel);

  app.use(noSuchPage);
  app.use(answerErrors(deps.log));
  return app;
}
