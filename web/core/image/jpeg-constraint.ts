import type { JpegConstraint } from './types.ts';

/** Markers of ITU-T T.81, table B.1, and of JFIF and Adobe. */
const marker = {
  start: 0xd8,
  end: 0xd9,
  scan: 0xda,
  quantisation: 0xdb,
  firstFrame: 0xc0,
  lastFrame: 0xcf,
  huffman: 0xc4,
  reserved: 0xc8,
  arithmetic: 0xcc,
  jfif: 0xe0,
  adobe: 0xee,
} as const;

/** Baseline, extended sequential and progressive: Huffman-coded DCT, which is all that shops hold. */
const readableFrames: ReadonlySet<number> = new Set([0xc0, 0xc1, 0xc2]);

/** Row-major place of the k-th coefficient in zigzag order (T.81, figure A.6). */
const zigzag: readonly number[] = [
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7,
  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46,
  53, 60, 61, 54, 47, 55, 62, 63,
];

interface Component {
  readonly id: number;
  readonly horizontal: number;
  readonly vertical: number;
  readonly table: number;
  /** The table in force when the component's first scan began: later redefinitions do not reach it. */
  steps: readonly number[] | null;
}

interface Header {
  readonly tables: Map<number, readonly number[]>;
  components: Component[] | null;
  hasJfif: boolean;
  adobeTransform: number | null;
}

/**
 * What a JPEG file says about the precision of its own pixels: quantisation tables and chroma subsampling.
 *
 * Only the header is read, plus as many bytes as lie before the last component's first scan; no pixel is decoded.
 * bytes: any file, also a broken or hostile one. Returns null where there is no constraint that the decoded RGB
 * pixels obey: not a JPEG, not 8-bit Huffman DCT, stored as RGB, CMYK or YCCK, Cb and Cr with tables or sampling of
 * their own, subsampling other than 1 or 2 along an axis, or a header that contradicts itself. Never throws.
 *
 * A grey JPEG has no chroma at all, which is the strictest statement: its chroma steps are 1.
 * Source: ITU-T T.81, annex B; colour space as libjpeg's jdapimin.c guesses it.
 */
export function readJpegConstraint(bytes: Uint8Array): JpegConstraint | null {
  if (bytes.length < 4 || bytes[0] !== 0xff || bytes[1] !== marker.start) return null;
  const header: Header = { tables: new Map(), components: null, hasJfif: false, adobeTransform: null };
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) return null;
    const code = bytes[at + 1] as number;
    if (code === 0xff) {
      at += 1; // fill byte
      continue;
    }
    if (code === marker.end || code === marker.start) return null;
    if (code === 0x01 || (code >= 0xd0 && code <= 0xd7)) {
      at += 2; // stands alone, carries no length
      continue;
    }
    const length = readUint16(bytes, at + 2);
    if (length < 2 || at + 2 + length > bytes.length) return null;
    const body = bytes.subarray(at + 4, at + 2 + length);
    if (!readSegment(code, body, header)) return null;
    at += 2 + length;
    if (code === marker.scan) {
      if (header.components?.every((component) => component.steps !== null)) return toConstraint(header);
      at = skipScan(bytes, at);
    }
  }
  return null;
}

/** Takes in one segment; false when the file has no usable constraint. */
function readSegment(code: number, body: Uint8Array, header: Header): boolean {
  if (code === marker.quantisation) return readTables(body, header.tables);
  if (code === marker.scan) return latchTables(body, header);
  if (code === marker.jfif && startsWith(body, 'JFIF\0')) header.hasJfif = true;
  if (code === marker.adobe && startsWith(body, 'Adobe') && body.length >= 12) {
    header.adobeTransform = body[11] as number;
  }
  const isFrame =
    code >= marker.firstFrame &&
    code <= marker.lastFrame &&
    code !== marker.huffman &&
    code !== marker.reserved &&
    code !== marker.arithmetic;
  if (!isFrame) return true;
  if (!readableFrames.has(code) || header.components !== null) return false;
  header.components = readFrame(body);
  return header.components !== null;
}

function readTables(body: Uint8Array, tables: Map<number, readonly number[]>): boolean {
  let at = 0;
  while (at < body.length) {
    const precisionAndId = body[at] as number;
    const bytesPerStep = precisionAndId >> 4 === 0 ? 1 : 2;
    const id = precisionAndId & 15;
    if (precisionAndId >> 4 > 1 || id > 3 || at + 1 + 64 * bytesPerStep > body.length) return false;
    const steps = new Array<number>(64).fill(0);
    for (let k = 0; k < 64; k++) {
      const place = at + 1 + k * bytesPerStep;
      const step = bytesPerStep === 1 ? (body[place] as number) : readUint16(body, place);
      if (step === 0) return false;
      steps[zigzag[k] as number] = step;
    }
    tables.set(id, steps);
    at += 1 + 64 * bytesPerStep;
  }
  return true;
}

function readFrame(body: Uint8Array): Component[] | null {
  const count = body[5];
  if (body.length < 6 || count === undefined || body.length < 6 + 3 * count) return null;
  if (body[0] !== 8 || readUint16(body, 1) === 0 || readUint16(body, 3) === 0) return null;
  if (count !== 1 && count !== 3) return null;
  const components = Array.from({ length: count }, (_, index): Component => {
    const at = 6 + 3 * index;
    const sampling = body[at + 1] as number;
    return {
      id: body[at] as number,
      horizontal: sampling >> 4,
      vertical: sampling & 15,
      table: body[at + 2] as number,
      steps: null,
    };
  });
  const isSane = components.every(
    ({ horizontal, vertical }) => horizontal >= 1 && horizontal <= 4 && vertical >= 1 && vertical <= 4,
  );
  return isSane ? components : null;
}

function latchTables(body: Uint8Array, header: Header): boolean {
  const count = body[0];
  if (header.components === null || count === undefined || body.length < 1 + 2 * count) return false;
  for (let index = 0; index < count; index++) {
    const component = header.components.find(({ id }) => id === body[1 + 2 * index]);
    if (component === undefined) return false;
    component.steps ??= header.tables.get(component.table) ?? null;
    if (component.steps === null) return false;
  }
  return true;
}

/** The next marker after entropy-coded data; there 0xFF is followed by 0, or by a restart marker. */
function skipScan(bytes: Uint8Array, from: number): number {
  let at = bytes.indexOf(0xff, from);
  while (at !== -1 && at + 1 < bytes.length) {
    const next = bytes[at + 1] as number;
    if (next !== 0 && (next < 0xd0 || next > 0xd7)) return at;
    at = bytes.indexOf(0xff, at + 2);
  }
  return bytes.length;
}

function toConstraint({ components, hasJfif, adobeTransform }: Header): JpegConstraint | null {
  const [luma, blue, red] = components ?? [];
  if (luma === undefined || luma.steps === null) return null;
  if (blue === undefined || red === undefined) {
    return {
      lumaSteps: luma.steps,
      chromaSteps: new Array<number>(64).fill(1),
      chromaSubsampling: { x: 1, y: 1 },
    };
  }
  const isNamedRgb = luma.id === 0x52 && blue.id === 0x47 && red.id === 0x42;
  const isRgb = !hasJfif && (adobeTransform === null ? isNamedRgb : adobeTransform === 0);
  const { steps } = blue;
  if (isRgb || steps === null || blue.horizontal !== red.horizontal || blue.vertical !== red.vertical)
    return null;
  if (!steps.every((step, index) => step === red.steps?.[index])) return null;
  const x = luma.horizontal / blue.horizontal;
  const y = luma.vertical / blue.vertical;
  if ((x !== 1 && x !== 2) || (y !== 1 && y !== 2)) return null;
  return { lumaSteps: luma.steps, chromaSteps: steps, chromaSubsampling: { x, y } };
}

function readUint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

function startsWith(body: Uint8Array, text: string): boolean {
  return body.length >= text.length && [...text].every((letter, at) => body[at] === letter.charCodeAt(0));
}
