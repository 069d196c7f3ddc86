import type { Db } from './door.ts';
import type { DeliveryRow, Prisma } from './records.ts';

export interface NewDelivery {
  /** X-Shopify-Webhook-Id. */
  readonly id: string;
  readonly shopDomain: string;
  readonly topic: string;
  readonly eventId: string | null;
  readonly apiVersion: string | null;
  readonly triggeredAt: Date | null;
  readonly receivedAt: Date;
  readonly payload: Prisma.InputJsonValue;
}

/**
 * Stores deliveries that are not there yet, in one statement, and returns the ids of those that were new. A repeated
 * id, in the list or in the database, is stored once.
 */
export async function insertDeliveries(
  db: Db,
  deliveries: readonly NewDelivery[],
): Promise<ReadonlySet<string>> {
  // One JSON parameter however many rows: the statement's text stays the same, so the database plans it once.
  // In the order of ids, so that two processes which were sent the same deliveries never wait for each other.
  const ordered = [...deliveries].sort((a, b) => (a.id < b.id ? -1 : 1));
  const rows = JSON.stringify(
    ordered.map((delivery) => ({
      ...delivery,
      triggeredAt: delivery.triggeredAt?.toISOString() ?? null,
      receivedAt: delivery.receivedAt.toISOString(),
    })),
  );
  const inserted = await db.$queryRaw<{ id: string }[]>`
    INSERT INTO "Delivery" ("id", "shopDomain", "topic", "eventId", "apiVersion", "triggeredAt", "receivedAt", "payload")
    SELECT "id", "shopDomain", "topic", "eventId", "apiVersion", "triggeredAt", "receivedAt", "payload"
    FROM jsonb_to_recordset(${rows}::jsonb) AS row(
      "id" text, "shopDomain" text, "topic" text, "eventId" text, "apiVersion" text,
      "triggeredAt" timestamptz, "receivedAt" timestamptz, "payload" jsonb)
    ON CONFLICT ("id") DO NOTHING
    RETURNING "id"`;
  return new Set(inserted.map(({ id }) => id));
}

export async function findDelivery(db: Db, id: string): Promise<DeliveryRow | null> {
  return db.delivery.findUnique({ where: { id } });
}

/** outcome: a few words, such as `queued 2, unchanged 1`. Returns whether it was unprocessed until now. */
export async function markDeliveryProcessed(
  db: Db,
  id: string,
  outcome: string,
  now: Date,
): Promise<boolean> {
  const { count } = await db.delivery.updateMany({
    where: { id, processedAt: null },
    data: { processedAt: now, outcome },
  });
  return count === 1;
}

/** The inbox of a shop, newest first. limit: 1…250. */
export async function listDeliveries(db: Db, shopDomain: string, limit: number): Promise<DeliveryRow[]> {
  return db.delivery.findMany({ where: { shopDomain }, orderBy: { receivedAt: 'desc' }, take: limit });
}

/** Deletes up to `limit` processed deliveries received before the given time. Returns how many; call until 0. */
export async function pruneDeliveries(db: Db, receivedBefore: Date, limit: number): Promise<number> {
  return db.$executeRaw`
    DELETE FROM "Delivery" WHERE "id" IN (
      SELECT "id" FROM "Delivery"
      WHERE "receivedAt" < ${receivedBefore} AND "processedAt" IS NOT NULL
      ORDER BY "receivedAt" LIMIT ${limit})`;
}

/** Everything received for a shop, for its redaction. */
export async function deleteDeliveriesOfShop(db: Db, shopDomain: string): Promise<number> {
  const { count } = await db.delivery.deleteMany({ where: { shopDomain } });
  return count;
}
