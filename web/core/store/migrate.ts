import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { v4 as uuidv4 } from 'uuid';
import { MigrationError } from './errors.ts';
import type { SqlSession } from './sql-session.ts';

export interface Migration {
  readonly name: string;
  readonly script: string;
  /** SHA-256 of the script's bytes, in hex, as Prisma records it. */
  readonly checksum: string;
}

interface Recorded {
  readonly name: string;
  readonly checksum: string;
  readonly isFinished: boolean;
}

/** The advisory lock that Prisma's own schema engine takes, so that it and we never migrate at the same time. */
const prismaLockId = 72_707_369;

/** As the schema engine 7 creates it. */
const recordTable = `
CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
    "id"                  VARCHAR(36) PRIMARY KEY NOT NULL,
    "checksum"            VARCHAR(64) NOT NULL,
    "finished_at"         TIMESTAMPTZ,
    "migration_name"      VARCHAR(255) NOT NULL,
    "logs"                TEXT,
    "rolled_back_at"      TIMESTAMPTZ,
    "started_at"          TIMESTAMPTZ NOT NULL DEFAULT now(),
    "applied_steps_count" INTEGER NOT NULL DEFAULT 0
)`;

/** prisma/migrations, found upwards from this file: it lies at another depth in a build than in a clone. */
export async function findMigrationsFolder(): Promise<string> {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const candidate = join(folder, 'prisma', 'migrations');
    if (await isFolder(candidate)) return candidate;
    const parent = dirname(folder);
    if (parent === folder) {
      throw new MigrationError(
        'migration-missing',
        'This installation is not complete: its folder prisma/migrations is missing; install it again.',
      );
    }
    folder = parent;
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    await readdir(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** All migrations of a folder, oldest first. */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const bytes = await readFile(join(folder, name, 'migration.sql'));
      const checksum = createHash('sha256').update(bytes).digest('hex');
      return { name, script: bytes.toString('utf8'), checksum };
    }),
  );
}

/**
 * Brings a database up to the given migrations and records each as `prisma migrate deploy` would, so that either
 * can be used on the same database. Each migration and its record are one transaction: a failing one leaves
 * nothing behind. Safe to call from several processes at once. Returns the names applied now.
 * Throws MigrationError when an applied migration was changed, is unknown here (the database is newer than this
 * program), was left unfinished, or when a script fails.
 */
export async function migrate(
  session: SqlSession,
  migrations: readonly Migration[],
  now: () => Date,
): Promise<string[]> {
  await session.query('SELECT pg_advisory_lock($1)', [prismaLockId]);
  try {
    await session.run(recordTable);
    const pending = pendingOf(migrations, await readRecorded(session));
    for (const migration of pending) await applyOne(session, migration, now);
    return pending.map(({ name }) => name);
  } finally {
    await session.query('SELECT pg_advisory_unlock($1)', [prismaLockId]);
  }
}

async function readRecorded(session: SqlSession): Promise<Recorded[]> {
  const rows = await session.query(
    `SELECT migration_name, checksum, finished_at IS NOT NULL AS finished
     FROM "_prisma_migrations" WHERE rolled_back_at IS NULL ORDER BY started_at`,
  );
  return rows.map((row) => ({
    name: String(row['migration_name']),
    checksum: String(row['checksum']),
    isFinished: row['finished'] === true,
  }));
}

/** What is still to be applied. Throws MigrationError when the two histories do not fit together. */
export function pendingOf(migrations: readonly Migration[], recorded: readonly Recorded[]): Migration[] {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const { name, checksum, isFinished } of recorded) {
    if (!isFinished) {
      throw new MigrationError(
        'migration-failed',
        `The migration ${name} was left unfinished by another tool; repair it with "prisma migrate resolve" and start again.`,
      );
    }
    const migration = known.get(name);
    if (migration === undefined) {
      throw new MigrationError(
        'migration-missing',
        `The database is newer than this program (it knows no migration ${name}); start the newer version, or restore the database from before the update.`,
      );
    }
    if (migration.checksum !== checksum) {
      throw new MigrationError(
        'migration-changed',
        `The migration ${name} was changed after it was applied; put the original file back and add a new migration instead.`,
      );
    }
  }
  const applied = new Set(recorded.map(({ name }) => name));
  return migrations.filter(({ name }) => !applied.has(name));
}

async function applyOne(session: SqlSession, migration: Migration, now: () => Date): Promise<void> {
  const startedAt = now();
  await session.run('BEGIN');
  try {
    await session.run(migration.script);
    await session.query(
      `INSERT INTO "_prisma_migrations"
         (id, checksum, finished_at, migration_name, logs, rolled_back_at, started_at, applied_steps_count)
       VALUES ($1, $2, $3, $4, NULL, NULL, $5, 1)`,
      [uuidv4(), migration.checksum, now(), migration.name, startedAt],
    );
    await session.run('COMMIT');
  } catch (cause) {
    await session.run('ROLLBACK');
    throw new MigrationError(
      'migration-failed',
      `The migration ${migration.name} could not be applied and nothing of it was kept; see the log for the database's own words.`,
      { cause },
    );
  }
}
