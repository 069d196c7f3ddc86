import { blur, channelOf, type Plane } from '../../web/core/fidelity/planes.ts';
import type { Raster } from '../../web/core/image/types.ts';
import { sample, smoothNoise } from './fields.ts';
import { type Random, seededRandom } from './random.ts';

/** What can go wrong with a result, each as strong as a merchant notices at 1:1 without being told where. */
export type DamageKind =
  | 'hue-shift'
  | 'darkened'
  | 'seam'
  | 'invented-texture'
  | 'moved-edge'
  | 'blurred-patch'
  | 'mirrored'
  | 'upside-down'
  | 'quarter-turn';

/** How strong each damage is, in one place. Lengths are in input pixels, tones in levels of 255. */
export const damageStrength = {
  hueShiftDegrees: 18,
  hueCastLevels: 8,
  darkenedTo: 0.88,
  seamLevels: 10,
  seamFadePx: 32,
  textureRms: 13,
  textureGrainPx: 1.1,
  textureRadiusPx: 14,
  moveByPx: 1.75,
  moveRadiusPx: 18,
  blurSigmaPx: 1.6,
  blurRadiusPx: 16,
} as const;

/** Where a local damage goes, in pixels of the raster, and across what direction an edge is moved (radians). */
export interface Spot {
  readonly xPx: number;
  readonly yPx: number;
  readonly angle: number;
}

export interface DamageRequest {
  /** A good result at output size. */
  readonly result: Raster<3>;
  /** Output pixels for one input pixel. */
  readonly scale: number;
  readonly spot: Spot;
  readonly seed: number;
}

/**
 * The result with one damage. (Copies are made by Uint8Array.from: the slice of a Buffer would share its bytes.)
 * Deterministic; what is given is not changed. A quarter turn swaps the sides.
 */
export function damage(kind: DamageKind, request: DamageRequest): Raster<3> {
  const { result, scale, spot } = request;
  const random = seededRandom(request.seed);
  const s = damageStrength;
  switch (kind) {
    case 'hue-shift':
      return shiftHue(result, random);
    case 'darkened':
      return mapPixels(result, (r, g, b) => [r * s.darkenedTo, g * s.darkenedTo, b * s.darkenedTo]);
    case 'seam':
      return seam(result, scale, spot, random);
    case 'invented-texture':
      return inventTexture(result, scale, spot, random);
    case 'moved-edge':
      return moveEdge(result, scale, spot);
    case 'blurred-patch':
      return blurPatch(result, scale, spot);
    case 'mirrored':
      return turn(result, (x, y, w) => ({ x: w - 1 - x, y }));
    case 'upside-down':
      return turn(result, (x, y, w, h) => ({ x: w - 1 - x, y: h - 1 - y }));
    case 'quarter-turn':
      return quarterTurn(result);
  }
}

function mapPixels(
  raster: Raster<3>,
  change: (r: number, g: number, b: number) => readonly [number, number, number],
): Raster<3> {
  const data = new Uint8Array(raster.data.length);
  for (let p = 0; p < data.length; p += 3) {
    const [r, g, b] = change(
      raster.data[p] as number,
      raster.data[p + 1] as number,
      raster.data[p + 2] as number,
    );
    data[p] = Math.max(0, Math.min(255, r + 0.5));
    data[p + 1] = Math.max(0, Math.min(255, g + 0.5));
    data[p + 2] = Math.max(0, Math.min(255, b + 0.5));
  }
  return { ...raster, data };
}

/** Turns the chroma of everything that is not white, and casts it a little, so that grey goods change as well. */
function shiftHue(raster: Raster<3>, random: Random): Raster<3> {
  const way = random.next() < 0.5 ? -1 : 1;
  const angle = (way * damageStrength.hueShiftDegrees * Math.PI) / 180;
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const cast = random.next() * 2 * Math.PI;
  return mapPixels(raster, (r, g, b) => {
    if (Math.min(r, g, b) >= 245) return [r, g, b];
    const y = 0.299 * r + 0.587 * g + 0.114 * b;
    const u = (b - y) / 1.772;
    const v = (r - y) / 1.402;
    const u2 = u * cos - v * sin + damageStrength.hueCastLevels * Math.cos(cast);
    const v2 = u * sin + v * cos + damageStrength.hueCastLevels * Math.sin(cast);
    const r2 = y + 1.402 * v2;
    const b2 = y + 1.772 * u2;
    return [r2, (y - 0.299 * r2 - 0.114 * b2) / 0.587, b2];
  });
}

/** Lifts or lowers one side of a line through the spot, fading away from it: away from black or white, to be seen. */
function seam(raster: Raster<3>, scale: number, spot: Spot, random: Random): Raster<3> {
  const isUpright = Math.abs(Math.cos(spot.angle)) >= Math.SQRT1_2;
  const fadePx = damageStrength.seamFadePx * scale;
  const distance = (x: number, y: number): number => (isUpright ? x - spot.xPx : y - spot.yPx);
  const ground = meanGreen(raster, (x, y) => distance(x, y) >= 0 && distance(x, y) < fadePx);
  const sign = ground > 180 ? -1 : ground < 75 ? 1 : random.next() < 0.5 ? -1 : 1;
  const data = Uint8Array.from(raster.data);
  for (let y = 0; y < raster.heightPx; y++) {
    for (let x = 0; x < raster.widthPx; x++) {
      const beyond = distance(x, y);
      if (beyond < 0) continue;
      const lift = sign * damageStrength.seamLevels * Math.exp(-beyond / fadePx);
      for (let p = (y * raster.widthPx + x) * 3, c = 0; c < 3; c++) {
        data[p + c] = Math.max(0, Math.min(255, (raster.data[p + c] as number) + lift + 0.5));
      }
    }
  }
  return { ...raster, data };
}

function meanGreen(raster: Raster<3>, isCounted: (x: number, y: number) => boolean): number {
  let sum = 0;
  let count = 0;
  for (let y = 0; y < raster.heightPx; y += 2) {
    for (let x = 0; x < raster.widthPx; x += 2) {
      if (!isCounted(x, y)) continue;
      sum += raster.data[(y * raster.widthPx + x) * 3 + 1] as number;
      count++;
    }
  }
  return count === 0 ? 128 : sum / count;
}

/** 1 inside, falling softly to 0 at the radius. */
function patchWeight(x: number, y: number, spot: Spot, radiusPx: number): number {
  const distance = Math.hypot(x - spot.xPx, y - spot.yPx) / radiusPx;
  if (distance >= 1) return 0;
  return distance <= 0.6 ? 1 : (1 - distance) / 0.4;
}

function inventTexture(raster: Raster<3>, scale: number, spot: Spot, random: Random): Raster<3> {
  const radius = damageStrength.textureRadiusPx * scale;
  const side = Math.ceil(2 * radius) + 2;
  const grain = smoothNoise(side, side, damageStrength.textureGrainPx * scale, random);
  const data = Uint8Array.from(raster.data);
  forPatch(raster, spot, radius, (x, y, weight) => {
    const u = Math.max(0, Math.min(side - 1, Math.round(x - spot.xPx + radius)));
    const v = Math.max(0, Math.min(side - 1, Math.round(y - spot.yPx + radius)));
    const add = weight * damageStrength.textureRms * (grain.data[v * side + u] as number);
    for (let p = (y * raster.widthPx + x) * 3, c = 0; c < 3; c++) {
      data[p + c] = Math.max(0, Math.min(255, (raster.data[p + c] as number) + add + 0.5));
    }
  });
  return { ...raster, data };
}

function forPatch(
  raster: Raster<3>,
  spot: Spot,
  radiusPx: number,
  visit: (x: number, y: number, weight: number) => void,
): void {
  const bottom = Math.min(raster.heightPx - 1, Math.ceil(spot.yPx + radiusPx));
  const right = Math.min(raster.widthPx - 1, Math.ceil(spot.xPx + radiusPx));
  for (let y = Math.max(0, Math.floor(spot.yPx - radiusPx)); y <= bottom; y++) {
    for (let x = Math.max(0, Math.floor(spot.xPx - radiusPx)); x <= right; x++) {
      const weight = patchWeight(x, y, spot, radiusPx);
      if (weight > 0) visit(x, y, weight);
    }
  }
}

/** Pushes what lies around the spot along the angle; the push fades out at the radius, so nothing tears. */
function moveEdge(raster: Raster<3>, scale: number, spot: Spot): Raster<3> {
  const by = damageStrength.moveByPx * scale;
  const channels = planesOf(raster);
  const data = Uint8Array.from(raster.data);
  forPatch(raster, spot, damageStrength.moveRadiusPx * scale, (x, y, weight) => {
    const u = x - weight * by * Math.cos(spot.angle);
    const v = y - weight * by * Math.sin(spot.angle);
    channels.forEach((plane, c) => {
      data[(y * raster.widthPx + x) * 3 + c] = sample(plane, u, v) + 0.5;
    });
  });
  return { ...raster, data };
}

function blurPatch(raster: Raster<3>, scale: number, spot: Spot): Raster<3> {
  const sigma = damageStrength.blurSigmaPx * scale;
  const radius = damageStrength.blurRadiusPx * scale;
  const room = Math.ceil(radius + 3 * sigma);
  const left = Math.max(0, Math.floor(spot.xPx) - room);
  const top = Math.max(0, Math.floor(spot.yPx) - room);
  const part = cut(raster, left, top, 2 * room, 2 * room);
  const soft = planesOf(part).map((plane) => blur(plane, sigma));
  const data = Uint8Array.from(raster.data);
  forPatch(raster, spot, radius, (x, y, weight) => {
    const i = y * raster.widthPx + x;
    const inPart = (y - top) * part.widthPx + (x - left);
    soft.forEach((plane, c) => {
      const own = raster.data[i * 3 + c] as number;
      data[i * 3 + c] = own * (1 - weight) + (plane.data[inPart] as number) * weight + 0.5;
    });
  });
  return { ...raster, data };
}

/** A part of the raster, as far as it lies inside. */
function cut(raster: Raster<3>, left: number, top: number, width: number, height: number): Raster<3> {
  const widthPx = Math.min(width, raster.widthPx - left);
  const heightPx = Math.min(height, raster.heightPx - top);
  const data = new Uint8Array(widthPx * heightPx * 3);
  for (let y = 0; y < heightPx; y++) {
    const from = ((top + y) * raster.widthPx + left) * 3;
    data.set(raster.data.subarray(from, from + widthPx * 3), y * widthPx * 3);
  }
  return { data, widthPx, heightPx, channels: 3 };
}

function planesOf(raster: Raster<3>): Plane[] {
  return [0, 1, 2].map((channel) => channelOf(raster, channel));
}

function turn(
  raster: Raster<3>,
  from: (x: number, y: number, w: number, h: number) => { x: number; y: number },
): Raster<3> {
  const { widthPx: w, heightPx: h } = raster;
  const data = new Uint8Array(raster.data.length);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const source = from(x, y, w, h);
      data.set(
        raster.data.subarray((source.y * w + source.x) * 3, (source.y * w + source.x) * 3 + 3),
        (y * w + x) * 3,
      );
    }
  }
  return { ...raster, data };
}

function quarterTurn(raster: Raster<3>): Raster<3> {
  const { widthPx: w, heightPx: h } = raster;
  const data = new Uint8Array(raster.data.length);
  for (let y = 0; y < w; y++) {
    for (let x = 0; x < h; x++) {
      const source = ((h - 1 - x) * w + y) * 3;
      data.set(raster.data.subarray(source, source + 3), (y * h + x) * 3);
    }
  }
  return { data, widthPx: h, heightPx: w, channels: 3 };
}
