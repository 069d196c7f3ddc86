import {
  addReserved,
  allDays,
  endReservation,
  findReservation,
  insertReservation,
  moveToSpent,
  readSpend,
  type Spend,
  utcDay,
} from '../store/budget.ts';
import type { ShopTx } from '../store/door.ts';
import type { Store } from '../store/store.ts';
import { BudgetError } from './errors.ts';
import { formatMicros } from './micros.ts';

/** What a merchant or an operator set; null: no cap. Micro-dollars, integers ≥ 0. */
export interface Caps {
  readonly perImageMicros: number | null;
  /** A UTC day of this shop. */
  readonly perDayMicros: number | null;
  /** This shop, all days together. */
  readonly perShopMicros: number | null;
}

export interface Reserve {
  /** The same id again is the same reservation: asking twice after a crash holds the money once. */
  readonly id: string;
  readonly enhancementId: string | null;
  /** The most that the work can cost. */
  readonly micros: number;
}

/** Money is held before it is owed, and counted when it was. */
export interface Budget {
  /** What one image may cost, at most; null: no cap. */
  imageCapMicros(shopId: string): Promise<number | null>;
  /** @throws BudgetError when a cap would be passed; then nothing is held. */
  reserve(shopId: string, wanted: Reserve): Promise<void>;
  /** What it really cost. The second time nothing happens; after a release the cost is still counted. */
  settle(shopId: string, id: string, micros: number): Promise<void>;
  /** Nothing was owed. The second time, or after it was settled, nothing happens. */
  release(shopId: string, id: string): Promise<void>;
}

export interface BudgetDeps {
  readonly store: Pick<Store, 'transaction' | 'forShop' | 'now'>;
  readonly capsOf: (shopId: string) => Promise<Caps>;
}

/**
 * The budget in the database. Spend never passes a cap, however many workers reserve at once: what is reserved and
 * spent together is compared with the cap in the UPDATE that adds to it. (A run that costs more than was reserved
 * for it is still counted in full: the record tells the truth, and the next reservation fails.)
 */
export function createBudget({ store, capsOf }: BudgetDeps): Budget {
  async function endIn(
    shopId: string,
    id: string,
    state: 'settled' | 'released',
    micros: number,
  ): Promise<void> {
    // Called again and again where a crash may have come in between: one read is all that it mostly takes.
    const known = await findReservation(store.forShop(shopId), id);
    if (known === null || known.state === 'settled' || known.state === state) return;
    await store.transaction(async (tx) => {
      const shop = tx.forShop(shopId);
      const ended = await endReservation(shop, id, state, micros);
      if (ended === null) return;
      // Always in this order, so that two transactions never wait for each other.
      await moveToSpent(shop, allDays, ended.heldMicros, micros);
      await moveToSpent(shop, ended.day, ended.heldMicros, micros);
    });
  }

  return {
    imageCapMicros: async (shopId) => (await capsOf(shopId)).perImageMicros,
    async reserve(shopId, wanted) {
      const caps = await capsOf(shopId);
      checkImageCap(wanted.micros, caps);
      await store.transaction(async (tx) => reserveIn(tx.forShop(shopId), wanted, caps));
    },
    settle: (shopId, id, micros) => endIn(shopId, id, 'settled', micros),
    release: (shopId, id) => endIn(shopId, id, 'released', 0),
  };
}

/** @throws BudgetError `budget-image-cap` */
export function checkImageCap(micros: number, caps: Pick<Caps, 'perImageMicros'>): void {
  if (caps.perImageMicros === null || micros <= caps.perImageMicros) return;
  throw new BudgetError(
    'budget-image-cap',
    `This photo could cost ${formatMicros(micros)}, more than the ${formatMicros(caps.perImageMicros)} that one photo may cost; raise that cap, choose fewer steps or a cheaper model.`,
  );
}

export const dayCapError = (capMicros: number): BudgetError =>
  new BudgetError(
    'budget-day-cap',
    `Today’s budget of ${formatMicros(capMicros)} is used up or reserved; the work goes on tomorrow (UTC), or now if you raise the cap.`,
  );

export const shopCapError = (capMicros: number): BudgetError =>
  new BudgetError(
    'budget-shop-cap',
    `The shop’s whole budget of ${formatMicros(capMicros)} is used up or reserved; raise it to go on.`,
  );

async function reserveIn(shop: ShopTx, wanted: Reserve, caps: Caps): Promise<void> {
  const day = utcDay(shop.now());
  const before = await insertReservation(shop, { ...wanted, day });
  if (before !== null) return;
  if (!(await addReserved(shop, allDays, wanted.micros, caps.perShopMicros))) {
    throw shopCapError(caps.perShopMicros ?? 0);
  }
  if (!(await addReserved(shop, day, wanted.micros, caps.perDayMicros))) {
    throw dayCapError(caps.perDayMicros ?? 0);
  }
}

/** What a shop has spent and reserved today and in all. */
export async function spendOf(
  store: Pick<Store, 'forShop' | 'now'>,
  shopId: string,
): Promise<{ readonly today: Spend; readonly inAll: Spend }> {
  const shop = store.forShop(shopId);
  return { today: await readSpend(shop, utcDay(store.now())), inAll: await readSpend(shop, allDays) };
}
