/** Chance that a damaged result scores above a good one (ties count half): the area under the ROC curve. */
export function rocArea(good: readonly number[], damaged: readonly number[]): number {
  const sorted = [...good].sort((a, b) => a - b);
  let wins = 0;
  for (const score of damaged) wins += (rank(sorted, score, false) + rank(sorted, score, true)) / 2;
  return wins / Math.max(1, good.length * damaged.length);
}

/** How many of the sorted values lie below the score, or at and below it. */
function rank(sorted: readonly number[], score: number, isInclusive: boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const value = sorted[middle] ?? 0;
    if (value < score || (isInclusive && value === score)) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function shareOf<T>(items: readonly T[], isCounted: (item: T) => boolean): number {
  return items.length === 0 ? 0 : items.filter(isCounted).length / items.length;
}

export function quantileOf(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.floor(share * sorted.length)))] ?? 0;
}
