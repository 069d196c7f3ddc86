import { cp } from 'node:fs/promises';
import { afterAll, beforeAll, inject } from 'vitest';
import { openStore } from '../../web/core/store/open.ts';
import type { OpenStoreOptions, Store } from '../../web/core/store/store.ts';
import { silentLog } from './silent-log.ts';

export const storeKinds = ['pglite', 'postgres'] as const;
export type StoreKind = (typeof storeKinds)[number];

export type StorePlace = Pick<OpenStoreOptions, 'databaseUrl' | 'dataDir'>;

/** A migrated database that nobody else has. */
export async function freshPlace(kind: StoreKind): Promise<StorePlace> {
  if (kind === 'postgres') {
    const { databaseUrl } = await ask('/postgres');
    return { databaseUrl: databaseUrl ?? null, dataDir: null };
  }
  const { templateFolder = '', folder = '' } = await ask('/pglite');
  await cp(templateFolder, folder, { recursive: true });
  return { databaseUrl: null, dataDir: folder };
}

/** A PostgreSQL database without anything in it. */
export async function emptyPostgres(): Promise<string> {
  const { databaseUrl = '' } = await ask('/postgres/empty');
  return databaseUrl;
}

/** The path of a folder that does not exist yet and is deleted after the run. */
export async function freshFolder(): Promise<string> {
  const { folder = '' } = await ask('/folder');
  return folder;
}

/** Opens a fresh store; the caller closes it. */
export async function openFreshStore(
  kind: StoreKind,
  options: Partial<OpenStoreOptions> = {},
): Promise<Store> {
  const place = await freshPlace(kind);
  return openStore({ ...place, log: silentLog, now: () => new Date(), isSupervisor: false, ...options });
}

/** One store for all tests of the enclosing block. */
export function useStore(kind: StoreKind, options: Partial<OpenStoreOptions> = {}): () => Store {
  let store: Store | null = null;
  beforeAll(async () => {
    store = await openFreshStore(kind, options);
  });
  afterAll(async () => {
    await store?.close();
  });
  return () => {
    if (store === null)
      throw new Error('the store opens before the first test, not while tests are collected');
    return store;
  };
}

async function ask(
  path: string,
): Promise<{ databaseUrl?: string; templateFolder?: string; folder?: string }> {
  const response = await fetch(inject('databasesUrl') + path);
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as { databaseUrl?: string; templateFolder?: string; folder?: string };
}
