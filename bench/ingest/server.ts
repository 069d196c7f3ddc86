/**
 * One way to receive webhooks, in a process of its own; prints its port. server.ts VARIANT DATABASE_URL|DATA_FOLDER
 *
 * bare: an Express app that checks the HMAC and stores nothing. single: one transaction a request. grouped: ours.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { insertDeliveries } from '../../web/core/store/deliveries.ts';
import { openStore } from '../../web/core/store/open.ts';
import type { Store } from '../../web/core/store/store.ts';
import { createInbox, type Inbox } from '../../web/server/http/inbox.ts';
import { receiveWebhooks } from '../../web/server/http/webhooks.ts';
import { processDeliveryJob } from '../../web/server/jobs/process-delivery.ts';
import { ensureQueues } from '../../web/server/jobs/queues.ts';
import { createLogger } from '../../web/server/logger.ts';
import { Secret } from '../../web/server/secret.ts';
import { createWebhookValidator } from '../../web/server/shopify/validate-webhook.ts';
import { benchSecret } from './body.ts';

const variants = ['bare', 'single', 'grouped'] as const;
export type Variant = (typeof variants)[number];

function bareApp(): RequestListener {
  const app = express();
  app.post('/webhooks', express.raw({ type: () => true }), (request, response) => {
    const wanted = createHmac('sha256', benchSecret).update(request.body).digest();
    const given = Buffer.from(request.get('x-shopify-hmac-sha256') ?? '', 'base64');
    const isSigned = given.length === wanted.length && timingSafeEqual(given, wanted);
    response.status(isSigned ? 200 : 401).end();
  });
  return app;
}

function storingApp(store: Store, inbox: Inbox): RequestListener {
  const secrets = [new Secret(benchSecret)];
  const validate = createWebhookValidator({ secrets });
  const app = express();
  app.post('/webhooks', receiveWebhooks({ validate, inbox, now: store.now }));
  return app;
}

/** What one would write first: each request its own transaction. */
function singleInbox(store: Store): Inbox {
  return {
    accept: (delivery) =>
      store.transaction(async (tx) => {
        const inserted = await insertDeliveries(tx.db, [delivery]);
        if (!inserted.has(delivery.id)) return 'repeated';
        await tx.send(processDeliveryJob.name, { deliveryId: delivery.id });
        return 'new';
      }),
    close: async () => {},
  };
}

async function main(): Promise<void> {
  const [variant = '', place = ''] = process.argv.slice(2);
  let app = bareApp();
  if (variant !== 'bare') {
    const isServer = place.startsWith('postgres');
    const log = createLogger({ level: 'warn' });
    const store = await openStore({
      databaseUrl: isServer ? place : null,
      dataDir: isServer ? null : place,
      log,
      now: () => new Date(),
    });
    await ensureQueues(store, [processDeliveryJob]);
    const inbox =
      variant === 'single' ? singleInbox(store) : createInbox({ store, queue: processDeliveryJob.name, log });
    app = storingApp(store, inbox);
  }
  const server = createServer(app);
  server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
}

await main();
