/**
 * A reader for the part of ICC profiles that says what photos' profiles say: matrix and tone curves, or one grey
 * curve. It decides whether a profile is sound, whether it is sRGB in other words, and it serves 16-bit pixels,
 * which libvips would take through Display P3 and cut to 8 bits without rounding.
 * Source: ICC.1:2022 (profile version 4.4); sections in brackets.
 */
export type ToneCurve = (device: number) => number;

export type IccProfile =
  | { readonly kind: 'matrix'; readonly curves: readonly ToneCurve[]; readonly toXyz: readonly number[] }
  | { readonly kind: 'grey'; readonly curve: ToneCurve }
  /** Sound as far as the structure goes, but only a full colour engine can apply it. */
  | { readonly kind: 'table'; readonly space: 'RGB ' | 'GRAY' | 'CMYK' };

/** Real profiles end at about 3 MB (CMYK tables); what is larger is not read. */
const maxProfileBytes = 8_000_000;
const maxTags = 100;

interface Tags {
  readonly view: DataView;
  readonly places: ReadonlyMap<string, { readonly at: number; readonly length: number }>;
}

const signature = (view: DataView, at: number): string =>
  String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));

/** s15Fixed16Number [4.6]. */
const fixed = (view: DataView, at: number): number => view.getInt32(at) / 65_536;

function readTags(view: DataView, bytes: number): Tags | null {
  const count = view.getUint32(128);
  if (count > maxTags || 132 + count * 12 > bytes) return null;
  const places = new Map<string, { at: number; length: number }>();
  for (let index = 0; index < count; index += 1) {
    const entry = 132 + index * 12;
    const [at, length] = [view.getUint32(entry + 4), view.getUint32(entry + 8)];
    if (at < 128 || length < 8 || at + length > bytes) return null;
    places.set(signature(view, entry), { at, length });
  }
  return { view, places };
}

/** curveType and parametricCurveType [10.6, 10.18]; null when broken. Curves map 0…1 to 0…1. */
function readCurve(tags: Tags, tag: string): ToneCurve | null {
  const place = tags.places.get(tag);
  if (!place) return null;
  const { view } = tags;
  const { at, length } = place;
  const kind = signature(view, at);
  if (kind === 'curv' && length >= 12) {
    const count = view.getUint32(at + 8);
    if (count > 65_536 || 12 + count * 2 > length) return null;
    if (count === 0) return (device) => device;
    if (count === 1) {
      const gamma = view.getUint16(at + 12) / 256;
      return (device) => device ** gamma;
    }
    const points = Float64Array.from({ length: count }, (_, i) => view.getUint16(at + 12 + i * 2) / 65_535);
    return (device) => {
      const place = Math.min(Math.max(device, 0), 1) * (count - 1);
      const left = Math.min(Math.floor(place), count - 2);
      const [low, high] = [points[left] ?? 0, points[left + 1] ?? 0];
      return low + (high - low) * (place - left);
    };
  }
  if (kind === 'para' && length >= 16) {
    const type = view.getUint16(at + 8);
    const counts = [1, 3, 4, 5, 7];
    const count = counts[type];
    if (count === undefined || 12 + count * 4 > length) return null;
    const [g = 1, a = 1, b = 0, c = 0, d = 0, e = 0, f = 0] = Array.from({ length: count }, (_, i) =>
      fixed(view, at + 12 + i * 4),
    );
    const power = (x: number): number => Math.max(a * x + b, 0) ** g;
    const curve: readonly ToneCurve[] = [
      (x) => x ** g,
      (x) => (x >= -b / a ? power(x) : 0),
      (x) => (x >= -b / a ? power(x) + c : c),
      (x) => (x >= d ? power(x) : c * x),
      (x) => (x >= d ? power(x) + e : c * x + f),
    ];
    return curve[type] ?? null;
  }
  return null;
}

function isFinite01(curve: ToneCurve): boolean {
  return [0, 0.25, 0.5, 0.75, 1].every((x) => {
    const y = curve(x);
    return Number.isFinite(y) && y > -0.1 && y < 1.1;
  });
}

/**
 * Reads a profile found in an image. bytes: the whole profile, as untrusted as the image. Returns null for what is
 * no sound input, display or colour-space profile for RGB, grey or CMYK. Never throws.
 * Matrix: row-major 3 × 3, linear device RGB to XYZ (D50, relative to media white).
 */
export function readIccProfile(bytes: Uint8Array): IccProfile | null {
  if (bytes.length < 132 || bytes.length > maxProfileBytes) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = view.getUint32(0);
  if (size < 132 || size > bytes.length || signature(view, 36) !== 'acsp') return null;
  if (!['scnr', 'mntr', 'prtr', 'spac'].includes(signature(view, 12))) return null;
  const space = signature(view, 16);
  const tags = readTags(view, size);
  if (!tags || (space !== 'RGB ' && space !== 'GRAY' && space !== 'CMYK')) return null;
  // A perceptual table, where there is one, is meant to be preferred over the matrix [8.3].
  if (tags.places.has('A2B0')) return { kind: 'table', space };
  if (space === 'GRAY') {
    const curve = readCurve(tags, 'kTRC');
    return curve && isFinite01(curve) ? { kind: 'grey', curve } : null;
  }
  if (space !== 'RGB ' || signature(view, 20) !== 'XYZ ') return null;
  const curves: ToneCurve[] = [];
  const columns: number[][] = [];
  for (const channel of ['r', 'g', 'b']) {
    const curve = readCurve(tags, `${channel}TRC`);
    const place = tags.places.get(`${channel}XYZ`);
    if (!curve || !isFinite01(curve) || !place || place.length < 20) return null;
    if (signature(view, place.at) !== 'XYZ ') return null;
    curves.push(curve);
    columns.push([8, 12, 16].map((offset) => fixed(view, place.at + offset)));
  }
  const toXyz = [0, 1, 2].flatMap((row) => columns.map((column) => column[row] ?? 0));
  // White must come out as something like D50, or the profile would throw the picture's colours away.
  const white = [0, 3, 6].map((row) => (toXyz[row] ?? 0) + (toXyz[row + 1] ?? 0) + (toXyz[row + 2] ?? 0));
  const isWhiteSound = [0.9642, 1, 0.8249].every((d50, axis) => Math.abs((white[axis] ?? 0) - d50) < 0.1);
  return isWhiteSound ? { kind: 'matrix', curves, toXyz } : null;
}
