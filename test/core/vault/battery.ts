import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sha256 } from '../../../web/core/vault/digest.ts';
import type { Vault } from '../../../web/core/vault/vault.ts';

/** One vault of the kind under test, and the means to damage what it holds. */
export interface VaultUnderTest {
  readonly vault: Vault;
  damage(digest: string): Promise<void>;
  close(): Promise<void>;
}

/** What every vault promises, whatever holds the bytes. */
export function describeVault(name: string, open: () => Promise<VaultUnderTest>): void {
  describe(name, () => {
    let subject: VaultUnderTest;
    beforeEach(async () => {
      subject = await open();
    });
    afterEach(() => subject.close());

    test('gives back exactly the bytes that were put, by their SHA-256', async () => {
      const bytes = randomBytes(100_000);
      const digest = await subject.vault.put(bytes);
      expect(digest).toBe(sha256(bytes));
      expect(Buffer.compare(await subject.vault.read(digest), bytes)).toBe(0);
    });

    test('keeps the empty file', async () => {
      const digest = await subject.vault.put(new Uint8Array());
      expect((await subject.vault.read(digest)).length).toBe(0);
    });

    test('takes the same bytes many times at once and holds them once', async () => {
      const bytes = randomBytes(5000);
      await Promise.all(Array.from({ length: 20 }, () => subject.vault.put(bytes)));
      const held: string[] = [];
      for await (const digest of subject.vault.list()) held.push(digest);
      expect(held).toEqual([sha256(bytes)]);
    });

    test('says that bytes are missing', async () => {
      await expect(subject.vault.read(sha256('never stored'))).rejects.toMatchObject({
        code: 'vault-missing',
      });
      expect(await subject.vault.has(sha256('never stored'))).toBe(false);
    });

    test('never hands out damaged bytes', async () => {
      const digest = await subject.vault.put(randomBytes(5000));
      await subject.damage(digest);
      await expect(subject.vault.read(digest)).rejects.toMatchObject({ code: 'vault-corrupt' });
    });

    test('replaces damaged bytes when the right ones are put again', async () => {
      const bytes = randomBytes(5000);
      const digest = await subject.vault.put(bytes);
      await subject.damage(digest);
      await subject.vault.put(bytes);
      expect(Buffer.compare(await subject.vault.read(digest), bytes)).toBe(0);
    });

    test('forgets what is removed, and removing it again is no error', async () => {
      const digest = await subject.vault.put(randomBytes(10));
      await subject.vault.remove(digest);
      await subject.vault.remove(digest);
      expect(await subject.vault.has(digest)).toBe(false);
    });

    test('takes nothing but a digest for a name', async () => {
      await expect(async () => subject.vault.read('../../etc/passwd')).rejects.toThrow(TypeError);
    });
  });
}
