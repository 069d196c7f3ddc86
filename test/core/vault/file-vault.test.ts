import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createFileVault } from '../../../web/core/vault/file-vault.ts';
import { describeVault } from './battery.ts';

const pathIn = (folder: string, digest: string) =>
  join(folder, digest.slice(0, 2), digest.slice(2, 4), digest);

describeVault('a vault in a folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vault-'));
  return {
    vault: createFileVault(folder),
    async damage(digest) {
      const bytes = await readFile(pathIn(folder, digest));
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
      await writeFile(pathIn(folder, digest), bytes);
    },
    close: () => rm(folder, { recursive: true }),
  };
});

test('blobs are readable by their owner only, and no half-written file is left', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vault-'));
  const digest = await createFileVault(folder).put(Buffer.from('photo'));
  expect((await stat(pathIn(folder, digest))).mode & 0o777).toBe(0o600);
  expect(await readdir(join(folder, digest.slice(0, 2), digest.slice(2, 4)))).toEqual([digest]);
  await rm(folder, { recursive: true });
});

test('a folder that cannot be written is told in a sentence, with nothing left behind', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vault-'));
  // A file where a folder is needed refuses root too, which a mode would not.
  await mkdir(join(folder, 'sub'));
  await writeFile(join(folder, 'sub', 'blob'), '');
  await chmod(join(folder, 'sub', 'blob'), 0o400);
  const vault = createFileVault(join(folder, 'sub', 'blob'));
  await expect(vault.put(Buffer.from('photo'))).rejects.toMatchObject({
    code: 'vault-unwritable',
    sentence: expect.stringContaining('disk space'),
  });
  await rm(folder, { recursive: true });
});
