import type { PgBoss } from 'pg-boss';
import type { PrismaClient } from './generated/client.ts';
import type { SqlSession } from './sql-session.ts';
import type { Subscription } from './store.ts';

/** What the two databases have to offer; everything above is built on it once. */
export interface Backend {
  readonly kind: 'pglite' | 'postgres';
  /** Calls `work` with a session of its own. */
  withSession<T>(work: (session: SqlSession) => Promise<T>): Promise<T>;
  createClient(): PrismaClient;
  createBoss(): PgBoss;
  /** Holds a lock on the whole database, by name, until the returned function is called. */
  lockDatabase(name: string): Promise<() => Promise<void>>;
  subscribe(channel: string, hear: (payload: string) => void): Promise<Subscription>;
  close(): Promise<void>;
}
