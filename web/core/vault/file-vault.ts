import { randomUUID } from 'node:crypto';
import { access, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Digest, isDigest, sha256 } from './digest.ts';
import { type Vault, VaultError } from './vault.ts';

/**
 * A vault in a folder: `ab/cd/abcd…`, so that no folder grows large. A blob is written beside its place, synced,
 * renamed into it, and the folder synced: after a crash it is wholly there or not at all. Readable by its owner only.
 */
export function createFileVault(folder: string): Vault {
  const pathOf = (digest: Digest): string => {
    if (!isDigest(digest)) throw new TypeError(`not a SHA-256 digest: ${digest}`);
    return join(folder, digest.slice(0, 2), digest.slice(2, 4), digest);
  };

  async function readVerified(digest: Digest): Promise<Uint8Array | null> {
    let bytes: Uint8Array;
    try {
      bytes = await readFile(pathOf(digest));
    } catch (cause) {
      if (isMissing(cause)) return null;
      throw cause;
    }
    if (sha256(bytes) !== digest) {
      throw new VaultError('vault-corrupt', 'A stored file no longer has the bytes that were stored.', {
        detail: digest,
      });
    }
    return bytes;
  }

  return {
    async put(bytes) {
      const digest = sha256(bytes);
      const path = pathOf(digest);
      const stored = await readVerified(digest).catch((error: unknown) => {
        // The right bytes are in our hands: a damaged blob is replaced by them, not built upon.
        if (error instanceof VaultError) return null;
        throw error;
      });
      if (stored !== null) return digest;
      try {
        await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        await writeDurably(path, bytes);
      } catch (cause) {
        throw new VaultError(
          'vault-unwritable',
          'The vault cannot store a file; check its disk space and rights.',
          {
            detail: `${path}: ${cause instanceof Error ? cause.message : String(cause)}`,
            cause,
          },
        );
      }
      return digest;
    },

    async read(digest) {
      const bytes = await readVerified(digest);
      if (bytes === null) {
        throw new VaultError('vault-missing', 'A file that should be in the vault is not there.', {
          detail: digest,
        });
      }
      return bytes;
    },

    async has(digest) {
      try {
        await access(pathOf(digest));
        return true;
      } catch (cause) {
        if (isMissing(cause)) return false;
        throw cause;
      }
    },

    remove: (digest) => rm(pathOf(digest), { force: true }),

    async *list() {
      try {
        for (const first of await readdir(folder)) {
          if (!/^[0-9a-f]{2}$/.test(first)) continue;
          for (const second of await readdir(join(folder, first))) {
            for (const name of await readdir(join(folder, first, second))) {
              if (isDigest(name)) yield name;
            }
          }
        }
      } catch (cause) {
        if (!isMissing(cause)) throw cause;
      }
    },
  };
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${randomUUID()}.part`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw cause;
  }
  // The new names must last too: the blob's in its folder, and the two folders' in theirs.
  for (let folder = dirname(path), depth = 0; depth < 3; folder = dirname(folder), depth += 1) {
    await syncFolder(folder);
  }
}

async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder for syncing, and does not need it.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR');
}
