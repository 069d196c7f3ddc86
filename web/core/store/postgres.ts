import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PgBoss } from 'pg-boss';
import type { Backend } from './backend.ts';
import { StoreUnavailableError } from './errors.ts';
import { PrismaClient } from './generated/client.ts';
import type { StoreLog, Subscription } from './store.ts';
import { upkeep } from './upkeep.ts';

interface PostgresOptions {
  readonly databaseUrl: string;
  readonly log: StoreLog;
  readonly poolSize: number;
  readonly isSupervisor: boolean;
}

const connectTimeoutMs = 10_000;

/** PostgreSQL 14 or later by its connection string. */
export async function openPostgres(options: PostgresOptions): Promise<Backend> {
  const { databaseUrl, log, poolSize, isSupervisor } = options;
  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client({
      connectionString: databaseUrl,
      connectionTimeoutMillis: connectTimeoutMs,
      keepAlive: true,
      application_name: 'vitrine',
    });
    try {
      await client.connect();
      return client;
    } catch (cause) {
      throw new StoreUnavailableError({ cause });
    }
  };
  return {
    kind: 'postgres',
    async withSession(work) {
      const client = await connect();
      try {
        return await work({
          query: async (sql, values = []) =>
            (await client.query<Record<string, unknown>>(sql, [...values])).rows,
          run: async (script) => {
            await client.query(script);
          },
        });
      } finally {
        await client.end();
      }
    },
    createClient: () =>
      new PrismaClient({
        adapter: new PrismaPg({
          connectionString: databaseUrl,
          max: poolSize,
          connectionTimeoutMillis: connectTimeoutMs,
          application_name: 'vitrine',
        }),
      }),
    createBoss: () =>
      new PgBoss({
        connectionString: databaseUrl,
        max: 4,
        schema: 'pgboss',
        application_name: 'vitrine-jobs',
        useListenNotify: true,
        supervise: isSupervisor,
        schedule: isSupervisor,
        ...upkeep,
      }),
    lockDatabase: (name) => lockOver(connect, name),
    subscribe: (channel, hear) => listenOver({ connect, channel, hear, log }),
    close: async () => {},
  };
}

/**
 * An advisory lock on a connection of its own: it falls with the process that held it, and no pooled connection is
 * kept busy by those who wait.
 */
async function lockOver(connect: () => Promise<pg.Client>, name: string): Promise<() => Promise<void>> {
  const client = await connect();
  // A connection that breaks while we hold it must not end the process; the lock is then gone, which is told below.
  let broken: Error | null = null;
  client.on('error', (error) => {
    broken = error;
  });
  try {
    await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [name]);
  } catch (error) {
    await client.end();
    throw error;
  }
  return async () => {
    if (broken === null) await client.end();
  };
}

interface ListenOptions {
  readonly connect: () => Promise<pg.Client>;
  readonly channel: string;
  readonly hear: (payload: string) => void;
  readonly log: StoreLog;
}

const listenAgainMs = 1_000;

/** LISTEN on a connection of its own, taken up again when it breaks. What is said in between is not heard. */
async function listenOver({ connect, channel, hear, log }: ListenOptions): Promise<Subscription> {
  let isClosed = false;
  let current: pg.Client | null = null;
  let again: NodeJS.Timeout | null = null;
  const listen = async (): Promise<void> => {
    const client = await connect();
    if (isClosed) return client.end();
    current = client;
    client.on('notification', (message) => {
      if (message.channel === channel) hear(message.payload ?? '');
    });
    client.on('error', (error) => log.warn({ err: error, channel }, 'listening connection broke'));
    client.on('end', () => {
      if (!isClosed) schedule();
    });
    await client.query(`LISTEN ${client.escapeIdentifier(channel)}`);
  };
  const schedule = (): void => {
    again = setTimeout(() => {
      listen().catch((error: unknown) => {
        log.warn({ err: error, channel }, 'cannot listen yet');
        schedule();
      });
    }, listenAgainMs);
    again.unref();
  };
  await listen();
  return {
    async close() {
      isClosed = true;
      if (again !== null) clearTimeout(again);
      await current?.end();
    },
  };
}
