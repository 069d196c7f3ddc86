import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { fromPglite, PgBoss } from 'pg-boss';
import { PrismaPGlite } from 'pglite-prisma-adapter';
import type { Backend } from './backend.ts';
import { lockFolder } from './folder-lock.ts';
import { PrismaClient } from './generated/client.ts';
import { guardBossDatabase, type QueryGuard } from './query-guard.ts';
import type { SqlSession } from './sql-session.ts';
import { upkeep } from './upkeep.ts';

interface PgliteOptions {
  /** Holds the lock and the database; null: in memory. */
  readonly folder: string | null;
  readonly guard: QueryGuard;
  readonly isSupervisor: boolean;
}

/**
 * PostgreSQL in this process. It has one connection and nobody else may open its folder, so a lock on the folder
 * also stands for every lock on the database.
 */
export async function openPglite({ folder, guard, isSupervisor }: PgliteOptions): Promise<Backend> {
  const lock = folder === null ? null : await lockFolder(folder);
  let pglite: PGlite;
  try {
    pglite = await PGlite.create(folder === null ? 'memory://' : join(folder, 'pgdata'));
  } catch (error) {
    await lock?.release();
    throw error;
  }
  return {
    kind: 'pglite',
    withSession: (work) => work(sessionOf(pglite)),
    createClient: () => new PrismaClient({ adapter: new PrismaPGlite(pglite) }),
    createBoss: () =>
      new PgBoss({
        db: guardBossDatabase(fromPglite(pglite), guard),
        backend: 'pglite',
        schema: 'pgboss',
        useListenNotify: true,
        supervise: isSupervisor,
        schedule: isSupervisor,
        ...upkeep,
        // The folder's lock says that there is only this one.
        registerInstance: false,
      }),
    lockDatabase: async () => async () => {},
    async subscribe(channel, hear) {
      // pglite.listen() puts the name into its statement unquoted, so the statement is made here.
      const stop = pglite.onNotification((said, payload) => {
        if (said === channel) hear(payload);
      });
      await pglite.exec(`LISTEN "${channel.replaceAll('"', '""')}"`);
      return { close: async () => stop() };
    },
    async close() {
      await pglite.close();
      await lock?.release();
    },
  };
}

function sessionOf(pglite: PGlite): SqlSession {
  return {
    async query(sql, values = []) {
      const { rows } = await pglite.query<Record<string, unknown>>(sql, [...values]);
      return rows;
    },
    async run(script) {
      await pglite.exec(script);
    },
  };
}
