import { segment } from './field.ts';
import { glyphs } from './glyphs.ts';

/** One line of printed words. Lengths are in the units of the surface that it is printed on; y grows downwards. */
export interface TextLine {
  readonly text: string;
  /** The anchor on the base line. */
  readonly x: number;
  readonly y: number;
  /** Height of a capital. */
  readonly size: number;
  /** Width of the stroke as a share of the size; 0.12 if not given. */
  readonly weight?: number;
  /** Extra room between letters as a share of the size; 0.1 if not given. */
  readonly tracking?: number;
  readonly align?: 'left' | 'centre' | 'right';
}

type Stroke = readonly [ax: number, ay: number, bx: number, by: number, halfWidth: number];

const arcStepDegrees = 8;
const fallback = '?';

/** The pen's line segments of one glyph, in glyph units. */
function segmentsOf(path: string): [number, number, number, number][] {
  const found: [number, number, number, number][] = [];
  const words = path.split(' ').filter((word) => word !== '');
  let pen: [number, number] | null = null;
  let at = 0;
  const next = (): number => Number(words[at++]);
  const drawTo = (x: number, y: number): void => {
    if (pen !== null) found.push([pen[0], pen[1], x, y]);
    pen = [x, y];
  };
  while (at < words.length) {
    const command = words[at++];
    if (command === 'm') pen = [next(), next()];
    else if (command === 'l') drawTo(next(), next());
    else {
      if (command === 'o') pen = null;
      const [cx, cy, rx, ry, from, to] = [next(), next(), next(), next(), next(), next()];
      const steps = Math.max(2, Math.ceil(Math.abs(to - from) / arcStepDegrees));
      for (let i = 0; i <= steps; i++) {
        const angle = ((from + ((to - from) * i) / steps) * Math.PI) / 180;
        drawTo(cx + rx * Math.cos(angle), cy + ry * Math.sin(angle));
      }
    }
  }
  return found;
}

const sideBearing = 0.13;

/** Width of a line from its first stroke to its last, in the line's units. */
export function widthOfText(line: Pick<TextLine, 'text' | 'size' | 'tracking'>): number {
  const gap = 2 * sideBearing + (line.tracking ?? 0.1);
  const letters = [...line.text].map((letter) => (glyphs[letter] ?? glyphs[fallback])?.width ?? 0);
  return line.size * (letters.reduce((sum, width) => sum + width + gap, 0) - gap);
}

function strokesOf(line: TextLine): Stroke[] {
  const halfWidth = (line.size * (line.weight ?? 0.12)) / 2;
  const share = { left: 0, centre: 0.5, right: 1 }[line.align ?? 'left'];
  let x = line.x - share * widthOfText(line);
  const strokes: Stroke[] = [];
  for (const letter of line.text) {
    const shape = glyphs[letter] ?? glyphs[fallback];
    if (shape === undefined) continue;
    for (const [ax, ay, bx, by] of segmentsOf(shape.path)) {
      strokes.push([
        x + ax * line.size,
        line.y - ay * line.size,
        x + bx * line.size,
        line.y - by * line.size,
        halfWidth,
      ]);
    }
    x += line.size * (shape.width + 2 * sideBearing + (line.tracking ?? 0.1));
  }
  return strokes;
}

/** Signed distance to the nearest stroke, negative in ink; at least `reach` where no stroke is near. */
export type Ink = (x: number, y: number) => number;

/**
 * Lays out lines of words as one field of ink. The strokes are sorted into cells once, so that asking costs a few
 * distances at most. `reach` is how far outside the strokes a distance is still exact.
 */
export function createInk(lines: readonly TextLine[], reach = 0.004): Ink {
  const strokes = lines.flatMap(strokesOf);
  if (strokes.length === 0) return () => reach;
  const grow = Math.max(...strokes.map((stroke) => stroke[4])) + reach;
  const left = Math.min(...strokes.map((s) => Math.min(s[0], s[2]))) - grow;
  const right = Math.max(...strokes.map((s) => Math.max(s[0], s[2]))) + grow;
  const top = Math.min(...strokes.map((s) => Math.min(s[1], s[3]))) - grow;
  const bottom = Math.max(...strokes.map((s) => Math.max(s[1], s[3]))) + grow;
  const cell = Math.max(Math.min(...lines.map((line) => line.size)) / 3, (right - left) / 400);
  const columns = Math.ceil((right - left) / cell);
  const rows = Math.ceil((bottom - top) / cell);
  const cells: Stroke[][] = Array.from({ length: columns * rows }, () => []);
  for (const stroke of strokes) {
    const margin = stroke[4] + reach;
    const firstColumn = Math.floor((Math.min(stroke[0], stroke[2]) - margin - left) / cell);
    const lastColumn = Math.floor((Math.max(stroke[0], stroke[2]) + margin - left) / cell);
    const firstRow = Math.floor((Math.min(stroke[1], stroke[3]) - margin - top) / cell);
    const lastRow = Math.floor((Math.max(stroke[1], stroke[3]) + margin - top) / cell);
    for (let row = firstRow; row <= lastRow; row++) {
      for (let column = firstColumn; column <= lastColumn; column++)
        cells[row * columns + column]?.push(stroke);
    }
  }
  return (x, y) => {
    if (x < left || x >= right || y < top || y >= bottom) return reach;
    let nearest = reach;
    for (const s of cells[Math.floor((y - top) / cell) * columns + Math.floor((x - left) / cell)] ?? []) {
      nearest = Math.min(nearest, segment(x, y, s[0], s[1], s[2], s[3]) - s[4]);
    }
    return nearest;
  };
}
