import { createHmac, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Router } from 'express';
import { createSeal } from '../../web/core/store/seal.ts';
import type { Store } from '../../web/core/store/store.ts';
import { createApp } from '../../web/server/app.ts';
import { createInbox, type Inbox } from '../../web/server/http/inbox.ts';
import { requireSession, sessionOf } from '../../web/server/http/require-session.ts';
import { processDeliveryJob } from '../../web/server/jobs/process-delivery.ts';
import { ensureQueues } from '../../web/server/jobs/queues.ts';
import { Secret } from '../../web/server/secret.ts';
import { type AccessTokens, createAccessTokens } from '../../web/server/shopify/access-tokens.ts';
import { createOauth } from '../../web/server/shopify/oauth.ts';
import { createSessionTokenVerifier } from '../../web/server/shopify/session-token.ts';
import { createWebhookValidator } from '../../web/server/shopify/validate-webhook.ts';
import { silentLog } from './silent-log.ts';

export const apiKey = 'client-id-of-the-test';
export const newSecret = 'shpss_new_secret';
export const oldSecret = 'shpss_old_secret';
export const testShop = 'edge.myshopify.com';
const sealKey = Buffer.alloc(32, 7);

export interface Edge {
  readonly url: string;
  readonly inbox: Inbox;
  readonly tokens: AccessTokens;
  close(): Promise<void>;
}

export interface EdgeOptions {
  readonly sandbox?: string;
  readonly apiKey?: string;
  readonly secrets?: readonly string[];
  readonly now?: () => Date;
}

/** The HTTP edge over a store, listening on this machine; the panel's part says only who asks. */
export async function openEdge(store: Store, options: EdgeOptions = {}): Promise<Edge> {
  const key = options.apiKey ?? apiKey;
  const secrets = (options.secrets ?? [newSecret, oldSecret]).map((secret) => new Secret(secret));
  const now = options.now ?? store.now;
  const sandbox = options.sandbox ?? null;
  await ensureQueues(store, [processDeliveryJob]);
  const inbox = createInbox({ store, queue: processDeliveryJob.name, log: silentLog });
  const oauth = createOauth({ fetch, apiKey: key, secrets, sandbox, now });
  const tokens = createAccessTokens({ store, seal: createSeal([sealKey]), oauth });
  const verify = createSessionTokenVerifier({ apiKey: key, secrets, now });
  const api = Router();
  api.get('/me', requireSession({ verify, tokens }), (_request, response) => {
    response.json(sessionOf(response));
  });
  const app = createApp({
    store,
    log: silentLog,
    sandbox,
    inbox,
    validateWebhook: createWebhookValidator({ secrets }),
    verifySessionToken: verify,
    tokens,
    api,
    panel: (request, response, next) => {
      if (request.path === '/') response.type('html').send('<title>Vitrine</title>');
      else next();
    },
    isStopping: () => false,
  });
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    inbox,
    tokens,
    async close() {
      await new Promise((resolve) => server.close(resolve).closeAllConnections());
      await inbox.close();
    },
  };
}

export function sign(body: string, secret = newSecret): string {
  return createHmac('sha256', secret).update(body).digest('base64');
}

export interface WebhookInput {
  readonly topic?: string;
  readonly body?: string;
  readonly secret?: string;
  readonly id?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request as Shopify would make it, unless the test says otherwise. */
export function webhook(input: WebhookInput = {}): RequestInit {
  const body = input.body ?? productBody(1);
  return {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-shopify-topic': input.topic ?? 'products/update',
      'x-shopify-hmac-sha256': sign(body, input.secret),
      'x-shopify-shop-domain': testShop,
      'x-shopify-api-version': '2026-10',
      'x-shopify-webhook-id': input.id ?? randomUUID(),
      'x-shopify-event-id': randomUUID(),
      'x-shopify-triggered-at': '2026-11-01T10:00:00.123456789Z',
      ...input.headers,
    },
  };
}

/** A products/update with one image and much that we have no business to keep. */
export function productBody(number: number, more: object = {}): string {
  return JSON.stringify({
    admin_graphql_api_id: `gid://shopify/Product/${number}`,
    id: number,
    title: `Product ${number}`,
    vendor: 'Acme',
    product_type: 'Mug',
    status: 'active',
    tags: 'red, blue',
    updated_at: '2026-11-01T10:00:00Z',
    variants: [{ price: '1.00', inventory_quantity: 3 }],
    media: [
      {
        admin_graphql_api_id: `gid://shopify/MediaImage/${number}`,
        id: number,
        alt: 'A mug',
        position: 1,
        status: 'READY',
        media_content_type: 'IMAGE',
        updated_at: '2026-11-01T10:00:00Z',
        preview_image: {
          width: 540,
          height: 540,
          src: `https://cdn.shopify.com/s/files/1/p${number}.png?v=1`,
        },
      },
    ],
    ...more,
  });
}
