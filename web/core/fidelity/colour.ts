import type { Raster } from '../image/types.ts';
import { blur, channelOf, emptyPlane, halve, type Plane } from './planes.ts';

export interface Lab {
  readonly l: number;
  readonly a: number;
  readonly b: number;
}

/** D65 white of sRGB, IEC 61966-2-1. */
const white = { x: 0.95047, y: 1, z: 1.08883 } as const;

function labCurve(t: number): number {
  return t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t + 16) / 116;
}

/** sRGB code value (0…255, fractions allowed) to linear light 0…1. IEC 61966-2-1. */
export function linearOf(code: number): number {
  const c = code / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
}

/** CIE L*a*b* under D65 of linear-light sRGB (each 0…1). */
export function labOf(r: number, g: number, b: number): Lab {
  const x = labCurve((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / white.x);
  const y = labCurve((0.2126729 * r + 0.7151522 * g + 0.072175 * b) / white.y);
  const z = labCurve((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / white.z);
  return { l: 116 * y - 16, a: 500 * (x - y), b: 200 * (y - z) };
}

const degrees = Math.PI / 180;
const pow25to7 = 25 ** 7;

/**
 * CIEDE2000 colour difference, kL = kC = kH = 1. Returns ≥ 0; about 1 is the least that a trained eye sees.
 * Source: Sharma, Wu, Dalal 2005, https://hajim.rochester.edu/ece/sites/gsharma/ciede2000/ (equations 2 to 22).
 */
export function deltaE2000(one: Lab, two: Lab): number {
  const c1 = Math.hypot(one.a, one.b);
  const c2 = Math.hypot(two.a, two.b);
  const mean7 = ((c1 + c2) / 2) ** 7;
  const g = 0.5 * (1 - Math.sqrt(mean7 / (mean7 + pow25to7)));
  const a1 = (1 + g) * one.a;
  const a2 = (1 + g) * two.a;
  const chroma1 = Math.hypot(a1, one.b);
  const chroma2 = Math.hypot(a2, two.b);
  const h1 = hueOf(a1, one.b);
  const h2 = hueOf(a2, two.b);

  const isGrey = chroma1 * chroma2 === 0;
  let hueStep = h2 - h1;
  if (hueStep > 180) hueStep -= 360;
  else if (hueStep < -180) hueStep += 360;
  const deltaL = two.l - one.l;
  const deltaC = chroma2 - chroma1;
  const deltaH = isGrey ? 0 : 2 * Math.sqrt(chroma1 * chroma2) * Math.sin((hueStep / 2) * degrees);

  const meanL = (one.l + two.l) / 2;
  const meanC = (chroma1 + chroma2) / 2;
  let meanH = h1 + h2;
  if (!isGrey) {
    if (Math.abs(h1 - h2) <= 180) meanH /= 2;
    else meanH = h1 + h2 < 360 ? (h1 + h2 + 360) / 2 : (h1 + h2 - 360) / 2;
  }
  const t =
    1 -
    0.17 * Math.cos((meanH - 30) * degrees) +
    0.24 * Math.cos(2 * meanH * degrees) +
    0.32 * Math.cos((3 * meanH + 6) * degrees) -
    0.2 * Math.cos((4 * meanH - 63) * degrees);
  const turn = 30 * Math.exp(-(((meanH - 275) / 25) ** 2));
  const meanC7 = meanC ** 7;
  const rc = 2 * Math.sqrt(meanC7 / (meanC7 + pow25to7));
  const off50 = (meanL - 50) ** 2;
  const sl = 1 + (0.015 * off50) / Math.sqrt(20 + off50);
  const sc = 1 + 0.045 * meanC;
  const sh = 1 + 0.015 * meanC * t;
  const rt = -Math.sin(2 * turn * degrees) * rc;
  const dl = deltaL / sl;
  const dc = deltaC / sc;
  const dh = deltaH / sh;
  return Math.sqrt(Math.max(0, dl * dl + dc * dc + dh * dh + rt * dc * dh));
}

function hueOf(a: number, b: number): number {
  if (a === 0 && b === 0) return 0;
  const hue = Math.atan2(b, a) / degrees;
  return hue < 0 ? hue + 360 : hue;
}

export interface ColourDifference {
  /** ΔE2000 at every second input pixel along both axes, both pictures low-passed with σ 3 input pixels. */
  readonly map: Plane;
  /** Mean over the goods: everything that is not near-white background. Over all, where there are none. */
  readonly goodsMean: number;
  /** Mean over the near-white background of the input; null where it has none worth the name. */
  readonly whiteDrift: number | null;
  /** ΔE2000 at every eighth input pixel, both low-passed with σ 10: a whole patch of another colour. */
  readonly broad: Plane;
}

/** L* and chroma within which a low-passed input pixel counts as background white. */
const nearWhite = { minL: 94, maxChroma: 6 } as const;
/** Below this share of the picture, neither a background nor goods can be spoken of. */
const minShare = 0.02;

/**
 * Colour difference of two rasters of one size. Sampled at half size: a σ 3 low-pass holds nothing finer.
 */
export function colourDifferenceOf(before: Raster<3>, after: Raster<3>): ColourDifference {
  const linear = linearTable();
  const one = halved(before);
  const two = halved(after);
  // 2×2 means blur by 0.25 px²; the rest of σ² = 9 follows at half size.
  const narrow = Math.sqrt(9 - 0.25) / 2;
  const oneSoft = one.map((plane) => blur(plane, narrow));
  const twoSoft = two.map((plane) => blur(plane, narrow));
  const map = emptyPlane(one[0].widthPx, one[0].heightPx);
  let whiteSum = 0;
  let whiteCount = 0;
  let sum = 0;
  for (let i = 0; i < map.data.length; i++) {
    const labBefore = labAt(oneSoft, i, linear);
    const distance = deltaE2000(labBefore, labAt(twoSoft, i, linear));
    map.data[i] = distance;
    sum += distance;
    if (labBefore.l >= nearWhite.minL && Math.hypot(labBefore.a, labBefore.b) <= nearWhite.maxChroma) {
      whiteSum += distance;
      whiteCount++;
    }
  }
  const least = Math.max(16, minShare * map.data.length);
  const goodsCount = map.data.length - whiteCount;
  return {
    map,
    goodsMean: goodsCount >= least ? (sum - whiteSum) / goodsCount : sum / map.data.length,
    whiteDrift: whiteCount >= least ? whiteSum / whiteCount : null,
    broad: broadDifference(one, two, linear),
  };
}

function broadDifference(one: Channels, two: Channels, linear: Float32Array): Plane {
  const soft = (planes: Channels): Channels =>
    planes.map((plane) => blur(halve(halve(plane)), Math.sqrt(100 - 5.25) / 8)) as unknown as Channels;
  const before = soft(one);
  const after = soft(two);
  const map = emptyPlane(before[0].widthPx, before[0].heightPx);
  for (let i = 0; i < map.data.length; i++) {
    map.data[i] = deltaE2000(labAt(before, i, linear), labAt(after, i, linear));
  }
  return map;
}

type Channels = readonly [Plane, Plane, Plane];

function halved(raster: Raster<3>): Channels {
  return [halve(channelOf(raster, 0)), halve(channelOf(raster, 1)), halve(channelOf(raster, 2))];
}

const tableSteps = 16;

/** Linear light in steps of 1/16 code value: the power function is the dearest part of the loop otherwise. */
function linearTable(): Float32Array {
  const table = new Float32Array(255 * tableSteps + 1);
  for (let i = 0; i < table.length; i++) table[i] = linearOf(i / tableSteps);
  return table;
}

function labAt(planes: readonly Plane[], index: number, linear: Float32Array): Lab {
  const light = (channel: number): number =>
    linear[
      Math.max(
        0,
        Math.min(
          255 * tableSteps,
          Math.round(((planes[channel] as Plane).data[index] as number) * tableSteps),
        ),
      )
    ] as number;
  return labOf(light(0), light(1), light(2));
}
