import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { openStore } from '../../web/core/store/open.ts';
import { type PostgresServer, startPostgresServer } from './postgres-server.ts';
import { silentLog } from './silent-log.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the test files of this run ask for databases. */
    databasesUrl: string;
  }
}

/**
 * One PostgreSQL server and one embedded database as a template for the whole run, each made when a test first asks
 * for it, so that a run without databases pays nothing. Test files run in processes of their own and ask over HTTP.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-test-'));
  let postgres: Promise<PostgresServer> | null = null;
  let pglite: Promise<string> | null = null;

  const answers: Record<string, () => Promise<object>> = {
    async '/postgres'() {
      postgres ??= startWithTemplate();
      const server = await postgres;
      const name = `test_${randomUUID().replaceAll('-', '')}`;
      return { databaseUrl: await server.createDatabase(name, 'template') };
    },
    async '/postgres/empty'() {
      postgres ??= startWithTemplate();
      const server = await postgres;
      return { databaseUrl: await server.createDatabase(`test_${randomUUID().replaceAll('-', '')}`) };
    },
    async '/pglite'() {
      pglite ??= makePgliteTemplate(join(folder, 'pglite-template'));
      return { templateFolder: await pglite, folder: join(folder, randomUUID()) };
    },
    async '/folder'() {
      return { folder: join(folder, randomUUID()) };
    },
  };
  const http = createServer((request, response) => {
    const answer = answers[request.url ?? ''];
    if (answer === undefined) {
      response.writeHead(404).end();
      return;
    }
    answer().then(
      (body) => response.end(JSON.stringify(body)),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const address = http.address();
  if (address === null || typeof address === 'string') throw new Error('no address');
  project.provide('databasesUrl', `http://127.0.0.1:${address.port}`);

  return async () => {
    http.closeAllConnections();
    http.close();
    if (postgres !== null) await (await postgres).stop();
    await rm(folder, { recursive: true, force: true });
  };
}

async function startWithTemplate(): Promise<PostgresServer> {
  const server = await startPostgresServer();
  const databaseUrl = await server.createDatabase('template');
  await openAndClose({ databaseUrl, dataDir: null });
  return server;
}

async function makePgliteTemplate(dataDir: string): Promise<string> {
  await openAndClose({ databaseUrl: null, dataDir });
  return dataDir;
}

/** What is left behind is migrated, with the queues' schema in place. */
async function openAndClose(place: { databaseUrl: string | null; dataDir: string | null }): Promise<void> {
  const store = await openStore({ ...place, log: silentLog, now: () => new Date(), isSupervisor: false });
  await store.close();
}
