import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { newId } from '../core/store/ids.ts';
import type { Config } from './config.ts';

/**
 * The keys that seal tokens: those of the environment, or in the embedded default one that is made once, readable
 * only for this user, and kept beside the database. Losing it means that merchants open the app once more.
 */
export async function readSealKeys(config: Pick<Config, 'sealKeys' | 'sealKeyFile'>): Promise<Buffer[]> {
  if (config.sealKeys !== null) {
    return config.sealKeys.map((key) => Buffer.from(key.reveal(), 'base64'));
  }
  const kept = await readKept(config.sealKeyFile);
  return [kept ?? (await makeKey(config.sealKeyFile))];
}

async function readKept(path: string): Promise<Buffer | null> {
  try {
    return Buffer.from((await readFile(path, 'utf8')).trim(), 'base64');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Whole or not at all, and never over one that another process made in the same moment. */
async function makeKey(path: string): Promise<Buffer> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${newId()}`;
  await writeFile(draft, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flush: true });
  try {
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
  const key = await readKept(path);
  if (key === null) throw new Error(`the key file ${path} vanished while it was made`);
  return key;
}
