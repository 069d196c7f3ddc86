/** Levenshtein distance over the longer length: 0 for the same, 1 for nothing in common; 0 for two empty texts. */
export function normalisedDistance(one: string, two: string): number {
  const a = [...one];
  const b = [...two];
  const longest = Math.max(a.length, b.length);
  if (longest === 0) return 0;
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (const [i, left] of a.entries()) {
    const row = [i + 1];
    for (const [j, right] of b.entries()) {
      const replaced = (above[j] ?? 0) + (left === right ? 0 : 1);
      row.push(Math.min(replaced, (above[j + 1] ?? 0) + 1, (row[j] ?? 0) + 1));
    }
    above = row;
  }
  return (above[b.length] ?? 0) / longest;
}

/**
 * Letters that no reader of small print tells apart without the word around them, each standing for its class.
 * What differs only in these, in case or in spaces says something about the reader and nothing about the label.
 */
const lookalikes: Readonly<Record<string, string>> = {
  '0': 'o',
  q: 'o',
  '1': 'i',
  l: 'i',
  '|': 'i',
  '!': 'i',
  j: 'i',
  '5': 's',
  $: 's',
  '8': 'b',
  '2': 'z',
  '6': 'g',
  '9': 'g',
};

/** A text as it is compared: without spaces, case, accents and punctuation, lookalikes folded. */
export function comparable(text: string): string {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return [...plain]
    .map((letter) => lookalikes[letter] ?? letter)
    .filter((letter) => /[\p{L}\p{N}]/u.test(letter))
    .join('');
}
