import type { Plane } from './planes.ts';

/** Shares of the picture, by contrast, that are looked at apart; more of them where contrast is rare. */
const shares = [0, 0.3, 0.5, 0.65, 0.78, 0.88, 0.95, 1] as const;
const mostSamples = 40_000;

/**
 * What is usual for this picture: for each contrast, the value below which `share` of the places of about that
 * contrast lie. A model that rewrites texture changes all texture alike; what it did to one letter stands out from
 * what it did to the others. contrast, values: planes of one size. Returns a function of the contrast.
 */
export function usualOf(contrast: Plane, values: Plane, share: number): (contrast: number) => number {
  const count = contrast.data.length;
  const step = Math.max(1, Math.floor(count / mostSamples));
  const order: number[] = [];
  for (let i = 0; i < count; i += step) order.push(i);
  order.sort((a, b) => (contrast.data[a] as number) - (contrast.data[b] as number));
  const knots = shares.slice(1).map((to, k) => {
    const from = Math.floor((shares[k] ?? 0) * order.length);
    const part = order.slice(from, Math.max(from + 1, Math.ceil(to * order.length)));
    const found = Float32Array.from(part, (i) => values.data[i] as number).sort();
    return {
      at: contrast.data[part[Math.floor(part.length / 2)] ?? 0] as number,
      value: found[Math.min(found.length - 1, Math.floor(share * found.length))] ?? 0,
    };
  });
  return (at) => {
    let left = knots[0];
    for (const right of knots) {
      if (left === undefined || at <= right.at) {
        if (left === undefined || right === left || right.at === left.at) return right.value;
        const part = Math.max(0, (at - left.at) / (right.at - left.at));
        return left.value + part * (right.value - left.value);
      }
      left = right;
    }
    return left?.value ?? 0;
  };
}
