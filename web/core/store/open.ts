import { join } from 'node:path';
import type { PgBoss } from 'pg-boss';
import type { Backend } from './backend.ts';
import { type Db, ShopDb, Tx } from './door.ts';
import type { PrismaClient } from './generated/client.ts';
import { findMigrationsFolder, migrate, readMigrations } from './migrate.ts';
import { createNamedLocks } from './named-locks.ts';
import { openPglite } from './pglite.ts';
import { openPostgres } from './postgres.ts';
import { createQueryGuard, type QueryGuard } from './query-guard.ts';
import type { OpenStoreOptions, Store } from './store.ts';

/**
 * Opens the embedded database or connects to PostgreSQL, applies what is pending of the migrations, and starts the
 * queues. Throws StoreBusyError, StoreUnavailableError or MigrationError.
 */
export async function openStore(options: OpenStoreOptions): Promise<Store> {
  const guard = createQueryGuard();
  const backend = await openBackend(options, guard);
  try {
    await applyMigrations(backend, options);
    const client = backend.createClient();
    const boss = backend.createBoss();
    boss.on('error', (error) => options.log.error({ err: error }, 'job queue error'));
    boss.on('warning', (warning) => options.log.warn({ warning }, 'job queue warning'));
    await boss.start();
    return assemble({ backend, client, boss, guard, now: options.now });
  } catch (error) {
    await backend.close();
    throw error;
  }
}

function openBackend(options: OpenStoreOptions, guard: QueryGuard): Promise<Backend> {
  const { databaseUrl, dataDir, log, poolSize = 10, isSupervisor = true } = options;
  if (databaseUrl !== null) return openPostgres({ databaseUrl, log, poolSize, isSupervisor });
  return openPglite({ folder: dataDir === null ? null : join(dataDir, 'db'), guard, isSupervisor });
}

async function applyMigrations(backend: Backend, options: OpenStoreOptions): Promise<void> {
  const migrations = await readMigrations(options.migrationsFolder ?? (await findMigrationsFolder()));
  const applied = await backend.withSession((session) => migrate(session, migrations, options.now));
  if (applied.length > 0) options.log.info({ applied }, 'database migrated');
}

interface Parts {
  readonly backend: Backend;
  readonly client: PrismaClient;
  readonly boss: PgBoss;
  readonly guard: QueryGuard;
  readonly now: () => Date;
}

function assemble({ backend, client, boss, guard, now }: Parts): Store {
  const db = guardClient(client, guard);
  const locks = createNamedLocks();
  let closing: Promise<void> | null = null;
  return {
    kind: backend.kind,
    db,
    boss,
    now,
    forShop: (shopId) => new ShopDb(db, shopId, now),
    transaction(work) {
      guard.refuseInside('a second transaction was opened');
      // Waiting for the one embedded connection behind others is normal, hence the long maxWait.
      return client.$transaction((tx) => guard.inside(() => work(new Tx(tx, boss, now))), {
        maxWait: 30_000,
        timeout: 30_000,
      });
    },
    withLock(name, work) {
      guard.refuseInside('a lock that outlives the transaction was taken');
      return locks.hold(name, async () => {
        const release = await backend.lockDatabase(name);
        try {
          return await work();
        } finally {
          await release();
        }
      });
    },
    async publish(channel, payload) {
      await db.$executeRaw`SELECT pg_notify(${channel}, ${payload})`;
    },
    subscribe: (channel, hear) => backend.subscribe(channel, hear),
    close() {
      closing ??= closeAll(backend, client, boss);
      return closing;
    },
  };
}

async function closeAll(backend: Backend, client: PrismaClient, boss: PgBoss): Promise<void> {
  await boss.stop({ graceful: false });
  await client.$disconnect();
  await backend.close();
}

/** The same client, refusing to be used from inside a transaction. */
function guardClient(client: PrismaClient, guard: QueryGuard): Db {
  const guarded = client.$extends({
    query: {
      $allOperations({ operation, model, args, query }) {
        guard.refuseInside(`${model ?? 'raw'}.${operation}`);
        return query(args);
      },
    },
  });
  // The extended client has every method of a transaction's client; only its type is another.
  return guarded as unknown as Db;
}
