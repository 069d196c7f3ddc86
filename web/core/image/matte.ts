import type { Raster } from './types.ts';

/**
 * Alpha from which a pixel's stored colour is trusted whole, and up to which not at all: in between, 8 bits of straight
 * colour are more and more noise, and less and less of it is seen.
 */
const trustedAlpha = 32;
const untrustedAlpha = 2;

interface Level {
  /** R, G, B and trust (0…255) for each pixel. */
  readonly data: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Halves a level; a pixel's colour is the mean of what is trusted below it, and any trust at all counts whole. */
function push({ data, widthPx, heightPx }: Level): Level {
  const [width, height] = [(widthPx + 1) >> 1, (heightPx + 1) >> 1];
  const out = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y += 1) {
    const rows = y * 2 + 1 < heightPx ? 2 : 1;
    for (let x = 0; x < width; x += 1) {
      const columns = x * 2 + 1 < widthPx ? 2 : 1;
      let [r, g, b, trust] = [0, 0, 0, 0];
      for (let row = 0; row < rows; row += 1) {
        let at = ((y * 2 + row) * widthPx + x * 2) * 4;
        for (let column = 0; column < columns; column += 1, at += 4) {
          const weight = data[at + 3] ?? 0;
          r += weight * (data[at] ?? 0);
          g += weight * (data[at + 1] ?? 0);
          b += weight * (data[at + 2] ?? 0);
          trust += weight;
        }
      }
      if (trust === 0) continue;
      const at = (y * width + x) * 4;
      out[at] = (r / trust + 0.5) | 0;
      out[at + 1] = (g / trust + 0.5) | 0;
      out[at + 2] = (b / trust + 0.5) | 0;
      out[at + 3] = Math.min(trust, 255);
    }
  }
  return { data: out, widthPx: width, heightPx: height };
}

/** Fills what a level does not know from the next coarser one, which is full, by bilinear interpolation. */
function pull(fine: Level, coarse: Level): void {
  const { data, widthPx, heightPx } = fine;
  for (let y = 0; y < heightPx; y += 1) {
    const near = y >> 1;
    const far = Math.min(Math.max(near + ((y & 1) === 0 ? -1 : 1), 0), coarse.heightPx - 1);
    const [nearRow, farRow] = [near * coarse.widthPx, far * coarse.widthPx];
    for (let x = 0; x < widthPx; x += 1) {
      const at = (y * widthPx + x) * 4;
      const trust = data[at + 3] ?? 0;
      if (trust === 255) continue;
      const nearColumn = x >> 1;
      const farColumn = Math.min(Math.max(nearColumn + ((x & 1) === 0 ? -1 : 1), 0), coarse.widthPx - 1);
      const [a, b] = [(nearRow + nearColumn) * 4, (nearRow + farColumn) * 4];
      const [c, d] = [(farRow + nearColumn) * 4, (farRow + farColumn) * 4];
      for (let channel = 0; channel < 3; channel += 1) {
        const filled =
          9 * (coarse.data[a + channel] ?? 0) +
          3 * (coarse.data[b + channel] ?? 0) +
          3 * (coarse.data[c + channel] ?? 0) +
          (coarse.data[d + channel] ?? 0);
        const own = data[at + channel] ?? 0;
        data[at + channel] = ((own * trust * 16 + filled * (255 - trust)) / (255 * 16) + 0.5) | 0;
      }
      data[at + 3] = 255;
    }
  }
}

/**
 * Splits straight RGBA into colour and alpha. Where alpha hides the colour, colour from the nearest visible edges
 * is bled outward, so that neither a fringe nor what was hidden there can show when the image is enlarged; a pixel
 * whose alpha is at least 32 keeps its colour. An image that is nowhere more than a breath above transparent becomes
 * mid-grey, since it has no colour.
 *
 * rgba: interleaved, straight. It serves as the working buffer and holds the bled colours afterwards. alpha is null
 * where every pixel is opaque. Time and memory are linear: the pyramid adds a third.
 * Source: Gortler et al. 1996, "The Lumigraph", section 3.4.3 (push-pull).
 */
export function splitAlpha(
  rgba: Uint8Array,
  widthPx: number,
  heightPx: number,
): { readonly rgb: Raster<3>; readonly alpha: Raster<1> | null } {
  const pixels = widthPx * heightPx;
  const alpha = new Uint8Array(pixels);
  const faintTrust = Array.from({ length: trustedAlpha }, (_, value) =>
    Math.max(0, Math.round((255 * (value - untrustedAlpha)) / (trustedAlpha - untrustedAlpha))),
  );
  let [isOpaque, isTrusted, isVisible] = [true, true, false];
  for (let pixel = 0, at = 3; pixel < pixels; pixel += 1, at += 4) {
    const value = rgba[at] ?? 0;
    alpha[pixel] = value;
    if (value > untrustedAlpha) isVisible = true;
    if (value === 255) continue;
    isOpaque = false;
    if (value < trustedAlpha) isTrusted = false;
    rgba[at] = value >= trustedAlpha ? 255 : (faintTrust[value] ?? 0);
  }
  if (!isVisible) rgba.fill(128);
  else if (!isTrusted) bleed({ data: rgba, widthPx, heightPx });
  return {
    rgb: { data: withoutFourth(rgba, pixels), widthPx, heightPx, channels: 3 },
    alpha: isOpaque ? null : { data: alpha, widthPx, heightPx, channels: 1 },
  };
}

function bleed(base: Level): void {
  const levels = [base];
  for (let level = base; level.widthPx > 1 || level.heightPx > 1; ) {
    level = push(level);
    levels.push(level);
  }
  for (let index = levels.length - 2; index >= 0; index -= 1) {
    const [fine, coarse] = [levels[index], levels[index + 1]];
    if (fine && coarse) pull(fine, coarse);
  }
}

function withoutFourth(rgba: Uint8Array, pixels: number): Uint8Array {
  const rgb = new Uint8Array(pixels * 3);
  for (let pixel = 0, from = 0, to = 0; pixel < pixels; pixel += 1, from += 4, to += 3) {
    rgb[to] = rgba[from] ?? 0;
    rgb[to + 1] = rgba[from + 1] ?? 0;
    rgb[to + 2] = rgba[from + 2] ?? 0;
  }
  return rgb;
}
