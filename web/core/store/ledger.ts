import { clientOf, type ShopDb, type ShopTx } from './door.ts';
import { newId } from './ids.ts';
import type { LedgerEntryRow, Prisma } from './records.ts';

/**
 * The last entry of the shop's ledger, or null. Until the transaction ends nobody else can read it in this way, so
 * that the next sequence number and the hash before it belong to the caller alone.
 */
export async function lockLastLedgerEntry(tx: ShopTx): Promise<LedgerEntryRow | null> {
  await tx.lock('ledger');
  return clientOf(tx).ledgerEntry.findFirst({ where: { shopId: tx.shopId }, orderBy: { seq: 'desc' } });
}

export interface NewLedgerEntry {
  readonly seq: number;
  readonly kind: string;
  readonly imageId: string | null;
  readonly subject: string;
  readonly body: Prisma.InputJsonValue;
  readonly previousHash: string;
  readonly hash: string;
  readonly at: Date;
}

/** Appends. The unique keys refuse a second entry with the same seq, and the same thing recorded twice. */
export async function insertLedgerEntry(tx: ShopTx, entry: NewLedgerEntry): Promise<LedgerEntryRow> {
  return clientOf(tx).ledgerEntry.create({ data: { ...entry, id: newId(), shopId: tx.shopId } });
}

/** The entry that records a thing, or null: for what must be recorded once however often it is tried. */
export async function findLedgerEntry(
  shop: ShopDb,
  kind: string,
  subject: string,
): Promise<LedgerEntryRow | null> {
  const where = { shopId_kind_subject: { shopId: shop.shopId, kind, subject } };
  return clientOf(shop).ledgerEntry.findUnique({ where });
}

/** In the order of the chain, after `afterSeq` (0: from the first). limit: 1…10,000. */
export async function listLedgerEntries(
  shop: ShopDb,
  afterSeq: number,
  limit: number,
): Promise<LedgerEntryRow[]> {
  return clientOf(shop).ledgerEntry.findMany({
    where: { shopId: shop.shopId, seq: { gt: afterSeq } },
    orderBy: { seq: 'asc' },
    take: limit,
  });
}

/** What is recorded of one image, last first. limit: 1…250. */
export async function listLedgerEntriesOfImage(
  shop: ShopDb,
  imageId: string,
  limit: number,
): Promise<LedgerEntryRow[]> {
  return clientOf(shop).ledgerEntry.findMany({
    where: { shopId: shop.shopId, imageId },
    orderBy: { seq: 'desc' },
    take: limit,
  });
}
