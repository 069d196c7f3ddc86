import { fromPrisma, type JobInsert, type PgBoss, type SendOptions } from 'pg-boss';
import type { Prisma } from './generated/client.ts';

/** A Prisma client or one of its transactions. */
export type Db = Prisma.TransactionClient;

/**
 * The door to one shop's data, and the only one: every function that reads or writes merchant data takes it as its
 * first argument, so that a query without a shop does not compile. Made by `store.forShop` and `tx.forShop`.
 */
export class ShopDb {
  readonly shopId: string;
  readonly now: () => Date;
  readonly #client: Db;

  constructor(client: Db, shopId: string, now: () => Date) {
    this.#client = client;
    this.shopId = shopId;
    this.now = now;
  }

  /** For functions of the store that add `shopId` to their query themselves. */
  static clientOf(shop: ShopDb): Db {
    return shop.#client;
  }
}

/** A shop's door inside an open transaction: for what must happen together, such as a ledger entry and its record. */
export class ShopTx extends ShopDb {
  readonly #tx: Tx;

  constructor(tx: Tx, shopId: string, now: () => Date) {
    super(tx.db, shopId, now);
    this.#tx = tx;
  }

  /** Sends a job that exists only if the transaction commits. Returns its id, or null when it was a duplicate. */
  send(queue: string, data: object, options?: Omit<SendOptions, 'db'>): Promise<string | null> {
    return this.#tx.send(queue, data, options);
  }

  /** Waits until no other transaction of this shop holds the same name; held until the end of this one. */
  lock(name: string): Promise<void> {
    return this.#tx.lock(`${this.shopId}:${name}`);
  }
}

export const clientOf = ShopDb.clientOf;

/** One open transaction. Whatever is awaited inside it must go through it. */
export class Tx {
  readonly db: Db;
  readonly now: () => Date;
  readonly #boss: PgBoss;

  constructor(db: Db, boss: PgBoss, now: () => Date) {
    this.db = db;
    this.now = now;
    this.#boss = boss;
  }

  forShop(shopId: string): ShopTx {
    return new ShopTx(this, shopId, this.now);
  }

  /** Sends a job that exists only if the transaction commits. Returns its id, or null when it was a duplicate. */
  send(queue: string, data: object, options: Omit<SendOptions, 'db'> = {}): Promise<string | null> {
    return this.#boss.send(queue, data, { ...options, db: fromPrisma(this.db) });
  }

  /** Many jobs of one queue in one statement. */
  async insertJobs(queue: string, jobs: readonly JobInsert[]): Promise<void> {
    if (jobs.length > 0) await this.#boss.insert(queue, [...jobs], { db: fromPrisma(this.db) });
  }

  /** Waits until no other transaction holds the same name, in this process or another; held until the end. */
  async lock(name: string): Promise<void> {
    await this.db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${name}, 0))`;
  }
}
