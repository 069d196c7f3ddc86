import { blur, difference, dilate, emptyPlane, halve, type Plane, product, quantile } from './planes.ts';
import { usualOf } from './usual.ts';

/** One way in which shapes can change, as a map and the figure of its worst place. */
export interface Finding {
  /** Larger is worse. */
  readonly map: Plane;
  /** Side of a cell of the map in input pixels. */
  readonly cellPx: number;
  readonly figure: number;
}

export interface Structure {
  /** Change of a small shape over what is usual for its contrast in this picture, times. */
  readonly shapeChange: Finding;
  /** The same with a finer ear: faint print, faint texture. */
  readonly faintChange: Finding;
  /** Change of a small shape over the contrast of the input at that place. */
  readonly relativeChange: Finding;
  /** Fine contrast that came up on smooth ground, over what came up on all smooth ground, times. */
  readonly textureGain: Finding;
  /** Share of fine contrast that is gone, beyond what is gone everywhere, 0…1. */
  readonly detailLoss: Finding;
  /** Of the input, at half its size: see localContrast. */
  readonly contrast: Plane;
}

/** Standard deviation of white noise of σ 1 after a Gaussian of σ 1: 1 / (2 √π). */
const noiseLeft = 0.28;

/**
 * Compares luma before and after at the input's size. What lies within noiseSigma, the input's own noise in levels,
 * is no change; broad differences (σ 6) are tone and belong to the colour figures.
 */
export function structureOf(before: Plane, after: Plane, noiseSigma: number): Structure {
  const error = difference(after, before);
  const narrow = blur(error, 1);
  const wide = blur(halve(halve(error)), Math.sqrt(36 - 1.25) / 4);
  const change = emptyPlane(before.widthPx, before.heightPx);
  for (let y = 0, i = 0; y < change.heightPx; y++) {
    const base = (y >> 2) * wide.widthPx;
    for (let x = 0; x < change.widthPx; x++, i++) {
      change.data[i] = Math.abs((narrow.data[i] as number) - (wide.data[base + (x >> 2)] as number));
    }
  }
  const contrast = localContrast(before);
  const contrastAfter = localContrast(after);
  return {
    contrast,
    ...changesOf(change, contrast, noiseSigma),
    textureGain: textureGainOf(contrast, contrastAfter, noiseSigma),
    detailLoss: detailLossOf(contrast, contrastAfter, noiseSigma),
  };
}

function changesOf(
  change: Plane,
  contrast: Plane,
  noiseSigma: number,
): Pick<Structure, 'shapeChange' | 'faintChange' | 'relativeChange'> {
  // The worst of each 2×2: what is usual is asked on the contrast's grid, what stands out on the finer one.
  const peaks = halvePeaks(change);
  const usual = usualOf(contrast, halveFirst(change), 0.9);
  const own = noiseLeft * noiseSigma;
  const shape = emptyPlane(contrast.widthPx, contrast.heightPx);
  const faint = emptyPlane(contrast.widthPx, contrast.heightPx);
  const relative = emptyPlane(contrast.widthPx, contrast.heightPx);
  for (let i = 0; i < shape.data.length; i++) {
    const level = contrast.data[i] as number;
    const expected = usual(level) + own;
    const peak = peaks.data[i] as number;
    shape.data[i] = peak / (expected + 4);
    faint.data[i] = peak / (expected + 1);
    relative.data[i] = peak / (level + noiseSigma + 6);
  }
  return { shapeChange: finding(shape), faintChange: finding(faint), relativeChange: finding(relative) };
}

function textureGainOf(contrast: Plane, contrastAfter: Plane, noiseSigma: number): Finding {
  // 5 cells are 10 input pixels: an outline nearby lends contrast to smooth ground.
  const nearby = dilate(contrast, 5);
  const gain = emptyPlane(contrast.widthPx, contrast.heightPx);
  const smooth: number[] = [];
  for (let i = 0; i < gain.data.length; i++) {
    if ((nearby.data[i] as number) >= 8 + 1.5 * noiseSigma) continue;
    const had = contrast.data[i] as number;
    const has = contrastAfter.data[i] as number;
    // A result without the input's noise may not hide a new texture behind it; one that kept it has it everywhere.
    const real = Math.max(0, had * had - noiseSigma * noiseSigma);
    gain.data[i] = Math.sqrt(Math.max(0, has * has - real));
    smooth.push(gain.data[i] as number);
  }
  const usual = smooth.length < 50 ? 0 : quantile(Float32Array.from(smooth), 0.5);
  for (let i = 0; i < gain.data.length; i++) gain.data[i] = (gain.data[i] as number) / (usual + 1.5);
  return finding(gain);
}

function detailLossOf(contrast: Plane, contrastAfter: Plane, noiseSigma: number): Finding {
  const share = emptyPlane(contrast.widthPx, contrast.heightPx);
  for (let i = 0; i < share.data.length; i++) {
    const had = contrast.data[i] as number;
    const real = Math.sqrt(Math.max(0, had * had - noiseSigma * noiseSigma));
    share.data[i] = Math.max(0, real - (contrastAfter.data[i] as number)) / (real + 2 * noiseSigma + 6);
  }
  const loss = blur(share, 1.5);
  const detailed: number[] = [];
  for (let i = 0; i < loss.data.length; i++) {
    const had = contrast.data[i] as number;
    if (had * had > (8 + noiseSigma) ** 2 + noiseSigma * noiseSigma) detailed.push(loss.data[i] as number);
  }
  const usual = detailed.length < 25 ? 0 : quantile(Float32Array.from(detailed), 0.5);
  for (let i = 0; i < loss.data.length; i++) loss.data[i] = Math.max(0, (loss.data[i] as number) - usual);
  return finding(loss);
}

/** Mean of the three worst cells: one alone may be chance, three that agree are not. */
function finding(map: Plane): Finding {
  return { map, cellPx: 2, figure: topMean(map, 3) };
}

/** Mean of the `count` largest values. */
export function topMean(map: Plane, count: number): number {
  const top = new Float32Array(count).fill(Number.NEGATIVE_INFINITY);
  for (const value of map.data) {
    if (value <= (top[0] as number)) continue;
    let i = 0;
    while (i + 1 < count && value > (top[i + 1] as number)) {
      top[i] = top[i + 1] as number;
      i++;
    }
    top[i] = value;
  }
  const kept = Math.min(count, map.data.length);
  let sum = 0;
  for (let i = count - kept; i < count; i++) sum += top[i] as number;
  return kept === 0 ? 0 : sum / kept;
}

/**
 * Standard deviation of what is finer than σ 2 input pixels, within a window of σ 3, at half the plane's size: it is
 * too smooth to need more.
 */
export function localContrast(plane: Plane): Plane {
  const fine = difference(plane, blur(plane, 2));
  const power = blur(halve(product(fine, fine)), Math.sqrt(9 - 0.25) / 2);
  for (let i = 0; i < power.data.length; i++) power.data[i] = Math.sqrt(Math.max(0, power.data[i] as number));
  return power;
}

function halvePeaks(plane: Plane): Plane {
  const half = emptyPlane(Math.ceil(plane.widthPx / 2), Math.ceil(plane.heightPx / 2));
  for (let y = 0, i = 0; y < plane.heightPx; y++) {
    for (let x = 0; x < plane.widthPx; x++, i++) {
      const at = (y >> 1) * half.widthPx + (x >> 1);
      if ((plane.data[i] as number) > (half.data[at] as number)) half.data[at] = plane.data[i] as number;
    }
  }
  return half;
}

function halveFirst(plane: Plane): Plane {
  const half = emptyPlane(Math.ceil(plane.widthPx / 2), Math.ceil(plane.heightPx / 2));
  for (let y = 0, i = 0; y < half.heightPx; y++) {
    for (let x = 0; x < half.widthPx; x++, i++)
      half.data[i] = plane.data[2 * y * plane.widthPx + 2 * x] as number;
  }
  return half;
}
