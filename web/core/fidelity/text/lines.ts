/** A line as the recogniser gives it, as far as we read it. */
export interface RecognisedLine {
  readonly text: string;
  /** 0…100. */
  readonly confidence: number;
  readonly bbox: { readonly x0: number; readonly y0: number; readonly x1: number; readonly y1: number };
}

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Fewer letters than this are as often a crease or a button as a word. */
const leastLetters = 3;

/** Whether a line is a reading one can rely on: sure of itself, and words rather than texture. */
export function isReliable(
  line: Pick<RecognisedLine, 'text' | 'confidence'>,
  leastConfidence: number,
): boolean {
  const marks = [...line.text.replace(/\s/g, '')];
  const letters = marks.filter((mark) => /[\p{L}\p{N}]/u.test(mark)).length;
  return line.confidence >= leastConfidence && letters >= leastLetters && letters >= 0.8 * marks.length;
}

/** The line's box with room around it (a recogniser needs a quiet border), inside the picture. */
export function paddedBox(line: RecognisedLine, widthPx: number, heightPx: number, scale: number): Box {
  const { x0, y0, x1, y1 } = line.bbox;
  const room = 0.35 * (y1 - y0);
  const left = Math.max(0, Math.floor((x0 - room) * scale));
  const top = Math.max(0, Math.floor((y0 - room) * scale));
  const right = Math.min(widthPx, Math.ceil((x1 + room) * scale));
  const bottom = Math.min(heightPx, Math.ceil((y1 + room) * scale));
  return { left, top, width: Math.max(1, right - left), height: Math.max(1, bottom - top) };
}
