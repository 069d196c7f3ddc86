import { clientOf, type ShopTx } from './door.ts';
import type { ReservationRow } from './records.ts';

/** Stands for all days together: the row of a shop that its cap in all is kept with. */
export const allDays = new Date('0001-01-01T00:00:00Z');

export const utcDay = (at: Date): Date =>
  new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()));

/** As SQL reads a date, whatever time zone the session has. */
const dateText = (day: Date): string => day.toISOString().slice(0, 10);

export interface NewReservation {
  readonly id: string;
  readonly enhancementId: string | null;
  readonly day: Date;
  readonly micros: number;
}

/** Writes a reservation. Null: it was not there before; else the one that is there, unchanged. */
export async function insertReservation(
  tx: ShopTx,
  { id, enhancementId, day, micros }: NewReservation,
): Promise<ReservationRow | null> {
  const at = tx.now();
  const { count } = await clientOf(tx).reservation.createMany({
    data: [
      { id, shopId: tx.shopId, day, enhancementId, state: 'held', heldMicros: BigInt(micros), createdAt: at },
    ],
    skipDuplicates: true,
  });
  return count === 1 ? null : findReservation(tx, id);
}

export async function findReservation(
  tx: Parameters<typeof clientOf>[0],
  id: string,
): Promise<ReservationRow | null> {
  return clientOf(tx).reservation.findFirst({ where: { id, shopId: tx.shopId } });
}

/**
 * Adds to what is reserved on a day, only while reserved and spent stay within the cap: one conditional UPDATE, so
 * that the row's lock decides between workers. Returns whether it fitted.
 */
export async function addReserved(
  tx: ShopTx,
  day: Date,
  micros: number,
  capMicros: number | null,
): Promise<boolean> {
  const client = clientOf(tx);
  await client.budgetDay.createMany({ data: [{ shopId: tx.shopId, day }], skipDuplicates: true });
  const cap = capMicros === null ? null : BigInt(capMicros);
  const count = await client.$executeRaw`
    UPDATE "BudgetDay" SET "reservedMicros" = "reservedMicros" + ${BigInt(micros)}
    WHERE "shopId" = ${tx.shopId}::uuid AND "day" = ${dateText(day)}::date
      AND (${cap}::bigint IS NULL OR "reservedMicros" + "spentMicros" + ${BigInt(micros)} <= ${cap}::bigint)`;
  return count === 1;
}

/**
 * Ends a reservation with what it really cost. Returns what was still held and on which day, or null when it was
 * already ended that way. A released one may still be settled: money that was spent is counted, however late.
 */
export async function endReservation(
  tx: ShopTx,
  id: string,
  state: 'settled' | 'released',
  micros: number,
): Promise<{ readonly day: Date; readonly heldMicros: number } | null> {
  const client = clientOf(tx);
  const rows = await client.$queryRaw<{ day: Date; held: bigint; previous: string }[]>`
    UPDATE "Reservation" r
    SET "state" = ${state}, "settledMicros" = ${BigInt(micros)}, "settledAt" = ${tx.now()}
    FROM (SELECT "id", "state" FROM "Reservation" WHERE "id" = ${id}::uuid FOR UPDATE) old
    WHERE r."id" = old."id" AND r."shopId" = ${tx.shopId}::uuid
      AND (old."state" = 'held' OR (old."state" = 'released' AND ${state} = 'settled'))
    RETURNING r."day", r."heldMicros" AS held, old."state" AS previous`;
  const row = rows[0];
  if (row === undefined) return null;
  return { day: row.day, heldMicros: row.previous === 'held' ? Number(row.held) : 0 };
}

/** Takes back what was held on a day and adds what was spent. */
export async function moveToSpent(
  tx: ShopTx,
  day: Date,
  heldMicros: number,
  spentMicros: number,
): Promise<void> {
  await clientOf(tx).$executeRaw`
    UPDATE "BudgetDay"
    SET "reservedMicros" = "reservedMicros" - ${BigInt(heldMicros)},
        "spentMicros" = "spentMicros" + ${BigInt(spentMicros)}
    WHERE "shopId" = ${tx.shopId}::uuid AND "day" = ${dateText(day)}::date`;
}

export interface Spend {
  readonly reservedMicros: number;
  readonly spentMicros: number;
}

/** What a shop has reserved and spent on a UTC day, or on `allDays`. */
export async function readSpend(shop: Parameters<typeof clientOf>[0], day: Date): Promise<Spend> {
  const row = await clientOf(shop).budgetDay.findUnique({
    where: { shopId_day: { shopId: shop.shopId, day } },
  });
  return { reservedMicros: Number(row?.reservedMicros ?? 0), spentMicros: Number(row?.spentMicros ?? 0) };
}

/** A shop's spend a day, first day first, both ends included. */
export async function listSpend(
  shop: Parameters<typeof clientOf>[0],
  from: Date,
  to: Date,
): Promise<(Spend & { readonly day: Date })[]> {
  const rows = await clientOf(shop).budgetDay.findMany({
    where: { shopId: shop.shopId, day: { gte: from, lte: to, not: allDays } },
    orderBy: { day: 'asc' },
  });
  return rows.map((row) => ({
    day: row.day,
    reservedMicros: Number(row.reservedMicros),
    spentMicros: Number(row.spentMicros),
  }));
}
