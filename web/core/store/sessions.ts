import type { Db } from './door.ts';

/** A Shopify session as it lies in the database: everything that is secret is in `sealed`. */
export interface SealedSession {
  readonly id: string;
  readonly shopDomain: string;
  readonly isOnline: boolean;
  readonly sealed: string;
  readonly expiresAt: Date | null;
}

export async function saveSession(db: Db, session: SealedSession, now: Date): Promise<void> {
  const data = { ...session, updatedAt: now };
  await db.session.upsert({ where: { id: session.id }, create: data, update: data });
}

export async function findSession(db: Db, id: string): Promise<SealedSession | null> {
  return db.session.findUnique({ where: { id } });
}

export async function findSessionsOfShop(db: Db, shopDomain: string): Promise<SealedSession[]> {
  return db.session.findMany({ where: { shopDomain }, orderBy: { id: 'asc' } });
}

/** Returns how many there were. */
export async function deleteSessions(db: Db, ids: readonly string[]): Promise<number> {
  const { count } = await db.session.deleteMany({ where: { id: { in: [...ids] } } });
  return count;
}

/** The shops whose offline token was last renewed before the given time, the longest rested first. */
export async function findShopsAtRest(db: Db, before: Date, limit: number): Promise<string[]> {
  const rows = await db.session.findMany({
    where: { isOnline: false, updatedAt: { lt: before } },
    orderBy: { updatedAt: 'asc' },
    select: { shopDomain: true },
    take: limit,
  });
  return rows.map(({ shopDomain }) => shopDomain);
}
