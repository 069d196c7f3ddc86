import type { IccProfile } from './icc.ts';
import { invert3, multiply3, srgbColorantsD50, srgbFromLinear, srgbToLinear } from './srgb.ts';

/** Steps of the table that encodes linear light: its largest step is far below half of an 8-bit one. */
const encodeSteps = 65_536;

function curveTable(curve: (x: number) => number): Float32Array {
  return Float32Array.from({ length: 65_536 }, (_, level) => curve(level / 65_535));
}

/**
 * 16-bit RGB to 8-bit sRGB, rounded to nearest; colours outside sRGB are clipped channel by channel (relative
 * colorimetric, as with matrix profiles everywhere).
 * data: RGB or RGBA, interleaved, host order; channels: 3 or 4. For profile kind `grey`, R = G = B is taken as the
 * grey value. profile null: the samples already are sRGB. Returns the same layout in 8 bits, in the first half of
 * data's own memory: a 25-megapixel source with alpha has 200 MB of samples, and a copy would be too much.
 */
export function deepToSrgb(
  data: Uint16Array,
  channels: 3 | 4,
  profile: Exclude<IccProfile, { kind: 'table' }> | null,
): Uint8Array {
  // A pixel's bytes are written after its samples were read, and never behind them.
  const out = new Uint8Array(data.buffer, data.byteOffset, data.length);
  const round = Uint8Array.from({ length: 65_536 }, (_, level) => Math.round((level * 255) / 65_535));
  const count = data.length;
  if (profile === null) {
    for (let at = 0; at < count; at += 1) out[at] = round[data[at] ?? 0] ?? 0;
    return out;
  }
  const encode = Uint8Array.from({ length: encodeSteps + 1 }, (_, step) =>
    Math.round(srgbFromLinear(step / encodeSteps) * 255),
  );
  const matrix =
    profile.kind === 'matrix'
      ? multiply3(invert3(srgbColorantsD50), profile.toXyz)
      : [1, 0, 0, 0, 1, 0, 0, 0, 1];
  const [m0 = 0, m1 = 0, m2 = 0, m3 = 0, m4 = 0, m5 = 0, m6 = 0, m7 = 0, m8 = 0] = matrix;
  const [red = srgbToLinear, green = red, blue = green] =
    profile.kind === 'matrix' ? profile.curves : [profile.curve];
  const [redTable, greenTable, blueTable] = [red, green, blue].map(curveTable) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const byte = (linear: number): number =>
    encode[linear <= 0 ? 0 : linear >= 1 ? encodeSteps : (linear * encodeSteps + 0.5) | 0] ?? 0;
  for (let at = 0; at < count; at += channels) {
    const r = redTable[data[at] ?? 0] ?? 0;
    const g = greenTable[data[at + 1] ?? 0] ?? 0;
    const b = blueTable[data[at + 2] ?? 0] ?? 0;
    out[at] = byte(m0 * r + m1 * g + m2 * b);
    out[at + 1] = byte(m3 * r + m4 * g + m5 * b);
    out[at + 2] = byte(m6 * r + m7 * g + m8 * b);
    if (channels === 4) out[at + 3] = round[data[at + 3] ?? 0] ?? 0;
  }
  return out;
}
