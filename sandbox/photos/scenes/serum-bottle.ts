import { band, clamp, lengthOf3, mix, smoothstep } from '../field.ts';
import { createInk } from '../lettering.ts';
import { createHit, createTurned } from '../revolve.ts';
import { colour, mixColour, over, type Scene, scaleColour } from '../scene.ts';
import { paintBackdrop, paintLit, paintMetal, paintShine, softShadow } from '../studio.ts';

const wall = colour('#f3d9cf');
const floor = colour('#f7e4dc');
const amber = colour('#5a2508');
const amberBright = colour('#c26a17');
const paper = colour('#f6f1e7');
const inkColour = colour('#2c2a26');
const accent = colour('#b4552d');
const brass = colour('#d9b26a');
const rubber = colour('#26221f');
const shadow = colour('#5d2f20');

const tilt = 0.1;
const body = createTurned(
  [
    [-0.42, 0.125],
    [-0.33, 0.13],
    [-0.05, 0.34],
    [0.72, 0.34],
    [0.78, 0.315],
  ],
  tilt,
);
const collar = createTurned(
  [
    [-0.53, 0.15],
    [-0.52, 0.16],
    [-0.34, 0.16],
  ],
  tilt,
);
const bulb = createTurned(
  [
    [-0.9, 0.01],
    [-0.885, 0.055],
    [-0.82, 0.085],
    [-0.66, 0.09],
    [-0.56, 0.125],
    [-0.52, 0.125],
  ],
  tilt,
);

/** An amber dropper bottle with a paper label, on a pastel paper roll. */
export const serumBottle: Scene = {
  id: 'serum-bottle',
  title: 'Night serum, 30 ml',
  ground: 'pastel',
  createPainter: () => {
    const ink = createInk([
      { text: 'NORDLYS', x: 0, y: 0.16, size: 0.085, weight: 0.1, tracking: 0.24, align: 'centre' },
      { text: 'night serum', x: 0, y: 0.3, size: 0.052, weight: 0.1, align: 'centre' },
      { text: 'rosehip · squalane · vitamin e', x: 0, y: 0.46, size: 0.0255, weight: 0.11, align: 'centre' },
      { text: 'for dry and tired skin', x: 0, y: 0.5, size: 0.0255, weight: 0.11, align: 'centre' },
      { text: '30 ml   1.0 fl oz', x: 0, y: 0.6, size: 0.028, weight: 0.12, align: 'centre' },
    ]);
    const hit = createHit();
    return (x, y, out) => {
      paintBackdrop(out, x, y, { wall, floor, bend: 0.55 });
      const cast =
        0.42 * softShadow(x, y, 0.3, 0.76, 0.62, 0.13) + 0.5 * softShadow(x, y, 0.03, 0.8, 0.4, 0.06);
      over(out, shadow, clamp(cast, 0, 0.8));

      body(x, y, hit);
      if (hit.part !== 'miss') {
        const facing = clamp(hit.nz, 0, 1);
        const liquid = smoothstep(-0.05, -0.045, hit.height - tilt * hit.depth * 0);
        const through = Math.exp(-((x - 0.13) ** 2) / 0.02) * 0.55 + 0.16;
        const depthTone = mix(0.28, 1, facing ** 0.7);
        over(out, scaleColour(mixColour(amber, amberBright, through * mix(1, 0.72, liquid)), depthTone));
        const isLabel = hit.height > 0 && hit.height < 0.66 && Math.abs(hit.angle) < 1.25;
        if (isLabel) {
          const u = hit.angle * 0.34;
          const v = hit.height;
          const line = Math.abs(v - 0.385) < 0.003 && Math.abs(u) < 0.07;
          const frame = Math.abs(Math.max(Math.abs(u) - 0.385, Math.abs(v - 0.33) - 0.305)) < 0.0022;
          const own = ink(u, v) < 0 ? inkColour : line || frame ? accent : paper;
          paintLit(out, own, { nx: hit.nx, ny: hit.ny, nz: hit.nz, roughness: 0.9, reflectance: 0.015 });
        } else {
          paintShine(out, { nx: hit.nx, ny: hit.ny, nz: hit.nz, roughness: 0.05, reflectance: 0.1 }, 1.4);
        }
      }
      collar(x, y, hit);
      if (hit.part !== 'miss') {
        const rib =
          hit.part === 'side' ? Math.sin(hit.angle * 46) * 0.22 * band(-0.5, -0.36, 0.006, hit.height) : 0;
        const length = lengthOf3(hit.nx + rib * hit.nz, hit.ny, hit.nz - rib * hit.nx);
        paintMetal(
          out,
          brass,
          {
            nx: (hit.nx + rib * hit.nz) / length,
            ny: hit.ny / length,
            nz: (hit.nz - rib * hit.nx) / length,
            roughness: 0.25,
            reflectance: 0.9,
          },
          1.05,
        );
      }
      bulb(x, y, hit);
      if (hit.part !== 'miss') {
        paintLit(out, rubber, { nx: hit.nx, ny: hit.ny, nz: hit.nz, roughness: 0.45, reflectance: 0.06 });
      }
    };
  },
};
