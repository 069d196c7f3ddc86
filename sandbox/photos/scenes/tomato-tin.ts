import { clamp, lengthOf, mix, smoothstep } from '../field.ts';
import { createInk } from '../lettering.ts';
import { createHit, createTurned } from '../revolve.ts';
import { colour, mixColour, over, type Scene, scaleColour } from '../scene.ts';
import { paintLit, paintMetal, softShadow } from '../studio.ts';

const white = colour('#ffffff');
const paper = colour('#fbfaf7');
const red = colour('#d21f1b');
const deepRed = colour('#8e0f10');
const leaf = colour('#3b7a35');
const steel = colour('#d7d9db');
const black = colour('#000000');

const tilt = 0.14;
const radius = 0.5;
const top = -0.66;
const bottom = 0.68;
const body = createTurned(
  [
    [top, 0.49],
    [top + 0.012, 0.505],
    [top + 0.03, 0.505],
    [top + 0.045, 0.49],
    [bottom - 0.045, 0.49],
    [bottom - 0.03, 0.505],
    [bottom - 0.012, 0.505],
    [bottom, 0.49],
  ],
  tilt,
);

/** A tin with red words on white paper, photographed on pure white. */
export const tomatoTin: Scene = {
  id: 'tomato-tin',
  title: 'San Marzano tomatoes',
  ground: 'white',
  createPainter: () => {
    const ink = createInk([
      { text: 'POMODORI', x: 0, y: -0.33, size: 0.105, weight: 0.19, tracking: 0.02, align: 'centre' },
      { text: 'san marzano', x: 0, y: -0.22, size: 0.06, weight: 0.13, align: 'centre' },
      { text: 'whole peeled tomatoes in juice', x: 0, y: 0.42, size: 0.0275, weight: 0.13, align: 'centre' },
      { text: 'NET WEIGHT 400 g', x: 0, y: 0.5, size: 0.03, weight: 0.14, tracking: 0.16, align: 'centre' },
    ]);
    const hit = createHit();
    return (x, y, out) => {
      over(out, white);
      const cast =
        0.3 * softShadow(x, y, 0.24, 0.75, 0.72, 0.1) + 0.5 * softShadow(x, y, 0.02, 0.755, 0.5, 0.06);
      over(out, black, clamp(cast, 0, 0.7));
      body(x, y, hit);
      if (hit.part === 'top') {
        const rings =
          0.5 *
          Math.sin(hit.radius * 95) *
          smoothstep(0.44, 0.38, hit.radius) *
          smoothstep(0.1, 0.16, hit.radius);
        const lean = hit.radius > 0.465 ? 0.5 : rings * 0.5;
        const nx = Math.sin(hit.angle) * lean;
        const ny = -0.42 + Math.cos(hit.angle) * lean * 0.4;
        paintMetal(
          out,
          steel,
          { nx, ny, nz: Math.sqrt(Math.max(0.1, 1 - nx * nx - ny * ny)), roughness: 0.4, reflectance: 0.9 },
          hit.radius > 0.455 && hit.radius < 0.465 ? 0.55 : 1,
        );
        return;
      }
      if (hit.part !== 'side') return;
      if (hit.height < top + 0.05 || hit.height > bottom - 0.05) {
        paintMetal(out, steel, { nx: hit.nx, ny: hit.ny, nz: hit.nz, roughness: 0.2, reflectance: 0.9 });
        return;
      }
      const u = hit.angle * radius;
      const v = hit.height;
      let own = paper;
      if (v < -0.53 || v > 0.565) own = red;
      else if (Math.abs(v + 0.515) < 0.004 || Math.abs(v - 0.55) < 0.004) own = red;
      // Two painted tomatoes with leaves and a highlight.
      for (const [cx, cy, r] of [
        [0.12, 0.13, 0.17],
        [-0.11, 0.15, 0.19],
      ] as const) {
        const dx = (u - cx) / r;
        const dy = (v - cy) / (r * 0.92);
        const far = lengthOf(dx, dy);
        if (far < 1) {
          own = mixColour(red, deepRed, smoothstep(0.1, 1.1, lengthOf(dx + 0.3, dy + 0.35)));
          if (lengthOf((dx + 0.42) / 0.22, (dy + 0.45) / 0.12) < 1) own = mixColour(red, white, 0.72);
        }
        const around = Math.atan2(dx, -(dy + 0.78));
        const star = lengthOf(dx, (dy + 0.78) * 1.5);
        if (star < 0.2 + 0.26 * Math.abs(Math.cos(around * 2.5)) ** 3)
          own = scaleColour(leaf, 0.75 + 0.5 * Math.abs(Math.cos(around * 2.5)));
      }
      if (ink(u, v) < 0) own = red;
      paintLit(
        out,
        own,
        { nx: hit.nx, ny: hit.ny, nz: hit.nz, roughness: 0.45, reflectance: 0.03 },
        mix(1, 0.9, smoothstep(0.3, 0.6, v)),
      );
    };
  },
};
