import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { appendEntry } from '../../../web/core/audit/ledger.ts';
import { verifyLedger } from '../../../web/core/audit/verify.ts';
import { newId } from '../../../web/core/store/ids.ts';
import { listLedgerEntries } from '../../../web/core/store/ledger.ts';
import { installShop } from '../../../web/core/store/shops.ts';
import { createFileVault } from '../../../web/core/vault/file-vault.ts';
import { storeKinds, useStore } from '../../support/stores.ts';

describe.each(storeKinds)('the ledger on %s', (kind) => {
  const opened = useStore(kind);

  let shops = 0;
  async function newShop() {
    shops += 1;
    return (await installShop(opened().db, `ledger-${shops}.myshopify.com`, '', opened().now())).id;
  }
  const append = (shopId: string, subject: string, body: Record<string, unknown> = { costMicros: 7 }) =>
    opened().transaction((tx) =>
      appendEntry(tx.forShop(shopId), { kind: 'enhanced', imageId: null, subject, body }),
    );

  test('is one sound chain however many write at once', async () => {
    const shopId = await newShop();
    await Promise.all(Array.from({ length: 25 }, (_, index) => append(shopId, `work-${index}`)));
    const entries = await listLedgerEntries(opened().forShop(shopId), 0, 100);
    expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: 25 }, (_, index) => index + 1));
    expect(await verifyLedger(opened().forShop(shopId), null)).toEqual({
      entries: 25,
      blobs: 0,
      fault: null,
    });
  });

  test('records the same thing once, however often it is told', async () => {
    const shopId = await newShop();
    const [first, second] = [await append(shopId, 'same'), await append(shopId, 'same')];
    expect(second.id).toBe(first.id);
    expect(await listLedgerEntries(opened().forShop(shopId), 0, 100)).toHaveLength(1);
  });

  test('a shop’s chain does not know of another shop’s', async () => {
    const [one, other] = [await newShop(), await newShop()];
    await append(one, 'a');
    expect((await append(other, 'a')).seq).toBe(1);
  });

  test('survives what JSON and PostgreSQL do to values', async () => {
    const shopId = await newShop();
    await append(shopId, 'odd', {
      absent: undefined,
      date: new Date('2026-01-01T00:00:00Z'),
      tiny: 1e-7,
      large: 2 ** 53,
      text: 'ß😀\u2028',
      nested: { b: 1, a: [null, -0, 0.1 + 0.2] },
    });
    expect((await verifyLedger(opened().forShop(shopId), null)).fault).toBeNull();
  });

  test('entries cannot be changed or removed through the database', async () => {
    const shopId = await newShop();
    await append(shopId, 'fixed');
    await expect(opened().db.$executeRaw`UPDATE "LedgerEntry" SET "kind" = 'x'`).rejects.toThrow();
    await expect(opened().db.$executeRaw`DELETE FROM "LedgerEntry"`).rejects.toThrow();
    await expect(opened().db.$executeRaw`TRUNCATE "LedgerEntry"`).rejects.toThrow();
  });

  test('an entry tampered with behind the trigger’s back is found and named', async () => {
    const shopId = await newShop();
    for (const subject of ['a', 'b', 'c']) await append(shopId, subject);
    await opened().transaction(async ({ db }) => {
      await db.$executeRaw`ALTER TABLE "LedgerEntry" DISABLE TRIGGER USER`;
      await db.$executeRaw`UPDATE "LedgerEntry" SET "body" = '{"costMicros": 8}' WHERE "shopId" = ${shopId}::uuid AND "seq" = 2`;
      await db.$executeRaw`ALTER TABLE "LedgerEntry" ENABLE TRIGGER USER`;
    });
    expect((await verifyLedger(opened().forShop(shopId), null)).fault).toMatchObject({
      seq: 2,
      code: 'wrong-hash',
    });
  });

  test('a vault blob that an entry names is asked for, and named when it is gone or damaged', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vault-'));
    const vault = createFileVault(folder);
    const digest = await vault.put(Buffer.from('the original'));
    const shopId = await newShop();
    await append(shopId, 'with-blob', { original: digest, before: { digest }, after: {} });
    const shop = opened().forShop(shopId);
    expect(await verifyLedger(shop, vault)).toEqual({ entries: 1, blobs: 1, fault: null });
    await writeFile(join(folder, digest.slice(0, 2), digest.slice(2, 4), digest), 'another');
    expect((await verifyLedger(shop, vault)).fault).toMatchObject({ seq: 1, code: 'blob-corrupt' });
    await vault.remove(digest);
    expect((await verifyLedger(shop, vault)).fault).toMatchObject({ seq: 1, code: 'blob-missing' });
    await rm(folder, { recursive: true });
  });

  test('one entry id per subject: ids are UUIDv7', async () => {
    const shopId = await newShop();
    const { id } = await append(shopId, newId());
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  });
});
