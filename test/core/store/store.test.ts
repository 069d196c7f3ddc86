import { describe, expect, test } from 'vitest';
import { OutsideTransactionError } from '../../../web/core/store/errors.ts';
import { newId } from '../../../web/core/store/ids.ts';
import { installShop } from '../../../web/core/store/shops.ts';
import { storeKinds, useStore } from '../../support/stores.ts';

describe.each(storeKinds)('the store on %s', (kind) => {
  const store = useStore(kind);
  const now = new Date('2026-11-01T00:00:00.000Z');

  test('a job exists exactly when the transaction that sent it has committed, beside failing statements', async () => {
    await store().boss.createQueue('pairs');
    let commits = 0;
    const rounds = Array.from({ length: 120 }, async (_, round) => {
      const work = store().transaction(async (tx) => {
        await installShop(tx.db, `shop-${round}.myshopify.com`, '', now);
        await tx.send('pairs', { round });
        if (round % 3 === 0) throw new Error('undone');
      });
      const failing = store().db.$executeRawUnsafe('SELECT 1 / 0');
      await Promise.allSettled([
        work.then(() => {
          commits += 1;
        }),
        failing,
      ]);
    });
    await Promise.all(rounds);

    const jobs = await store().db.$queryRaw<unknown[]>`SELECT id FROM pgboss.job WHERE name = 'pairs'`;
    expect(commits).toBe(80);
    expect(await store().db.shop.count()).toBe(80);
    expect(jobs).toHaveLength(80);
  });

  test('a query beside the open transaction is refused instead of waiting for ever', async () => {
    const beside = store().transaction(async () => {
      await store().db.shop.count();
    });
    await expect(beside).rejects.toBeInstanceOf(OutsideTransactionError);
    const throughDoor = store().transaction(async () => {
      await store().transaction(async () => {});
    });
    await expect(throughDoor).rejects.toBeInstanceOf(OutsideTransactionError);
    expect(await store().db.shop.count({ where: { domain: 'nobody' } })).toBe(0);
  });

  test('work that a transaction started and did not wait for may query after its end', async () => {
    let later: Promise<number> = Promise.resolve(0);
    await store().transaction(async () => {
      later = new Promise((resolve) => setImmediate(resolve)).then(async () => {
        await ended;
        return store().db.shop.count({ where: { domain: 'nobody' } });
      });
    });
    markEnded();
    await expect(later).resolves.toBe(0);
  });

  test('those who hold the same name come one after the other', async () => {
    const order: string[] = [];
    const hold = (who: string) =>
      store().withLock('refresh', async () => {
        order.push(`${who} in`);
        await store().db.shop.count();
        order.push(`${who} out`);
      });
    await Promise.all([hold('a'), hold('b'), hold('c')]);
    expect(order).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out']);
  });

  test('what is published is heard', async () => {
    const heard = Promise.withResolvers<string>();
    const subscription = await store().subscribe('test-channel', heard.resolve);
    await store().publish('test-channel', 'hello');
    await expect(heard.promise).resolves.toBe('hello');
    await subscription.close();
  });

  test('times come back as they were stored, to the millisecond', async () => {
    const at = new Date('2026-03-29T01:30:00.123Z');
    const shop = await installShop(store().db, `${newId()}.myshopify.com`, '', at);
    const [row] = await store().db.$queryRaw<{ same: boolean }[]>`
      SELECT "installedAt" = ${at} AS same FROM "Shop" WHERE id = ${shop.id}::uuid`;
    expect(shop.installedAt).toEqual(at);
    expect(row?.same).toBe(true);
  });

  let markEnded: () => void = () => {};
  const ended = new Promise<void>((resolve) => {
    markEnded = resolve;
  });
});
