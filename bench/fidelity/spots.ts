import type { Spot } from '../../sandbox/character/damage.ts';
import type { Random } from '../../sandbox/character/random.ts';
import { blur, dilate, lumaOf, type Plane } from '../../web/core/fidelity/planes.ts';
import { localContrast } from '../../web/core/fidelity/structure.ts';
import type { Raster } from '../../web/core/image/types.ts';

/** Where each local damage can be seen at all: chosen on the input, told in output pixels. */
export interface Spots {
  /** On an outline; the angle points across it. */
  edge(random: Random): Spot | null;
  /** Amid fine detail. */
  detail(random: Random): Spot | null;
  /** On a smooth surface that is not clipped. */
  smooth(random: Random): Spot | null;
  /** On a tile line with more goods than white along it. */
  onLine(lines: readonly number[], random: Random): Spot | null;
}

const borderPx = 14;

export function spotsOf(input: Raster<3>, scale: number): Spots {
  const luma = lumaOf(input);
  const soft = blur(luma, 1.2);
  const contrast = localContrast(luma);
  const busy = dilate(contrast, 5);
  const { widthPx: w, heightPx: h } = luma;
  const slope = (x: number, y: number): { dx: number; dy: number } => ({
    dx: ((soft.data[y * w + x + 1] as number) - (soft.data[y * w + x - 1] as number)) / 2,
    dy: ((soft.data[(y + 1) * w + x] as number) - (soft.data[(y - 1) * w + x] as number)) / 2,
  });
  const pick = (isRight: (x: number, y: number) => boolean, random: Random): Spot | null => {
    for (let attempt = 0; attempt < 3000; attempt++) {
      const x = random.between(borderPx, w - 1 - borderPx);
      const y = random.between(borderPx, h - 1 - borderPx);
      if (!isRight(x, y)) continue;
      const { dx, dy } = slope(x, y);
      return { xPx: (x + 0.5) * scale, yPx: (y + 0.5) * scale, angle: Math.atan2(dy, dx) };
    }
    return null;
  };
  const at = (plane: Plane, x: number, y: number): number => plane.data[y * w + x] as number;
  // The contrast comes at half size.
  const near = (plane: Plane, x: number, y: number): number =>
    plane.data[(y >> 1) * plane.widthPx + (x >> 1)] as number;
  return {
    edge: (random) =>
      pick((x, y) => {
        const { dx, dy } = slope(x, y);
        return Math.hypot(dx, dy) >= 10;
      }, random),
    detail: (random) => pick((x, y) => near(contrast, x, y) >= 14, random),
    smooth: (random) =>
      pick((x, y) => near(busy, x, y) < 6 && at(soft, x, y) > 30 && at(soft, x, y) < 235, random),
    onLine: (lines, random) => {
      const candidates = lines.flatMap((line) => [
        { line, isUpright: true, share: goodsAlong(luma, line, true) },
        { line, isUpright: false, share: goodsAlong(luma, line, false) },
      ]);
      const visible = candidates.filter(({ share }) => share >= 0.35);
      const found = visible[random.between(0, Math.max(0, visible.length - 1))];
      if (found === undefined) return null;
      const place = found.line * scale;
      return found.isUpright
        ? { xPx: place, yPx: (h / 2) * scale, angle: 0 }
        : { xPx: (w / 2) * scale, yPx: place, angle: Math.PI / 2 };
    },
  };
}

function goodsAlong(luma: Plane, line: number, isUpright: boolean): number {
  const { widthPx: w, heightPx: h, data } = luma;
  const length = isUpright ? h : w;
  let goods = 0;
  for (let i = 0; i < length; i++) {
    const value = data[isUpright ? i * w + line : line * w + i] as number;
    if (value > 12 && value < 243) goods++;
  }
  return goods / length;
}
