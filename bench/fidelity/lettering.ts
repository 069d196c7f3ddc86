import type { Random } from '../../sandbox/character/random.ts';
import { createInk, type TextLine } from '../../sandbox/photos/lettering.ts';
import type { Raster } from '../../web/core/image/types.ts';

const words = [
  'ORGANIC COTTON',
  'Net weight 250 g',
  'Made in Portugal',
  'COLD BREW',
  'Size M',
  'Batch 4711',
  'Do not bleach',
  'VANILLA',
  'Keep dry',
  'NOT FOR CHILDREN',
  'Shea butter',
  'WOOL 100%',
  'Best before',
  'HAND WASH',
  'Fragile',
] as const;
const letters = 'ABCDEFGHKLMNOPRSTUVXYZabcdefghkmnoprstuvxyz';

export interface Label {
  readonly lines: readonly TextLine[];
  /** Ink, as a colour. */
  readonly ink: readonly [number, number, number];
}

/** Lengths in pixels of the truth. Capitals stand 8 to 16 input pixels high: smaller print cannot be read there. */
export function inventLabel(truth: Raster<3>, random: Random): Label {
  const size = 4 * random.between(8, 16);
  const text = words[random.between(0, words.length - 1)] ?? words[0];
  const second = words[random.between(0, words.length - 1)] ?? words[0];
  const { left, top } = calmestPlace(truth, size, random);
  const weight = 0.12 + 0.06 * random.next();
  const cutToFit = (line: string, from: number): string =>
    line.slice(0, Math.max(3, Math.floor((truth.widthPx - from) / (size * 1.15)))).trim();
  const lines = [
    { text: cutToFit(text, left), x: left, y: top, size, weight, tracking: 0.12 },
    { text: cutToFit(second, left), x: left, y: top + Math.round(1.6 * size), size, weight, tracking: 0.12 },
  ];
  return { lines, ink: inkFor(truth, left, top, size, random) };
}

/** Of forty places, the one with the plainest ground: that is where print goes. */
function calmestPlace(truth: Raster<3>, size: number, random: Random): { left: number; top: number } {
  let best = { left: 0, top: size, spread: Number.POSITIVE_INFINITY };
  for (let attempt = 0; attempt < 40; attempt++) {
    const left = random.between(Math.round(0.04 * truth.widthPx), Math.round(0.5 * truth.widthPx));
    const top = random.between(Math.round(0.1 * truth.heightPx), Math.round(0.85 * truth.heightPx));
    let sum = 0;
    let squares = 0;
    let count = 0;
    for (let y = Math.max(0, top - size); y < Math.min(truth.heightPx, top + 2 * size); y += 6) {
      for (let x = left; x < Math.min(truth.widthPx, left + 8 * size); x += 6) {
        const value = truth.data[(y * truth.widthPx + x) * 3 + 1] ?? 0;
        sum += value;
        squares += value * value;
        count++;
      }
    }
    const average = sum / count;
    // Bare white says nothing about print on goods: it counts as busy ground.
    const spread = Math.sqrt(Math.max(0, squares / count - average * average)) + (average > 250 ? 30 : 0);
    if (spread < best.spread) best = { left, top, spread };
  }
  return best;
}

/** A colour that stands out from the mean of the ground by 75 to 150 levels. */
function inkFor(
  truth: Raster<3>,
  left: number,
  top: number,
  size: number,
  random: Random,
): [number, number, number] {
  let sum = 0;
  let count = 0;
  for (let y = Math.max(0, top - size); y < Math.min(truth.heightPx, top + 2 * size); y += 4) {
    for (let x = left; x < Math.min(truth.widthPx, left + 8 * size); x += 4) {
      const p = (y * truth.widthPx + x) * 3;
      sum +=
        0.299 * (truth.data[p] ?? 0) + 0.587 * (truth.data[p + 1] ?? 0) + 0.114 * (truth.data[p + 2] ?? 0);
      count++;
    }
  }
  const ground = sum / Math.max(1, count);
  const contrast = 75 + 75 * random.next();
  const tone = ground > 127 ? ground - contrast : ground + contrast;
  const tint = (): number => Math.max(0, Math.min(255, tone + 30 * (random.next() - 0.5)));
  return [tint(), tint(), tint()];
}

/** The truth with the label printed on it, antialiased over one pixel. */
export function printLabel(truth: Raster<3>, label: Label, hole: Hole | null = null): Raster<3> {
  const ink = createInk(label.lines, 1.5);
  const data = Uint8Array.from(truth.data);
  const size = label.lines[0]?.size ?? 0;
  const first = Math.max(0, Math.floor((label.lines[0]?.y ?? 0) - 1.3 * size));
  const last = Math.min(truth.heightPx - 1, Math.ceil((label.lines.at(-1)?.y ?? 0) + 0.5 * size));
  for (let y = first; y <= last; y++) {
    for (let x = 0; x < truth.widthPx; x++) {
      if (hole && Math.abs(x - hole.xPx) <= hole.halfWidthPx && Math.abs(y - hole.yPx) <= hole.halfHeightPx)
        continue;
      const cover = Math.max(0, Math.min(1, 0.5 - ink(x + 0.5, y + 0.5)));
      if (cover === 0) continue;
      for (let p = (y * truth.widthPx + x) * 3, c = 0; c < 3; c++) {
        data[p + c] = (truth.data[p + c] as number) * (1 - cover) + (label.ink[c] as number) * cover + 0.5;
      }
    }
  }
  return { ...truth, data };
}

export interface Hole {
  readonly xPx: number;
  readonly yPx: number;
  readonly halfWidthPx: number;
  readonly halfHeightPx: number;
}

/** The label with one letter of the first line replaced by any other of the same case. */
export function swapLetter(label: Label, random: Random): Label {
  const [line, ...rest] = label.lines;
  if (line === undefined) return label;
  const places = [...line.text].flatMap((letter, index) =>
    letter === ' ' || !letters.includes(letter) ? [] : [index],
  );
  const place = places[random.between(0, places.length - 1)];
  if (place === undefined) return label;
  const old = line.text[place] ?? '';
  const isUpper = old === old.toUpperCase();
  const others = [...letters].filter(
    (letter) => letter !== old && (letter === letter.toUpperCase()) === isUpper,
  );
  const fresh = others[random.between(0, others.length - 1)] ?? 'X';
  return {
    ...label,
    lines: [{ ...line, text: line.text.slice(0, place) + fresh + line.text.slice(place + 1) }, ...rest],
  };
}

/** A piece of a stroke to leave out: half a capital high or wide, on ink that is really there. */
export function strokeHole(truth: Raster<3>, label: Label, random: Random): Hole | null {
  const line = label.lines[0];
  if (line === undefined) return null;
  const ink = createInk(label.lines, 1.5);
  const half = 0.24 * line.size;
  for (let attempt = 0; attempt < 200; attempt++) {
    const xPx = random.between(Math.round(line.x), truth.widthPx - 8);
    const yPx = random.between(Math.round(line.y - line.size), Math.round(line.y));
    let covered = 0;
    for (let v = -half; v <= half; v += half / 4) {
      for (let u = -half; u <= half; u += half / 4) if (ink(xPx + u, yPx + v) < 0) covered++;
    }
    if (covered >= 22) return { xPx, yPx, halfWidthPx: half, halfHeightPx: half };
  }
  return null;
}
