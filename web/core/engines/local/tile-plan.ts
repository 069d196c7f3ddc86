/** One tile along one axis, in input pixels. */
export interface Span {
  /** What the network is given: [start, end). */
  readonly start: number;
  readonly end: number;
  /** What is kept of it, feathers included: [keptStart, keptEnd). */
  readonly keptStart: number;
  readonly keptEnd: number;
}

/**
 * How far a network's answer depends on what lies around, in input pixels: with this much context a tile differs
 * from the whole image by at most 1/255 on photos (slim, medium and thick; 6 px already gives at most 3/255).
 */
export const contextPx = 8;
/** On either side of the line between two tiles they fade into one another over this many input pixels. */
export const featherPx = 2;
/** Below this a tile would be mostly context. */
export const minTilePx = 4 * contextPx;

/**
 * Cuts one axis into equal tiles that overlap by twice the context, the fewest that are no longer than tilePx.
 * Equal, because the runtime plans its memory once for each shape; not padded at the borders, because the image's
 * own border is what the network sees untiled as well.
 * lengthPx ≥ 1; tilePx ≥ minTilePx.
 */
export function planAxis(lengthPx: number, tilePx: number): Span[] {
  if (lengthPx <= tilePx) return [{ start: 0, end: lengthPx, keptStart: 0, keptEnd: lengthPx }];
  const overlap = 2 * contextPx;
  const count = Math.ceil((lengthPx - overlap) / (tilePx - overlap));
  const side = Math.ceil((lengthPx + overlap * (count - 1)) / count);
  const starts = Array.from({ length: count }, (_, index) =>
    Math.floor((index * (lengthPx - side)) / (count - 1)),
  );
  // The line between neighbours is the middle of what they share.
  const lines = starts
    .slice(1)
    .map((start, index) => Math.floor(((starts[index] as number) + side + start) / 2));
  return starts.map((start, index) => ({
    start,
    end: start + side,
    keptStart: index === 0 ? 0 : (lines[index - 1] as number) - featherPx,
    keptEnd: index === count - 1 ? lengthPx : (lines[index] as number) + featherPx,
  }));
}

/** The same for a part of an axis: tiles within what is run, the outermost keeping what the part keeps. */
export function planPart(part: Span, tilePx: number): Span[] {
  const spans = planAxis(part.end - part.start, tilePx);
  return spans.map((span, index) => ({
    start: span.start + part.start,
    end: span.end + part.start,
    keptStart: index === 0 ? part.keptStart : span.keptStart + part.start,
    keptEnd: index === spans.length - 1 ? part.keptEnd : span.keptEnd + part.start,
  }));
}

/** The lines between tiles along one axis, in input pixels. */
export function linesOf(spans: readonly Span[]): number[] {
  return spans.slice(1).map(({ keptStart }) => keptStart + featherPx);
}
