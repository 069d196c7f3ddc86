import { join } from 'node:path';
import type { PostgresServer } from '../../test/support/postgres-server.ts';
import { insertDeliveries } from '../../web/core/store/deliveries.ts';
import { newId } from '../../web/core/store/ids.ts';
import { setImageStatus } from '../../web/core/store/images.ts';
import { openStore } from '../../web/core/store/open.ts';
import { installShop } from '../../web/core/store/shops.ts';
import type { Store } from '../../web/core/store/store.ts';
import { trimPayload } from '../../web/server/http/webhook-payload.ts';
import type { JobDeps } from '../../web/server/jobs/deps.ts';
import { enhanceImageBackfillJob, enhanceImageJob } from '../../web/server/jobs/enhance-image.ts';
import { processDelivery } from '../../web/server/jobs/process-delivery.handler.ts';
import { ensureQueues } from '../../web/server/jobs/queues.ts';
import { createLogger } from '../../web/server/logger.ts';
import type { Figure } from '../report.ts';
import { benchShop, body } from './body.ts';

interface Setup {
  readonly postgres: PostgresServer;
  readonly folder: string;
  readonly say: (line: string) => void;
}

const count = 10_000;
const atOnce = 4;
const log = createLogger({ level: 'error' });

/**
 * Works off products/update deliveries of a product whose images are as they were: how many a second, and that none
 * asks for anything. The handler is given nothing that could reach Shopify.
 */
export async function measureNoop({ postgres, folder, say }: Setup): Promise<Figure[]> {
  const figures: Figure[] = [];
  const places = {
    postgres: { databaseUrl: await postgres.createDatabase('noop'), dataDir: null },
    embedded: { databaseUrl: null, dataDir: join(folder, 'noop') },
  };
  for (const [name, place] of Object.entries(places)) {
    const store = await openStore({ ...place, log, now: () => new Date(), isSupervisor: false });
    try {
      const { perSecond, queued } = await measure(store);
      say(`no-op on ${name}: ${perSecond.toFixed(0)}/s`);
      figures.push(
        { name: `noop.${name}`, value: perSecond, unit: '/s' },
        { name: `noop.${name}-work-started`, value: queued, unit: 'jobs', bar: { atMost: 0 } },
      );
    } finally {
      await store.close();
    }
  }
  return figures;
}

async function measure(store: Store): Promise<{ perSecond: number; queued: number }> {
  await ensureQueues(store, [enhanceImageJob, enhanceImageBackfillJob]);
  const shop = await installShop(store.db, benchShop, '', new Date());
  const ids = await fill(store);
  const deps = { store } as JobDeps;
  const work = (deliveryId: string) =>
    processDelivery(
      { deliveryId },
      { deps, log, signal: new AbortController().signal, jobId: newId(), attempt: 0 },
    );
  // The first one meets the images; from then on they are known and settled.
  await work(ids.shift() ?? '');
  const door = store.forShop(shop.id);
  for (const { id } of await store.db.image.findMany({ where: { shopId: shop.id } })) {
    await setImageStatus(door, id, { status: 'good' });
  }
  const queuedBefore = await queuedJobs(store);
  const startMs = performance.now();
  const next = ids.values();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const id of next) await work(id);
    }),
  );
  const perSecond = ids.length / ((performance.now() - startMs) / 1000);
  return { perSecond, queued: (await queuedJobs(store)) - queuedBefore };
}

async function fill(store: Store): Promise<string[]> {
  const payload = trimPayload('products/update', JSON.parse(body)) ?? {};
  const ids = Array.from({ length: count + 1 }, newId);
  const receivedAt = new Date();
  for (let start = 0; start < ids.length; start += 500) {
    const rows = ids.slice(start, start + 500).map((id) => ({
      id,
      shopDomain: benchShop,
      topic: 'products/update',
      eventId: null,
      apiVersion: null,
      triggeredAt: null,
      receivedAt,
      payload: payload as Record<string, string>,
    }));
    await insertDeliveries(store.db, rows);
  }
  return ids;
}

async function queuedJobs(store: Store): Promise<number> {
  const rows = await store.db.$queryRaw<{ count: bigint }[]>`SELECT count(*) FROM pgboss.job`;
  return Number(rows[0]?.count);
}
