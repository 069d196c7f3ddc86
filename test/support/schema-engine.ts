import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import type { MigrationList, SchemaEngine } from '@prisma/schema-engine-wasm';
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';
import type { Migration } from '../../web/core/store/migrate.ts';

/** Prisma's own schema engine as `prisma migrate` uses it, from WebAssembly, so that nothing is downloaded. */
export interface PrismaMigrate {
  /** As `prisma migrate deploy`: applies what is pending and returns the names. */
  deploy(migrations: readonly Migration[]): Promise<readonly string[]>;
  /** As `prisma migrate diff`: the SQL that would bring the database to the schema; a comment when nothing would. */
  diffTo(schema: string): Promise<string>;
  close(): Promise<void>;
}

/** PostgreSQL's internal type "char", which its catalogue is full of, and text, which the adapter knows. */
const charOid = 18;
const textOid = 25;

/** Prisma's adapter refuses the type "char". This pool passes it off as text and remembers where it was. */
class CatalogPool extends pg.Pool {
  lastCharColumns: readonly number[] = [];

  // biome-ignore lint/suspicious/noExplicitAny: pg's overloads; only the promise form is used here
  override async query(...args: any[]): Promise<any> {
    const result = await super.query(...(args as [pg.QueryConfig]));
    const fields = Array.isArray(result) ? [] : result.fields;
    this.lastCharColumns = fields.flatMap((field, index) => (field.dataTypeID === charOid ? [index] : []));
    for (const index of this.lastCharColumns) Object.assign(fields[index] ?? {}, { dataTypeID: textOid });
    return result;
  }
}

/**
 * Prisma's adapter as its schema engine needs it: with the type "char", and with scripts sent whole instead of cut at
 * every semicolon, function bodies included. The native engine behind `prisma migrate` does both.
 */
class CatalogAdapter extends PrismaPg {
  readonly #pool: CatalogPool;

  constructor(pool: CatalogPool) {
    super(pool);
    this.#pool = pool;
  }

  override async connect() {
    const adapter = await super.connect();
    const queryRaw = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (query) => {
      const result = await queryRaw(query);
      const columnTypes = [...result.columnTypes];
      for (const index of this.#pool.lastCharColumns) columnTypes[index] = ColumnTypeEnum.Character;
      return { ...result, columnTypes };
    };
    adapter.executeScript = async (script) => {
      await this.#pool.query(script);
    };
    return adapter;
  }
}

const noFilter = { externalTables: [], externalEnums: [] };

/** The caller closes it. */
export async function connectSchemaEngine(databaseUrl: string, schema: string): Promise<PrismaMigrate> {
  const { SchemaEngine } = await load();
  const pool = new CatalogPool({ connectionString: databaseUrl });
  const adapter = bindMigrationAwareSqlAdapterFactory(new CatalogAdapter(pool));
  const files = [{ path: 'schema.prisma', content: schema }];
  const engine: SchemaEngine = await SchemaEngine.new(
    { datamodels: [['schema.prisma', schema]] },
    () => {},
    adapter,
  );
  return {
    async deploy(migrations) {
      const { appliedMigrationNames } = await engine.applyMigrations({
        migrationsList: toList(migrations),
        filters: noFilter,
      });
      return appliedMigrationNames;
    },
    async diffTo(wanted) {
      const result = await engine.diff({
        from: { tag: 'schemaDatasource', files, configDir: '.' },
        to: { tag: 'schemaDatamodel', files: [{ path: 'schema.prisma', content: wanted }] },
        script: true,
        exitCode: null,
        filters: noFilter,
      });
      return result.stdout ?? '';
    },
    close: () => pool.end(),
  };
}

function toList(migrations: readonly Migration[]): MigrationList {
  return {
    baseDir: 'prisma/migrations',
    lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
    shadowDbInitScript: '',
    migrationDirectories: migrations.map(({ name, script }) => ({
      path: name,
      migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: script } },
    })),
  };
}

let loading: Promise<typeof bindings> | null = null;

/** Once per process: the bindings hold one instance. */
function load(): Promise<typeof bindings> {
  loading ??= (async () => {
    const folder = dirname(createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm'));
    const module = await WebAssembly.compile(await readFile(join(folder, 'schema_engine_bg.wasm')));
    const imports = { './schema_engine_bg.js': bindings as unknown as WebAssembly.ModuleImports };
    const instance = await WebAssembly.instantiate(module, imports);
    const glue = bindings as unknown as { __wbg_set_wasm(exports: WebAssembly.Exports): void };
    glue.__wbg_set_wasm(instance.exports);
    (instance.exports as unknown as { __wbindgen_start(): void }).__wbindgen_start();
    return bindings;
  })();
  return loading;
}
