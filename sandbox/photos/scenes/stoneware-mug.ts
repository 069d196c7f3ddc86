import { clamp, cloud, hash, lengthOf, mix, segment, smoothstep } from '../field.ts';
import { createInk } from '../lettering.ts';
import { createHit, createTurned } from '../revolve.ts';
import { colour, mixColour, over, type Scene, scaleColour } from '../scene.ts';
import { paintLit, softShadow } from '../studio.ts';

const glaze = colour('#e9e6dd');
const inside = colour('#d8d2c4');
const clay = colour('#b98a5f');
const speck = colour('#6a5238');
const navy = colour('#1f3557');
const sun = colour('#d9772b');
const coffee = colour('#2b1408');
const black = colour('#000000');

const tilt = 0.2;
const radius = 0.46;
const topHeight = -0.52;
const bottomHeight = 0.5;
const centreX = -0.12;
const body = createTurned(
  [
    [topHeight, radius],
    [bottomHeight - 0.1, radius - 0.01],
    [bottomHeight, radius - 0.06],
  ],
  tilt,
);

/** A speckled mug with a printed greeting, cut out with its soft shadow. */
export const stonewareMug: Scene = {
  id: 'stoneware-mug',
  title: 'Stoneware mug, good morning',
  ground: 'cut-out with shadow',
  createPainter: () => {
    const ink = createInk([
      { text: 'GOOD', x: 0, y: 0.1, size: 0.115, weight: 0.17, tracking: 0.1, align: 'centre' },
      { text: 'MORNING', x: 0, y: 0.28, size: 0.115, weight: 0.17, tracking: 0.1, align: 'centre' },
    ]);
    const hit = createHit();
    return (px, y, out) => {
      const x = px - centreX;
      const cast =
        0.34 * softShadow(x, y, 0.32, 0.55, 0.75, 0.12) + 0.5 * softShadow(x, y, 0.02, 0.56, 0.47, 0.075);
      over(out, black, clamp(cast, 0, 0.7));

      // The handle: a bent tube in the plane of the picture, behind the body.
      const hx = x - 0.5;
      const hy = y - 0.06;
      const ring = lengthOf(hx / 0.25, hy / 0.29);
      const tube = (ring - 1) * 0.265;
      const half = 0.062;
      if (Math.abs(tube) < half && hx > -0.2) {
        const across = tube / half;
        const length = lengthOf(hx / 0.25, hy / 0.29) || 1;
        const bulge = Math.sqrt(1 - across * across);
        const shade = mix(0.55, 1, smoothstep(-0.06, 0.1, hx));
        paintLit(
          out,
          glaze,
          {
            nx: (across * hx) / 0.25 / length,
            ny: (across * hy) / 0.29 / length,
            nz: bulge,
            roughness: 0.22,
            reflectance: 0.045,
          },
          shade,
        );
      }

      body(x, y, hit);
      if (hit.part === 'side') {
        const u = hit.angle * radius;
        const v = hit.height;
        const cellX = Math.floor(u * 60);
        const cellY = Math.floor(v * 60);
        const isSpeck =
          hash(cellX, cellY) > 0.86 &&
          lengthOf(
            u * 60 - cellX - 0.3 - 0.4 * hash(cellX, cellY + 91),
            v * 60 - cellY - 0.3 - 0.4 * hash(cellX + 57, cellY),
          ) <
            0.06 + 0.2 * hash(cellX + 13, cellY + 5);
        const unglazed = smoothstep(0, 0.006, v - 0.36 - 0.012 * cloud(u * 7, 3));
        let own = mixColour(glaze, clay, unglazed);
        if (isSpeck) own = mixColour(own, speck, 0.65);
        // A rising sun over the words: half a disc with rays.
        const sx = u;
        const sy = v + 0.1;
        const ray = Math.abs((((Math.atan2(sx, -sy) / Math.PI) * 12 + 100.5) % 1) - 0.5) / 12;
        const far = lengthOf(sx, sy);
        const isSun = sy < 0 && (far < 0.085 || (far > 0.115 && far < 0.185 && ray * far * Math.PI < 0.011));
        if (isSun || Math.abs(segment(sx, sy, -0.2, 0.012, 0.2, 0.012)) < 0.006) own = sun;
        if (ink(u, v) < 0) own = navy;
        paintLit(
          out,
          own,
          {
            nx: hit.nx,
            ny: hit.ny,
            nz: hit.nz,
            roughness: mix(0.2, 0.9, unglazed),
            reflectance: mix(0.05, 0.01, unglazed),
          },
          1 - 0.35 * smoothstep(0.3, 0.5, v),
        );
      }
      if (hit.part === 'top') {
        const wallWidth = 0.035;
        const rim = hit.radius - (radius - wallWidth);
        if (rim > 0) {
          const across = clamp((rim / wallWidth) * 2 - 1, -1, 1) * 0.8;
          paintLit(out, glaze, {
            nx: Math.sin(hit.angle) * across,
            ny: -0.5,
            nz: Math.sqrt(Math.max(0.05, 1 - across * across - 0.25)),
            roughness: 0.2,
            reflectance: 0.06,
          });
        } else {
          // Looking in: the far wall, then the coffee, a smaller ellipse that lies lower.
          const level = 0.13;
          const depth = (y - topHeight - level) / tilt;
          const surfaceRadius = lengthOf(x, depth);
          if (surfaceRadius < radius - wallWidth) {
            const edge = smoothstep(radius - wallWidth - 0.04, radius - wallWidth, surfaceRadius);
            over(
              out,
              mixColour(
                mixColour(coffee, clay, 0.1 + 0.5 * edge),
                glaze,
                0.12 * smoothstep(0.2, -0.35, x - depth * 0.4),
              ),
            );
          } else {
            const facing = clamp(0.5 + x * 0.9, 0, 1);
            over(out, scaleColour(inside, mix(0.38, 0.86, facing)));
          }
        }
      }
    };
  },
};
