import canonicalize from 'canonicalize';
import { type Digest, sha256 } from '../vault/digest.ts';

/** The content of one ledger entry, without what the chain adds. */
export interface EntryContent {
  readonly shopId: string;
  /** 1, 2, 3 … per shop. */
  readonly seq: number;
  readonly kind: string;
  readonly imageId: string | null;
  readonly subject: string;
  /** UTC, ISO 8601 with milliseconds. */
  readonly at: string;
  readonly body: unknown;
}

/** What stands before a shop's first entry. */
export const genesisHash: Digest = '0'.repeat(64);

/**
 * SHA-256 over the canonical JSON (RFC 8785) of the entry and the hash before it. Canonical, because PostgreSQL's
 * jsonb keeps neither the order of keys nor white space.
 */
export function hashEntry(content: EntryContent, previousHash: Digest): Digest {
  const text = canonicalize({ format: 1, ...content, previousHash });
  if (text === undefined) throw new TypeError('a ledger entry must be representable as JSON');
  return sha256(text);
}

export interface ChainedEntry extends EntryContent {
  readonly previousHash: Digest;
  readonly hash: Digest;
}

export type ChainFault = {
  readonly seq: number;
  readonly code: 'gap' | 'wrong-link' | 'wrong-hash';
  readonly sentence: string;
};

/** Checks one entry against the one before it (null: it must be the first). Null when it is sound. */
export function checkLink(
  entry: ChainedEntry,
  previous: { seq: number; hash: Digest } | null,
): ChainFault | null {
  const expectedSeq = (previous?.seq ?? 0) + 1;
  if (entry.seq !== expectedSeq) {
    return {
      seq: expectedSeq,
      code: 'gap',
      sentence: `Entry ${expectedSeq} is missing; entry ${entry.seq} stands in its place.`,
    };
  }
  if (entry.previousHash !== (previous?.hash ?? genesisHash)) {
    return {
      seq: entry.seq,
      code: 'wrong-link',
      sentence: `Entry ${entry.seq} does not follow from the entry before it.`,
    };
  }
  const { previousHash, hash, ...content } = entry;
  if (hashEntry(content, previousHash) !== hash) {
    return {
      seq: entry.seq,
      code: 'wrong-hash',
      sentence: `Entry ${entry.seq} was changed after it was written.`,
    };
  }
  return null;
}
