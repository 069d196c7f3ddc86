import type { PgBoss } from 'pg-boss';
import type { Db, ShopDb, Tx } from './door.ts';

/** As pino's, so that a pino logger fits. */
export interface StoreLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface OpenStoreOptions {
  /** postgresql://… or null for the embedded database. */
  readonly databaseUrl: string | null;
  /** The embedded database lives in its folder `db`; null keeps it in memory, for tests and one-off commands. */
  readonly dataDir: string | null;
  readonly log: StoreLog;
  readonly now: () => Date;
  /** Connections to PostgreSQL for queries; pg-boss and locks have a few of their own. 1…100, default 10. */
  readonly poolSize?: number;
  /** Whether this process also does the queues' upkeep and sends the recurring jobs. Default true. */
  readonly isSupervisor?: boolean;
  /** Where the migrations are; default: this program's own. */
  readonly migrationsFolder?: string;
}

/** Records, queues and locks: the only thing that is opened once per process. */
export interface Store {
  readonly kind: 'pglite' | 'postgres';
  /** For what belongs to no single shop: the inbox, sessions, shops, upkeep. */
  readonly db: Db;
  readonly boss: PgBoss;
  readonly now: () => Date;
  forShop(shopId: string): ShopDb;
  /**
   * Runs `work` in one transaction; commits when it resolves, rolls back when it throws. Inside it, only what goes
   * through `tx` may be awaited: a query on `store.db` or `store.forShop` throws OutsideTransactionError there.
   */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * Runs `work` while no other caller, in this process or another on the same database, holds `name`. Holds no
   * transaction, so `work` may take its time and use the store.
   */
  withLock<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** Tells every process on this database, this one included, at once and without a guarantee. */
  publish(channel: string, payload: string): Promise<void>;
  /** Hears what is published; resolves once it listens. */
  subscribe(channel: string, hear: (payload: string) => void): Promise<Subscription>;
  /** May be called twice. */
  close(): Promise<void>;
}

export interface Subscription {
  close(): Promise<void>;
}
