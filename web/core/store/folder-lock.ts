import { link, mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { StoreBusyError } from './errors.ts';
import { type ProcessIdentity, readIdentity } from './process-identity.ts';

export interface FolderLock {
  /** Gives the folder free. May be called twice. */
  release(): Promise<void>;
}

interface Holder extends ProcessIdentity {
  readonly host: string;
}

const heartbeatMs = 4_000;
/** A holder in another container or on another machine cannot be looked up by its pid: only its heartbeat tells. */
const silentAfterMs = 20_000;
const namePattern = /^lock\.(\d{12})$/;
const nameOf = (generation: number): string => `lock.${String(generation).padStart(12, '0')}`;

/**
 * Takes a folder for this process alone, or throws StoreBusyError.
 *
 * The lock is a file `lock.N`. A newcomer looks at the highest N; when its holder is dead it creates `lock.N+1`
 * with link(2), which only one can do, and then checks that nobody is above it. So two newcomers that both find
 * the same dead holder can never both win, as they could by deleting a stale file. A pid alone does not name a
 * holder, since pids are used again: its start time goes with it.
 */
export async function lockFolder(folder: string, identity = readIdentity): Promise<FolderLock> {
  await mkdir(folder, { recursive: true });
  const self: Holder = { ...(await identity(process.pid)), host: hostname() } as Holder;
  const draft = join(folder, `lock-draft.${uuidv7()}`);
  await writeFile(draft, JSON.stringify(self), { mode: 0o600 });
  try {
    for (;;) {
      const top = await topGeneration(folder);
      if (top > 0) await refuseIfAlive(join(folder, nameOf(top)), self, identity);
      const mine = join(folder, nameOf(top + 1));
      try {
        await link(draft, mine);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
        throw error;
      }
      if ((await topGeneration(folder)) > top + 1) {
        await rm(mine, { force: true });
        continue;
      }
      await removeBelow(folder, top + 1);
      return holding(mine);
    }
  } finally {
    await rm(draft, { force: true });
  }
}

function holding(path: string): FolderLock {
  const beat = setInterval(() => {
    const now = new Date();
    // A folder that was deleted under us is the operator's wish; the database's own errors will tell.
    utimes(path, now, now).catch(() => clearInterval(beat));
  }, heartbeatMs);
  beat.unref();
  return {
    async release() {
      clearInterval(beat);
      await rm(path, { force: true });
    },
  };
}

async function generations(folder: string): Promise<number[]> {
  const names = await readdir(folder);
  return names.flatMap((name) => namePattern.exec(name)?.[1] ?? []).map(Number);
}

async function topGeneration(folder: string): Promise<number> {
  return Math.max(0, ...(await generations(folder)));
}

async function removeBelow(folder: string, generation: number): Promise<void> {
  for (const each of await generations(folder)) {
    if (each < generation) await rm(join(folder, nameOf(each)), { force: true });
  }
}

async function refuseIfAlive(path: string, self: Holder, identity: typeof readIdentity): Promise<void> {
  const holder = await readHolder(path);
  if (holder === 'released') return;
  const beatAgeMs = await ageMs(path);
  if (beatAgeMs === null) return;
  if (holder === 'unreadable') {
    // Never half-written (link publishes whole files), so something else damaged it: the heartbeat decides.
    if (beatAgeMs < silentAfterMs) throw new StoreBusyError('a process whose lock file cannot be read');
    return;
  }
  const isLookupPossible = holder.host === self.host && holder.namespace === self.namespace;
  if (!isLookupPossible) {
    if (beatAgeMs < silentAfterMs) throw new StoreBusyError(`process ${holder.pid} on ${holder.host}`);
    return;
  }
  const living = await identity(holder.pid);
  if (living !== null && living.startedAt === holder.startedAt) {
    throw new StoreBusyError(`process ${holder.pid}`);
  }
}

async function readHolder(path: string): Promise<Holder | 'released' | 'unreadable'> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return isHolder(value) ? value : 'unreadable';
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'released';
    if (error instanceof SyntaxError) return 'unreadable';
    throw error;
  }
}

function isHolder(value: unknown): value is Holder {
  return (
    typeof value === 'object' &&
    value !== null &&
    'pid' in value &&
    typeof value.pid === 'number' &&
    'startedAt' in value &&
    typeof value.startedAt === 'string' &&
    'namespace' in value &&
    'host' in value &&
    typeof value.host === 'string'
  );
}

async function ageMs(path: string): Promise<number | null> {
  try {
    return Date.now() - (await stat(path)).mtimeMs;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
