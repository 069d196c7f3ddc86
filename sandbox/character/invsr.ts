import {
  blur,
  difference,
  dilate,
  emptyPlane,
  halve,
  lumaOf,
  type Plane,
  product,
} from '../../web/core/fidelity/planes.ts';
import type { Raster } from '../../web/core/image/types.ts';
import { sample, smoothNoise, stretch } from './fields.ts';
import { type Random, seededRandom } from './random.ts';

/** How far a result leaves the truth; 1 is the middle of what InvSR's published pictures measure. */
export interface Character {
  /** Share of fine texture that is rewritten, times. */
  readonly texture: number;
  /** Broad drift of tone and colour, times. */
  readonly drift: number;
  /** Small displacement of edges, times. */
  readonly warp: number;
}

export const usualCharacter: Character = { texture: 1, drift: 1, warp: 1 };

/**
 * Bands by σ in input pixels: the share that is rewritten in pure texture, and the levels of wobble that even a plain
 * surface gets. What is wider than 1.5 pixels is shape: it wobbles, but is not replaced.
 */
const bands = [
  { from: 0, to: 0.6, rewritten: 0.95, floor: 0.4 },
  { from: 0.6, to: 1.5, rewritten: 0.85, floor: 0.9 },
  { from: 1.5, to: 3, rewritten: 0, floor: 1.9 },
  { from: 3, to: 6, rewritten: 0, floor: 1.7 },
] as const;

/**
 * A result with the character of InvSR, from a faithful picture at output size: grain below the input's noise is
 * removed, fine texture is replaced by other texture of the same strength, edges swim by an eighth of an input
 * pixel, fine contrast is exaggerated, and tone and colour drift broadly. Text and outlines stay what they are.
 *
 * rgb: faithful picture at output size; input: what the engine would have got (for the scale and its noise).
 * Deterministic in the seed. Nothing that is given is changed.
 */
export function giveInvsrCharacter(
  rgb: Raster<3>,
  input: { readonly widthPx: number; readonly heightPx: number },
  seed: number,
  character: Character = usualCharacter,
): Raster<3> {
  const random = seededRandom(seed);
  const scale = Math.sqrt((rgb.widthPx * rgb.heightPx) / (input.widthPx * input.heightPx));
  const warped = swim(rgb, scale, character.warp, random);
  const delta = rewriteTexture(lumaOf(warped), scale, character.texture, random);
  return driftColour(warped, delta, scale, character.drift, random);
}

/** Displaces the picture by a smooth random field of about an eighth of an input pixel (RMS). */
function swim(rgb: Raster<3>, scale: number, strength: number, random: Random): Raster<3> {
  const { widthPx: w, heightPx: h } = rgb;
  const shiftX = smoothNoise(w, h, 6 * scale, random);
  const shiftY = smoothNoise(w, h, 6 * scale, random);
  const reach = 0.14 * scale * strength;
  const data = new Uint8Array(rgb.data.length);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const i = y * w + x;
      const u = Math.max(0, Math.min(w - 1.001, x + reach * (shiftX.data[i] as number)));
      const v = Math.max(0, Math.min(h - 1.001, y + reach * (shiftY.data[i] as number)));
      const left = Math.floor(u);
      const top = Math.floor(v);
      const fx = u - left;
      const fy = v - top;
      for (let c = 0; c < 3; c++) {
        const at = (top * w + left) * 3 + c;
        const upper = (rgb.data[at] as number) * (1 - fx) + (rgb.data[at + 3] as number) * fx;
        const lower = (rgb.data[at + w * 3] as number) * (1 - fx) + (rgb.data[at + w * 3 + 3] as number) * fx;
        data[i * 3 + c] = upper * (1 - fy) + lower * fy + 0.5;
      }
    }
  }
  return { ...rgb, data };
}

/**
 * What to add to luma so that fine texture is another one of the same strength. Only the finest band needs every
 * pixel; the wider ones are made on a copy of about two pixels for one input pixel and enlarged.
 */
function rewriteTexture(luma: Plane, scale: number, strength: number, random: Random): Plane {
  let coarse = luma;
  let coarseScale = scale;
  while (coarseScale >= 3) {
    coarse = halve(coarse);
    coarseScale /= 2;
  }
  // Outlines and lettering stand out of their surroundings by far more than cloth or grain does.
  const outline = contrastOf(difference(coarse, blur(coarse, 2 * coarseScale)), 2 * coarseScale);
  const share = outline.data.map((contrast) => 1 / (1 + (contrast / 22) ** 2));
  const wide = emptyPlane(coarse.widthPx, coarse.heightPx);
  let upper = blur(coarse, bands[0].to * coarseScale);
  for (const band of bands.slice(1)) {
    const lower = blur(upper, Math.sqrt(band.to ** 2 - band.from ** 2) * coarseScale);
    addBand(wide, difference(upper, lower), band, share, coarseScale, strength, random);
    upper = lower;
  }
  const delta = stretch(wide, luma.widthPx, luma.heightPx);
  const fineShare = stretch({ ...outline, data: share }, luma.widthPx, luma.heightPx).data;
  const finest = difference(luma, blur(luma, bands[0].to * scale));
  addBand(delta, finest, bands[0], fineShare, scale, strength, random);
  return delta;
}

function addBand(
  delta: Plane,
  fine: Plane,
  band: (typeof bands)[number],
  plainness: Float32Array,
  scale: number,
  strength: number,
  random: Random,
): void {
  // Twice the window: what an outline lends to the flat ground beside it is no texture of that ground.
  const energy = erode(contrastOf(fine, 2 * scale), Math.ceil(4 * scale));
  const noiseSigmaPx = Math.max(0.6, ((band.from + band.to) / 2) * scale);
  const fresh = smoothNoise(delta.widthPx, delta.heightPx, noiseSigmaPx, random);
  for (let i = 0; i < delta.data.length; i++) {
    const plain = plainness[i] as number;
    const share = Math.min(1, band.rewritten * strength) * plain;
    const keep = Math.sqrt(Math.max(0, 1 - share * share));
    // Exaggerated a little, as InvSR does.
    const level =
      1.15 * share * (energy.data[i] as number) + plain * strength * wobble(band, energy.data[i] as number);
    delta.data[i] =
      (delta.data[i] as number) + (keep - 1) * (fine.data[i] as number) + level * (fresh.data[i] as number);
  }
}

/** Levels of fresh wobble: more on cloth and grain than on plain ground, but never a texture of its own. */
function wobble(band: (typeof bands)[number], energy: number): number {
  return band.floor * Math.min(2, 0.6 + 0.15 * energy);
}

/** Smallest value nearby, on a coarse grid: the contrast is smooth, so a fifth of the reach is fine enough. */
function erode(plane: Plane, reachPx: number): Plane {
  const cell = Math.max(1, Math.floor(reachPx / 5));
  const coarse = emptyPlane(Math.ceil(plane.widthPx / cell), Math.ceil(plane.heightPx / cell));
  for (let y = 0; y < coarse.heightPx; y++) {
    for (let x = 0; x < coarse.widthPx; x++) {
      coarse.data[y * coarse.widthPx + x] = -(plane.data[y * cell * plane.widthPx + x * cell] as number);
    }
  }
  const least = dilate(coarse, Math.round(reachPx / cell));
  const smooth = blur({ ...least, data: least.data.map((value) => -value) }, 2);
  return stretch(smooth, plane.widthPx, plane.heightPx);
}

/** Standard deviation of a band around each pixel; worked out on a coarse copy, as the answer is smooth. */
function contrastOf(fine: Plane, sigmaPx: number): Plane {
  let squares = product(fine, fine);
  let sigma = sigmaPx;
  while (sigma >= 4) {
    squares = halve(squares);
    sigma /= 2;
  }
  const soft = blur(squares, sigma);
  const root = { ...soft, data: soft.data.map((value) => Math.sqrt(Math.max(0, value))) };
  return stretch(root, fine.widthPx, fine.heightPx);
}

/** Adds the texture and a broad drift: one field for tone, two for colour, weaker where the picture is white. */
function driftColour(
  rgb: Raster<3>,
  delta: Plane,
  scale: number,
  strength: number,
  random: Random,
): Raster<3> {
  const { widthPx: w, heightPx: h } = rgb;
  const fields = [0, 1, 2].map(() => {
    const broad = smoothNoise(Math.ceil(w / 4), Math.ceil(h / 4), 4 * scale, random);
    const narrow = smoothNoise(Math.ceil(w / 4), Math.ceil(h / 4), 1 * scale, random);
    return { broad, narrow, offset: random.normal() };
  });
  const at = (index: number, x: number, y: number): number => {
    const field = fields[index];
    if (field === undefined) return 0;
    return (
      3 * sample(field.broad, x / 4, y / 4) + 1.6 * sample(field.narrow, x / 4, y / 4) + 1.6 * field.offset
    );
  };
  const data = new Uint8Array(rgb.data.length);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const i = y * w + x;
      const p = i * 3;
      const peak = Math.min(rgb.data[p] as number, rgb.data[p + 1] as number, rgb.data[p + 2] as number);
      const weight = strength * (peak >= 245 ? 0.25 : 1);
      const tone = weight * at(0, x, y);
      const red = 0.6 * weight * at(1, x, y);
      const blue = 0.6 * weight * at(2, x, y);
      const shifts = [tone + red, tone - 0.5 * (red + blue), tone + blue];
      for (let c = 0; c < 3; c++) {
        const value = (rgb.data[p + c] as number) + (delta.data[i] as number) + (shifts[c] as number);
        data[p + c] = Math.max(0, Math.min(255, value + 0.5));
      }
    }
  }
  return { ...rgb, data };
}
