import type { ShopTx } from '../store/door.ts';
import { findLedgerEntry, insertLedgerEntry, lockLastLedgerEntry } from '../store/ledger.ts';
import type { LedgerEntryRow } from '../store/records.ts';
import { type ChainedEntry, genesisHash, hashEntry } from './chain.ts';

export type LedgerKind =
  | 'enhanced'
  | 'restored'
  | 'approved'
  | 'rejected'
  | 'skipped-by-hand'
  | 'settings-changed'
  | 'budget-changed'
  | 'superseded'
  | 'data-redacted';

/** Who did it: the automation, a member of the staff (by session token), a Flow, or the operator at the command line. */
export interface Actor {
  readonly kind: 'automation' | 'staff' | 'flow' | 'operator';
  /** Shopify's id of the staff member; null for the rest. */
  readonly id: string | null;
}

export interface NewEntry {
  readonly kind: LedgerKind;
  readonly imageId: string | null;
  /** Names what is recorded, such as the id of the enhancement: recording it again changes nothing. */
  readonly subject: string;
  /** JSON values only. */
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * Adds an entry to the shop's chain in the caller's transaction, so that the record and what it records stand or fall
 * together. Recording the same kind and subject again gives back the entry that is there.
 */
export async function appendEntry(tx: ShopTx, entry: NewEntry): Promise<LedgerEntryRow> {
  const last = await lockLastLedgerEntry(tx);
  const recorded = await findLedgerEntry(tx, entry.kind, entry.subject);
  if (recorded !== null) return recorded;
  const at = tx.now();
  // Through JSON once, so that what is hashed is what the database will give back: no undefined, no Date.
  const body = JSON.parse(JSON.stringify(entry.body));
  const seq = (last?.seq ?? 0) + 1;
  const previousHash = last?.hash ?? genesisHash;
  const { kind, imageId, subject } = entry;
  const hash = hashEntry(
    { shopId: tx.shopId, seq, kind, imageId, subject, at: at.toISOString(), body },
    previousHash,
  );
  return insertLedgerEntry(tx, { seq, kind, imageId, subject, body, previousHash, hash, at });
}

/** A stored row in the form that the chain is checked in. */
export function toChained(row: LedgerEntryRow): ChainedEntry {
  const { shopId, seq, kind, imageId, subject, at, body, previousHash, hash } = row;
  return { shopId, seq, kind, imageId, subject, at: at.toISOString(), body, previousHash, hash };
}
