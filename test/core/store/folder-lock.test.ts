import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { StoreBusyError } from '../../../web/core/store/errors.ts';
import { lockFolder } from '../../../web/core/store/folder-lock.ts';
import { readIdentity } from '../../../web/core/store/process-identity.ts';
import { freshFolder } from '../../support/stores.ts';

const holderScript = new URL('../../support/hold-lock.ts', import.meta.url).pathname;

/** A process that holds the lock until it is killed. */
async function startHolder(folder: string) {
  const child = spawn(process.execPath, [holderScript, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

async function theLock(folder: string): Promise<string> {
  const names = (await readdir(folder)).filter((name) => name.startsWith('lock.'));
  expect(names).toHaveLength(1);
  return join(folder, names[0] ?? '');
}

describe('the lock of a folder', () => {
  test('keeps a second process out while the first lives, and lets it in once the first is killed', async () => {
    const folder = await freshFolder();
    const holder = await startHolder(folder);
    await expect(lockFolder(folder)).rejects.toBeInstanceOf(StoreBusyError);
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    const lock = await lockFolder(folder);
    await lock.release();
  });

  test('keeps out the same process, too, until it is released, and may be released twice', async () => {
    const folder = await freshFolder();
    const lock = await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toMatchObject({ code: 'store-busy' });
    await lock.release();
    await lock.release();
    const again = await lockFolder(folder);
    await again.release();
    expect(await readdir(folder)).toEqual([]);
  });

  test('goes to exactly one of many who find the same dead holder at once', async () => {
    const folder = await freshFolder();
    const holder = await startHolder(folder);
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => lockFolder(folder)));
    const winners = results.filter((result) => result.status === 'fulfilled');
    expect(winners).toHaveLength(1);
    for (const { value } of winners) await value.release();
  });

  test('is not held for ever by a pid that another process has got since', async () => {
    const folder = await freshFolder();
    const lock = await lockFolder(folder);
    const path = await theLock(folder);
    const holder = JSON.parse(await readFile(path, 'utf8'));
    await writeFile(path, JSON.stringify({ ...holder, startedAt: '1' }));
    const taken = await lockFolder(folder);
    await taken.release();
    await lock.release();
  });

  test('of a process in another container, whose pid says nothing here, holds while its heart beats', async () => {
    const folder = await freshFolder();
    const lock = await lockFolder(folder);
    const path = await theLock(folder);
    const holder = JSON.parse(await readFile(path, 'utf8'));
    await writeFile(path, JSON.stringify({ ...holder, pid: 1, namespace: 'elsewhere' }));
    await expect(lockFolder(folder)).rejects.toBeInstanceOf(StoreBusyError);
    await lock.release();
    const longAgo = new Date(Date.now() - 60_000);
    await writeFile(path, JSON.stringify({ ...holder, pid: 1, namespace: 'elsewhere' }));
    await utimes(path, longAgo, longAgo);
    const taken = await lockFolder(folder);
    await taken.release();
  });

  test('that something has damaged is treated as held until its heart has stopped', async () => {
    const folder = await freshFolder();
    const lock = await lockFolder(folder);
    const path = await theLock(folder);
    await writeFile(path, '{"pid":');
    await expect(lockFolder(folder)).rejects.toBeInstanceOf(StoreBusyError);
    await lock.release();
  });
});

test('a process is told from the one that had its pid before, and no process from none', async () => {
  const self = await readIdentity(process.pid);
  expect(self).toEqual(await readIdentity(process.pid));
  expect(self?.startedAt).not.toBe((await readIdentity(process.ppid))?.startedAt);
  expect(await readIdentity(2 ** 22 + 1)).toBeNull();
});
