import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../sandbox/store/faults.ts';
import { type Budget, type Caps, createBudget, spendOf } from '../../../web/core/budget/budget.ts';
import { BudgetError } from '../../../web/core/budget/errors.ts';
import { createMemoryBudget } from '../../../web/core/budget/memory-budget.ts';
import { formatMicros } from '../../../web/core/budget/micros.ts';
import { ShopDb, Tx } from '../../../web/core/store/door.ts';
import { newId } from '../../../web/core/store/ids.ts';
import { installShop } from '../../../web/core/store/shops.ts';
import { storeKinds, useStore } from '../../support/stores.ts';

const none: Caps = { perImageMicros: null, perDayMicros: null, perShopMicros: null };

interface Bench {
  readonly budget: Budget;
  readonly shopId: string;
  /** What counts against the caps. */
  used(): Promise<number>;
  setCaps(caps: Partial<Caps>): void;
  setNow(now: Date): void;
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'fits';
  } catch (error) {
    if (error instanceof BudgetError) return error.code;
    throw error;
  }
}

/** The same promises, whatever keeps the figures. */
function battery(open: () => Promise<Bench>, randomRuns: number): void {
  test('money that is held counts, until what was spent counts instead', async () => {
    const { budget, shopId, used } = await open();
    const id = newId();
    await budget.reserve(shopId, { id, enhancementId: null, micros: 100 });
    expect(await used()).toBe(100);
    await budget.settle(shopId, id, 30);
    expect(await used()).toBe(30);
  });

  test('each of reserve, settle and release counts once, however often it is called', async () => {
    const { budget, shopId, used } = await open();
    const [paid, free] = [newId(), newId()];
    for (let time = 0; time < 3; time += 1) {
      await budget.reserve(shopId, { id: paid, enhancementId: null, micros: 100 });
      await budget.reserve(shopId, { id: free, enhancementId: null, micros: 50 });
    }
    expect(await used()).toBe(150);
    for (let time = 0; time < 3; time += 1) {
      await budget.settle(shopId, paid, 70);
      await budget.release(shopId, paid);
      await budget.release(shopId, free);
    }
    expect(await used()).toBe(70);
  });

  test('what turns out to be owed after a release is counted all the same', async () => {
    const { budget, shopId, used } = await open();
    const id = newId();
    await budget.reserve(shopId, { id, enhancementId: null, micros: 100 });
    await budget.release(shopId, id);
    await budget.settle(shopId, id, 40);
    await budget.settle(shopId, id, 40);
    expect(await used()).toBe(40);
  });

  test('an unknown reservation is nobody’s money', async () => {
    const { budget, shopId, used } = await open();
    await budget.settle(shopId, newId(), 500);
    await budget.release(shopId, newId());
    expect(await used()).toBe(0);
  });

  test.each([
    [{ perImageMicros: 99 }, 'budget-image-cap'],
    [{ perDayMicros: 99 }, 'budget-day-cap'],
    [{ perShopMicros: 99 }, 'budget-shop-cap'],
    [{ perImageMicros: 100, perDayMicros: 100, perShopMicros: 100 }, 'fits'],
    [{}, 'fits'],
  ])('with %o, 100 micro-dollars: %s', async (caps, outcome) => {
    const { budget, shopId, used, setCaps } = await open();
    setCaps(caps);
    expect(await codeOf(budget.reserve(shopId, { id: newId(), enhancementId: null, micros: 100 }))).toBe(
      outcome,
    );
    expect(await used()).toBe(outcome === 'fits' ? 100 : 0);
  });

  test('a new day (UTC) has a new budget; the shop’s whole budget goes on', async () => {
    const { budget, shopId, setCaps, setNow } = await open();
    const reserve = () => codeOf(budget.reserve(shopId, { id: newId(), enhancementId: null, micros: 60 }));
    setCaps({ perDayMicros: 100, perShopMicros: 185 });
    setNow(new Date('2026-11-23T23:59:59.999Z'));
    expect([await reserve(), await reserve()]).toEqual(['fits', 'budget-day-cap']);
    setNow(new Date('2026-11-24T00:00:00.000Z'));
    expect([await reserve(), await reserve()]).toEqual(['fits', 'budget-day-cap']);
    setNow(new Date('2026-11-25T12:00:00.000Z'));
    expect(await reserve()).toBe('fits');
    setNow(new Date('2026-11-26T12:00:00.000Z'));
    expect(await reserve()).toBe('budget-shop-cap');
  });

  test('fifty workers at once never pass a cap, and use it up', async () => {
    const { budget, shopId, used, setCaps } = await open();
    setCaps({ perDayMicros: 1000 });
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, () =>
        codeOf(budget.reserve(shopId, { id: newId(), enhancementId: null, micros: 70 })),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === 'fits')).toHaveLength(14);
    expect(await used()).toBe(980);
  });

  test('whatever fifty workers do, the caps hold at every moment and the sum is right at the end', async () => {
    for (let run = 0; run < randomRuns; run += 1) {
      const random = createRandom(run + 1);
      const capMicros = 200 + Math.floor(random() * 2000);
      const { budget, shopId, used, setCaps } = await open();
      setCaps(random() < 0.5 ? { perDayMicros: capMicros } : { perShopMicros: capMicros });
      let spent = 0;
      let worst = 0;
      const worker = async (): Promise<void> => {
        const [id, micros] = [newId(), 1 + Math.floor(random() * 300)];
        const [fate, share, isTwice] = [random(), random(), random() < 0.3];
        const wanted = { id, enhancementId: null, micros };
        const outcome = await codeOf(budget.reserve(shopId, wanted));
        worst = Math.max(worst, await used());
        if (outcome !== 'fits') return;
        if (isTwice) await budget.reserve(shopId, wanted);
        if (fate < 0.3) {
          await budget.release(shopId, id);
          return;
        }
        const cost = Math.floor(micros * share);
        spent += cost;
        await Promise.all([
          budget.settle(shopId, id, cost),
          isTwice ? budget.settle(shopId, id, cost) : null,
        ]);
      };
      await Promise.all(Array.from({ length: 50 }, worker));
      expect(worst).toBeLessThanOrEqual(capMicros);
      expect(await used()).toBe(spent);
    }
  });
}

describe('the budget in memory', () => {
  const shopId = newId();
  battery(async () => {
    let now = new Date('2026-11-23T10:00:00Z');
    const caps = { ...none };
    const budget = createMemoryBudget(caps, () => now);
    return {
      budget,
      shopId,
      used: async () => budget.usedMicros(shopId),
      setCaps: (change) => Object.assign(caps, change),
      setNow: (next) => {
        now = next;
      },
    };
  }, 1000);
});

describe.each(storeKinds)('the budget on %s', (kind) => {
  const store = useStore(kind);
  battery(
    async () => {
      let now = new Date('2026-11-23T10:00:00Z');
      const caps = { ...none };
      const { id: shopId } = await installShop(store().db, `${newId()}.myshopify.com`, '', now);
      const clocked = {
        now: () => now,
        forShop: (shop: string) => new ShopDb(store().db, shop, () => now),
        transaction: <T>(work: (tx: Tx) => Promise<T>) =>
          store().transaction((tx) => work(new Tx(tx.db, store().boss, () => now))),
      };
      return {
        budget: createBudget({ store: clocked, capsOf: async () => caps }),
        shopId,
        used: async () => {
          const { inAll } = await spendOf(clocked, shopId);
          return inAll.reservedMicros + inAll.spentMicros;
        },
        setCaps: (change) => Object.assign(caps, change),
        setNow: (next) => {
          now = next;
        },
      };
    },
    kind === 'pglite' ? 1 : 3,
  );
});

test.each([
  [0, '$0.00'],
  [20_000, '$0.02'],
  [1_234_567, '$1.24'],
  [1525, '$0.0016'],
  [5_000_000, '$5.00'],
])('%d micro-dollars read as %s', (micros, text) => {
  expect(formatMicros(micros)).toBe(text);
});
