import { bake, clamp, cloud, lengthOf3, mix, noise, roundBox, smoothstep } from '../field.ts';
import { createInk } from '../lettering.ts';
import { type Colour, colour, mixColour, type Scene, scaleColour } from '../scene.ts';
import { paintLit } from '../studio.ts';

const red = colour('#a3222a');
const night = colour('#1c2a44');
const forest = colour('#24503f');
const cream = colour('#efe6cf');
const mustard = colour('#d6a132');
const label = colour('#f4efe3');
const thread = colour('#37332d');

/** The sett: which yarn lies at a place across the cloth, repeating with period 1. */
function yarn(at: number): Colour {
  const t = at - Math.floor(at);
  if (t < 0.3) return red;
  if (t < 0.33) return cream;
  if (t < 0.48) return night;
  if (t < 0.52) return mustard;
  if (t < 0.67) return night;
  if (t < 0.7) return cream;
  if (t < 0.86) return forest;
  if (t < 0.88) return mustard;
  return forest;
}

/** A folded tartan scarf that fills the frame: twill weave, folds, a sewn label. */
export const tartanScarf: Scene = {
  id: 'tartan-scarf',
  title: 'Tartan wool scarf',
  ground: 'full-frame',
  createPainter: () => {
    const ink = createInk([
      { text: 'PURE WOOL', x: 0, y: -0.01, size: 0.05, weight: 0.13, tracking: 0.18, align: 'centre' },
      { text: 'woven in the highlands', x: 0, y: 0.055, size: 0.026, weight: 0.12, align: 'centre' },
    ]);
    const fold = bake((x, y) => {
      const drift = 0.5 * cloud(x * 0.9 + 2, y * 0.9);
      return (
        0.16 * Math.sin((x * 0.62 + y * 0.78 + drift) * 5.2) +
        0.06 * Math.sin((x * 0.9 - y * 0.3 + drift) * 9.4) +
        0.12 * drift
      );
    });
    return (x, y, out) => {
      const e = 0.01;
      const gx = (fold(x + e, y) - fold(x - e, y)) / (2 * e);
      const gy = (fold(x, y + e) - fold(x, y - e)) / (2 * e);
      // The cloth is longer than its picture where it slopes, and lies a little turned.
      const u = (x * 0.97 + y * 0.24 + gx * 0.05) * 1.15;
      const v = (y * 0.97 - x * 0.24 + gy * 0.05) * 1.15;
      const warpAt = u * 120;
      const weftAt = v * 120;
      const warp = Math.floor(warpAt);
      const weft = Math.floor(weftAt);
      // Two over, two under, one further each row: the diagonal of twill.
      const isWarp = (((warp + weft) % 4) + 4) % 4 < 2;
      const across = (isWarp ? warpAt - warp : weftAt - weft) - 0.5;
      const own = isWarp ? yarn((warp + 0.5) / 120) : yarn((weft + 0.5) / 120);
      const fuzz = 0.82 + 0.36 * noise(u * 400, v * 400);
      const tx = isWarp ? across * 0.8 : 0.1;
      const ty = isWarp ? 0.1 : across * 0.8;
      const length = lengthOf3(gx - tx, gy - ty, 1);
      const hollow = mix(0.55, 1.06, smoothstep(-0.22, 0.16, fold(x, y) - 0.06));
      paintLit(
        out,
        scaleColour(own, fuzz * (1 - 0.4 * smoothstep(0.3, 0.5, Math.abs(across)))),
        { nx: (tx - gx) / length, ny: (ty - gy) / length, nz: 1 / length, roughness: 1, reflectance: 0.006 },
        hollow,
      );
      const lx = (x - 0.36) * 0.96 + (y - 0.42) * 0.28;
      const ly = (y - 0.42) * 0.96 - (x - 0.36) * 0.28;
      const patch = roundBox(lx, ly, 0.32, 0.125, 0.012);
      if (patch < 0.02 && patch > 0) {
        const dark = 0.4 * smoothstep(0.02, 0, patch);
        for (let c = 0; c < 3; c++) out[c] = (out[c] as number) * (1 - dark);
      }
      if (patch < 0) {
        const weave = 0.93 + 0.07 * Math.sin(ly * 900) * Math.sin(lx * 900);
        const edge = Math.abs(patch + 0.018) < 0.003 && Math.abs(((lx + ly) * 24 + 90) % 1) < 0.6;
        const words = ink(lx, ly) < 0 || edge ? thread : label;
        const g = clamp(-gx * 0.4 - gy * 0.4, -0.4, 0.4);
        paintLit(
          out,
          mixColour(words, label, words === label ? 0 : 0.06),
          { nx: g, ny: g * 0.7, nz: 0.9, roughness: 0.9, reflectance: 0.01 },
          weave * mix(0.85, 1, hollow),
        );
      }
    };
  },
};
