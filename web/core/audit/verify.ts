import type { ShopDb } from '../store/door.ts';
import { listLedgerEntries } from '../store/ledger.ts';
import { isDigest } from '../vault/digest.ts';
import { type Vault, VaultError } from '../vault/vault.ts';
import { type ChainFault, checkLink } from './chain.ts';
import { toChained } from './ledger.ts';

export interface Verification {
  readonly entries: number;
  /** Digests that the ledger names and the vault was asked for. */
  readonly blobs: number;
  /** The first fault; null: the chain is sound and every blob is there. */
  readonly fault:
    | ChainFault
    | { readonly seq: number; readonly code: 'blob-missing' | 'blob-corrupt'; readonly sentence: string }
    | null;
}

const pageSize = 1_000;

/** Walks a shop's chain from its first entry, in flat memory, and stops at the first entry that does not hold. */
export async function verifyLedger(
  shop: ShopDb,
  vault: Vault | null,
  signal?: AbortSignal,
): Promise<Verification> {
  let previous: { seq: number; hash: string } | null = null;
  let entries = 0;
  let blobs = 0;
  for (;;) {
    const page = await listLedgerEntries(shop, previous?.seq ?? 0, pageSize);
    for (const row of page) {
      signal?.throwIfAborted();
      const entry = toChained(row);
      const broken = checkLink(entry, previous);
      if (broken) return { entries, blobs, fault: broken };
      entries += 1;
      for (const digest of vault === null ? [] : originalsIn(row.body)) {
        blobs += 1;
        const fault = await checkBlob(vault as Vault, digest, row.seq);
        if (fault) return { entries, blobs, fault };
      }
      previous = { seq: entry.seq, hash: entry.hash };
    }
    if (page.length < pageSize) return { entries, blobs, fault: null };
  }
}

/** What must be in the vault for good: the bytes that stood in the shop, and those that were put there. */
function originalsIn(body: unknown): string[] {
  const { original, before, after } = body as Record<string, unknown>;
  const digestOf = (side: unknown) => (side as { digest?: unknown } | undefined)?.digest;
  const named = [original, digestOf(before), digestOf(after)];
  return [...new Set(named.filter((value): value is string => typeof value === 'string' && isDigest(value)))];
}

async function checkBlob(vault: Vault, digest: string, seq: number): Promise<Verification['fault']> {
  try {
    await vault.read(digest);
    return null;
  } catch (cause) {
    if (!(cause instanceof VaultError)) throw cause;
    const code = cause.code === 'vault-missing' ? 'blob-missing' : 'blob-corrupt';
    const state = code === 'blob-missing' ? 'is not in the vault' : 'is damaged in the vault';
    return { seq, code, sentence: `The file ${digest}, which entry ${seq} names, ${state}.` };
  }
}
