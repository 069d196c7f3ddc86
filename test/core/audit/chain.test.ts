import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type ChainedEntry,
  checkLink,
  type EntryContent,
  genesisHash,
  hashEntry,
} from '../../../web/core/audit/chain.ts';

const content = (seq: number, body: unknown = { costMicros: 12 }): EntryContent => ({
  shopId: '0190f000-0000-7000-8000-000000000001',
  seq,
  kind: 'enhanced',
  imageId: null,
  subject: `enhancement-${seq}`,
  at: '2026-11-01T12:00:00.000Z',
  body,
});

function chain(length: number): ChainedEntry[] {
  const entries: ChainedEntry[] = [];
  for (let seq = 1; seq <= length; seq += 1) {
    const previousHash = entries.at(-1)?.hash ?? genesisHash;
    entries.push({ ...content(seq), previousHash, hash: hashEntry(content(seq), previousHash) });
  }
  return entries;
}

function firstFault(entries: readonly ChainedEntry[]) {
  let previous: ChainedEntry | null = null;
  for (const entry of entries) {
    const fault = checkLink(entry, previous);
    if (fault) return fault;
    previous = entry;
  }
  return null;
}

test('a chain as it was written is sound', () => {
  expect(firstFault(chain(20))).toBeNull();
});

test('a changed entry is found and named', () => {
  const entries = chain(20).map((entry) =>
    entry.seq === 7 ? { ...entry, body: { costMicros: 13 } } : entry,
  );
  expect(firstFault(entries)).toMatchObject({ seq: 7, code: 'wrong-hash' });
});

test('a removed entry is found and named', () => {
  expect(firstFault(chain(20).filter(({ seq }) => seq !== 7))).toMatchObject({ seq: 7, code: 'gap' });
});

test('two entries that changed places are found, even when they are numbered anew', () => {
  const entries = chain(20);
  const [a, b] = [entries[6] as ChainedEntry, entries[7] as ChainedEntry];
  entries[6] = { ...b, seq: 7 };
  entries[7] = { ...a, seq: 8 };
  expect(firstFault(entries)).toMatchObject({ seq: 7 });
});

test('an entry that was rewritten together with its own hash breaks the link of the next', () => {
  const entries = chain(3);
  const second = entries[1] as ChainedEntry;
  entries[1] = {
    ...second,
    hash: hashEntry(content(2, { costMicros: 0 }), second.previousHash),
    body: { costMicros: 0 },
  };
  expect(firstFault(entries)).toMatchObject({ seq: 3, code: 'wrong-link' });
});

test('the hash does not depend on the order of keys, and depends on every value', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (body) => {
      const json = JSON.parse(JSON.stringify(body)) as Record<string, unknown>;
      const reversed = Object.fromEntries(Object.entries(json).reverse());
      expect(hashEntry(content(1, reversed), genesisHash)).toBe(hashEntry(content(1, json), genesisHash));
      expect(hashEntry(content(1, { ...json, added: 1 }), genesisHash)).not.toBe(
        hashEntry(content(1, { ...json, added: 2 }), genesisHash),
      );
    }),
  );
});
