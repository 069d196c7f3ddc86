import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { beforeAll, describe, expect, test } from 'vitest';
import { MigrationError } from '../../../web/core/store/errors.ts';
import {
  findMigrationsFolder,
  type Migration,
  migrate,
  pendingOf,
  readMigrations,
} from '../../../web/core/store/migrate.ts';
import { openStore } from '../../../web/core/store/open.ts';
import type { SqlSession } from '../../../web/core/store/sql-session.ts';
import { connectSchemaEngine } from '../../support/schema-engine.ts';
import { silentLog } from '../../support/silent-log.ts';
import { emptyPostgres, freshPlace, useStore } from '../../support/stores.ts';

const now = () => new Date('2026-11-01T12:00:00.000Z');
let migrations: Migration[];
let schema: string;
beforeAll(async () => {
  const folder = await findMigrationsFolder();
  migrations = await readMigrations(folder);
  schema = await readFile(join(folder, '..', 'schema.prisma'), 'utf8');
});

async function withClient<T>(url: string, work: (session: SqlSession) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work({
      query: async (sql, values = []) => (await client.query(sql, [...values])).rows,
      run: async (script) => {
        await client.query(script);
      },
    });
  } finally {
    await client.end();
  }
}

const migration = (name: string, script: string): Migration => ({ name, script, checksum: `of ${script}` });

describe('Prisma’s own schema engine', () => {
  test('finds nothing to change between the migrated database and schema.prisma', async () => {
    const { databaseUrl } = await freshPlace('postgres');
    const engine = await connectSchemaEngine(databaseUrl ?? '', schema);
    expect(await engine.diffTo(schema)).toContain('This is an empty migration');
    // The comparison sees a difference when there is one.
    const other = schema.replace('fileName           String', 'fileName           String?');
    expect(await engine.diffTo(other)).toContain('ALTER TABLE "Image" ALTER COLUMN "fileName" DROP NOT NULL');
    await engine.close();
  });

  test('has nothing to deploy after us', async () => {
    const { databaseUrl } = await freshPlace('postgres');
    const engine = await connectSchemaEngine(databaseUrl ?? '', schema);
    expect(await engine.deploy(migrations)).toEqual([]);
    await engine.close();
  });

  test('leaves nothing to apply for us, and records what we record', async () => {
    const byPrisma = await emptyPostgres();
    const engine = await connectSchemaEngine(byPrisma, schema);
    expect(await engine.deploy(migrations)).toEqual(migrations.map(({ name }) => name));
    await engine.close();
    const { databaseUrl: byUs } = await freshPlace('postgres');
    const columns =
      'checksum, migration_name, logs, rolled_back_at, applied_steps_count, finished_at IS NOT NULL AS finished';
    const recorded = (session: SqlSession) => session.query(`SELECT ${columns} FROM "_prisma_migrations"`);
    const types = (session: SqlSession) =>
      session.query(
        `SELECT column_name, data_type, character_maximum_length, is_nullable, column_default
         FROM information_schema.columns WHERE table_name = '_prisma_migrations' ORDER BY ordinal_position`,
      );
    const prismas = await withClient(byPrisma, async (session) => {
      expect(await migrate(session, migrations, now)).toEqual([]);
      return { rows: await recorded(session), types: await types(session) };
    });
    const ours = await withClient(byUs ?? '', async (session) => ({
      rows: await recorded(session),
      types: await types(session),
    }));
    expect(ours).toEqual(prismas);
  });
});

describe('the embedded database', () => {
  const embedded = useStore('pglite');
  const server = useStore('postgres');

  test('has the same tables, columns, defaults, indexes and triggers as PostgreSQL', async () => {
    const shapeOf = (store: ReturnType<typeof embedded>) =>
      Promise.all([
        store.db.$queryRaw`
          SELECT table_name, column_name, data_type, datetime_precision, is_nullable, column_default
          FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2`,
        store.db.$queryRaw`SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1`,
        store.db.$queryRaw`
          SELECT tgname::text, pg_get_triggerdef(oid) AS def FROM pg_trigger WHERE NOT tgisinternal
            AND tgrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace) ORDER BY 1`,
      ]);
    const [ours, theirs] = [await shapeOf(embedded()), await shapeOf(server())];
    expect(ours).toEqual(theirs);
    expect((ours[0] as unknown[]).length).toBeGreaterThan(100);
  });
});

describe('applying migrations', () => {
  test('several processes that start at once apply each migration once', async () => {
    const databaseUrl = await emptyPostgres();
    const open = () => openStore({ databaseUrl, dataDir: null, log: silentLog, now, isSupervisor: false });
    const stores = await Promise.all([open(), open(), open()]);
    const recorded = await withClient(databaseUrl, (session) =>
      session.query('SELECT migration_name FROM "_prisma_migrations"'),
    );
    expect(recorded).toHaveLength(migrations.length);
    await Promise.all(stores.map((store) => store.close()));
  });

  test('a migration that fails leaves nothing behind, and those before it stay', async () => {
    await withClient(await emptyPostgres(), async (session) => {
      const good = migration('1_good', 'CREATE TABLE good (id int);');
      const bad = migration('2_bad', 'CREATE TABLE bad (id int); SELECT 1 / 0;');
      await expect(migrate(session, [good, bad], now)).rejects.toMatchObject({ code: 'migration-failed' });
      const tables = await session.query(`SELECT to_regclass('good') AS good, to_regclass('bad') AS bad`);
      expect(tables).toEqual([{ good: 'good', bad: null }]);
      const mended = migration('2_bad', 'CREATE TABLE bad (id int);');
      expect(await migrate(session, [good, mended], now)).toEqual(['2_bad']);
    });
  });

  const applied = { name: '1', checksum: 'of a', isFinished: true };
  test.each([
    ['was changed after it was applied', [migration('1', 'b')], [applied], 'migration-changed'],
    ['is unknown because the database is newer', [], [applied], 'migration-missing'],
    ['was left unfinished', [migration('1', 'a')], [{ ...applied, isFinished: false }], 'migration-failed'],
  ])('one that %s is refused', (_, known, recorded, code) => {
    let error: unknown;
    try {
      pendingOf(known, recorded);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(MigrationError);
    expect(error).toMatchObject({ code });
  });
});
