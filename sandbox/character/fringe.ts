import { blur, channelOf, dilate } from '../../web/core/fidelity/planes.ts';
import type { Raster } from '../../web/core/image/types.ts';

/** How a cut-out goes wrong: hidden black shows along its edge, or its edge grows over the ground. */
export type FringeKind = 'dark-rim' | 'grown';

/** Width in input pixels: three quarters of one are three output pixels, a plain line at 1:1. */
const rimPx = 0.75;
const rimDarkness = 0.7;

/** A cut-out with a damaged edge; what is given is not changed. scale: output pixels for one input pixel. */
export function damageCutOut(
  kind: FringeKind,
  rgb: Raster<3>,
  alpha: Raster<1>,
  scale: number,
): { readonly rgb: Raster<3>; readonly alpha: Raster<1> } {
  const reach = Math.max(1, Math.round(rimPx * scale));
  const plane = channelOf(alpha, 0);
  if (kind === 'grown') {
    const grown = dilate(plane, reach);
    return { rgb, alpha: { ...alpha, data: Uint8Array.from(grown.data) } };
  }
  const soft = blur(plane, reach / 1.5);
  const data = Uint8Array.from(rgb.data);
  for (let i = 0; i < soft.data.length; i++) {
    const inside = (soft.data[i] as number) / 255;
    // 1 on the edge itself, 0 deep inside and far outside.
    const rim = 4 * inside * (1 - inside);
    for (let c = 0; c < 3; c++) data[i * 3 + c] = (rgb.data[i * 3 + c] as number) * (1 - rimDarkness * rim);
  }
  return { rgb: { ...rgb, data }, alpha };
}
