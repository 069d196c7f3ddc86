import {
  bake,
  clamp,
  closedCurve,
  createPolygonDistance,
  hash,
  lengthOf,
  mix,
  segment,
  smoothstep,
} from '../field.ts';
import { createInk } from '../lettering.ts';
import { type Colour, colour, mixColour, over, type Scene, scaleColour } from '../scene.ts';
import { paintLit, paintMetal } from '../studio.ts';

const knit = colour('#2f6fb0');
const knitDark = colour('#1d4c80');
const suede = colour('#1c2f4a');
const foam = colour('#f4f1ea');
const rubber = colour('#c65a2e');
const lace = colour('#f7f6f2');
const lining = colour('#16202e');
const white = colour('#f5f4f0');

const upperOutline = closedCurve([
  [-0.84, -0.1],
  [-0.82, -0.36],
  [-0.7, -0.5],
  [-0.53, -0.47],
  [-0.42, -0.38],
  [-0.24, -0.42],
  [-0.1, -0.47],
  [0.05, -0.36],
  [0.25, -0.19],
  [0.5, -0.07],
  [0.72, 0.0],
  [0.87, 0.13],
  [0.88, 0.26],
  [0.5, 0.3],
  [0, 0.3],
  [-0.5, 0.28],
  [-0.82, 0.26],
  [-0.87, 0.08],
]);
const soleOutline = closedCurve([
  [-0.92, 0.2],
  [-0.7, 0.2],
  [-0.35, 0.24],
  [0, 0.25],
  [0.4, 0.23],
  [0.72, 0.18],
  [0.93, 0.13],
  [0.95, 0.24],
  [0.84, 0.38],
  [0.5, 0.44],
  [0, 0.43],
  [-0.5, 0.45],
  [-0.84, 0.44],
  [-0.94, 0.36],
]);
const openingOutline = closedCurve([
  [-0.73, -0.56],
  [-0.55, -0.52],
  [-0.42, -0.4],
  [-0.26, -0.44],
  [-0.27, -0.34],
  [-0.42, -0.29],
  [-0.58, -0.36],
]);
const heelOutline = closedCurve([
  [-0.86, -0.12],
  [-0.8, -0.3],
  [-0.66, -0.26],
  [-0.56, -0.05],
  [-0.5, 0.2],
  [-0.6, 0.3],
  [-0.88, 0.28],
  [-0.9, 0.06],
]);
const toeOutline = closedCurve([
  [0.58, -0.02],
  [0.76, 0.02],
  [0.92, 0.16],
  [0.9, 0.28],
  [0.5, 0.32],
  [0.42, 0.26],
  [0.5, 0.12],
]);
const eyelets = Array.from(
  { length: 6 },
  (_, i) => [mix(-0.14, 0.3, i / 5), mix(-0.31, -0.06, (i / 5) ** 0.9)] as const,
);

/** A running shoe from the side: knit, suede, laces and foam, cut out hard. */
export const runningShoe: Scene = {
  id: 'running-shoe',
  title: 'Running shoe, ocean',
  ground: 'cut-out',
  createPainter: () => {
    const upper = bake(createPolygonDistance(upperOutline));
    const sole = bake(createPolygonDistance(soleOutline));
    const opening = bake(createPolygonDistance(openingOutline));
    const heel = bake(createPolygonDistance(heelOutline));
    const toe = bake(createPolygonDistance(toeOutline));
    const ink = createInk([{ text: 'FJORD', x: -0.82, y: 0.06, size: 0.05, weight: 0.17, tracking: 0.08 }]);
    const bulgeOf = (distance: number, width: number): number => {
      const t = clamp(-distance / width, 0, 1);
      return Math.sqrt(1 - (1 - t) * (1 - t));
    };
    /** Normal of a surface that rises from its outline like a cushion of the given width. */
    const cushion = (
      field: (x: number, y: number) => number,
      x: number,
      y: number,
      width: number,
    ): [number, number, number] => {
      const e = 0.006;
      const t = clamp(-field(x, y) / width, 0, 1);
      const gx = (field(x + e, y) - field(x - e, y)) / (2 * e);
      const gy = (field(x, y + e) - field(x, y - e)) / (2 * e);
      const lean = (1 - t) * 0.95;
      const length = lengthOf(gx, gy) || 1;
      return [(gx / length) * lean, (gy / length) * lean, Math.sqrt(1 - lean * lean)];
    };
    return (x, y, out) => {
      const inUpper = upper(x, y);
      if (inUpper < 0) {
        const [nx, ny, nz] = cushion(upper, x, y, 0.34);
        const row = Math.floor(y * 70);
        const sx = x * 70 + (row & 1) * 0.5;
        const loop = lengthOf((sx - Math.floor(sx) - 0.5) * 0.9, y * 70 - row - 0.5);
        let own: Colour = mixColour(knit, knitDark, smoothstep(0.2, 0.5, loop));
        let shade = 1 - 0.25 * smoothstep(0.06, 0.28, y);
        let roughness = 1;
        const inHeel = heel(x, y);
        const inToe = toe(x, y);
        const inOverlay = Math.min(inHeel, inToe);
        if (inOverlay < 0) {
          own = scaleColour(suede, 0.92 + 0.16 * hash(Math.floor(x * 420), Math.floor(y * 420)));
          roughness = 0.8;
          const along = ((x * 16 + y * 34 + 90) % 1) - 0.5;
          if (Math.abs(inOverlay + 0.022) < 0.0035 && Math.abs(along) < 0.33) own = white;
          shade *= mix(0.8, 1, smoothstep(0, -0.012, inOverlay));
        } else {
          shade *= mix(0.72, 1, smoothstep(0, 0.03, inOverlay));
        }
        // Three slanted stripes on the side.
        for (let i = 0; i < 3; i++) {
          const d = segment(x, y, -0.2 + i * 0.13, 0.24, -0.06 + i * 0.13, -0.08 + i * 0.05) - 0.022;
          if (d < 0 && inOverlay > 0) own = mixColour(white, rubber, i === 1 ? 1 : 0);
        }
        const inOpening = opening(x, y);
        if (inOpening < 0) {
          over(out, scaleColour(lining, 0.5 + 0.9 * bulgeOf(inOpening, 0.05)));
        } else {
          shade *= mix(0.75, 1, smoothstep(0, 0.02, inOpening));
          paintLit(out, own, { nx, ny, nz, roughness, reflectance: 0.012 }, shade);
          if (ink(x, y) < 0 && inHeel < 0) over(out, white);
        }
        // The eyelet row and the laces, each a lit cord.
        for (const [ex, ey] of eyelets) {
          const hole = lengthOf(x - ex, y - ey);
          if (hole < 0.02) {
            if (hole < 0.011) over(out, lining);
            else
              paintMetal(out, lace, {
                nx: (x - ex) / 0.03,
                ny: (y - ey) / 0.03,
                nz: 0.7,
                roughness: 0.3,
                reflectance: 0.8,
              });
          }
          const cord = segment(x, y, ex, ey, ex + 0.1, ey - 0.075);
          if (cord < 0.02) {
            const across = cord / 0.02;
            const twist = 0.86 + 0.14 * Math.sin((x * 1.4 + y) * 330);
            paintLit(out, scaleColour(lace, twist), {
              nx: -0.5 * across,
              ny: 0.6 * across,
              nz: Math.sqrt(1 - 0.61 * across * across),
              roughness: 1,
              reflectance: 0.01,
            });
          }
        }
      }
      const inSole = sole(x, y);
      if (inSole < 0) {
        const [nx, ny, nz] = cushion(sole, x, y, 0.09);
        const isOut = y > 0.385 - 0.02 * Math.cos(x * 2.2) + (x > 0.6 ? (x - 0.6) * -0.35 : 0);
        const groove = isOut
          ? 0
          : Math.abs(Math.sin((y - 0.03 * Math.sin(x * 3)) * 90)) < 0.22 && x < 0.55
            ? 1
            : 0;
        const lug = isOut && Math.abs(((x * 17) % 1) + (x < 0 ? 1 : 0) - 0.5) < 0.09 && y > 0.405;
        paintLit(
          out,
          isOut ? (lug ? scaleColour(rubber, 0.35) : rubber) : foam,
          { nx, ny, nz, roughness: isOut ? 0.6 : 0.9, reflectance: 0.02 },
          groove ? 0.8 : mix(0.82, 1, smoothstep(0.2, 0.26, y)),
        );
      }
    };
  },
};
