import { band, clamp, mix, roundBox, smoothstep } from '../field.ts';
import { createInk } from '../lettering.ts';
import { colour, glow, mixColour, over, type Sample, type Scene, scaleColour } from '../scene.ts';
import { paintLit, paintMetal } from '../studio.ts';

const night = colour('#0e0d12');
const plum = colour('#3b2038');
const glassEdge = colour('#171219');
const glassBody = colour('#54404a');
const rose = colour('#d77d6c');
const honey = colour('#f2b98a');
const gold = colour('#d8b06c');
const lettering = colour('#3a120f');
const cap = colour('#121014');
const white = colour('#ffffff');

const tableAt = 0.66;

/** A square flacon of thick glass on black acrylic, with its mirror image below. */
export const perfumeFlacon: Scene = {
  id: 'perfume-flacon',
  title: 'Eau de parfum, 50 ml',
  ground: 'dark',
  createPainter: () => {
    const ink = createInk([
      { text: 'Sable', x: 0, y: 0.2, size: 0.12, weight: 0.1, tracking: 0.1, align: 'centre' },
      { text: 'EAU DE PARFUM', x: 0, y: 0.3, size: 0.026, weight: 0.11, tracking: 0.34, align: 'centre' },
      { text: '50 ml   1.7 fl.oz', x: 0, y: 0.5, size: 0.021, weight: 0.11, tracking: 0.16, align: 'centre' },
    ]);
    const paintFlacon = (x: number, y: number, out: Sample): boolean => {
      const glass = roundBox(x, y - 0.2, 0.4, 0.46, 0.07);
      const collar = roundBox(x, y + 0.3, 0.13, 0.045, 0.01);
      const top = roundBox(x, y + 0.56, 0.19, 0.22, 0.02);
      let isHit = false;
      if (glass < 0) {
        isHit = true;
        const depth = -glass;
        const inner = roundBox(x, y - 0.16, 0.31, 0.35, 0.05);
        // The walls: dark where they bend the light away, bright lines where they gather it.
        over(out, mixColour(glassEdge, glassBody, 0.35 + 0.65 * smoothstep(0.01, 0.06, depth)));
        glow(
          out,
          white,
          0.5 * band(0.014, 0.02, 0.004, depth) * (x < 0 ? 1 : 0.5) + 0.16 * band(0.05, 0.056, 0.004, depth),
        );
        if (inner < 0) {
          const isLiquid = y > -0.1;
          const lit = Math.exp(-(((x - 0.08) / 0.22) ** 2)) * 0.8 + 0.2;
          const body = mixColour(rose, honey, clamp(lit * (0.5 + 0.6 * smoothstep(0.5, -0.1, y)), 0, 1));
          over(
            out,
            isLiquid
              ? scaleColour(body, mix(0.38, 1, smoothstep(0, -0.1, inner)))
              : scaleColour(glassBody, 1.2),
            isLiquid ? 0.95 : 0.5,
          );
          if (Math.abs(y + 0.1) < 0.006) glow(out, honey, 0.4);
          if (Math.abs(x + 0.012 * Math.sin(y * 9)) < 0.009 && y < 0.44) over(out, white, 0.22);
        } else {
          glow(out, rose, 0.2 * smoothstep(0.09, 0, inner) * smoothstep(-0.1, 0.1, y));
        }
        if (ink(x, y) < 0) over(out, lettering);
        const sheen = band(-0.335, -0.25, 0.012, x) * band(-0.16, 0.53, 0.05, y);
        glow(out, white, 0.2 * sheen * (0.55 + 0.45 * smoothstep(0.5, -0.1, y)));
      }
      if (collar < 0) {
        isHit = true;
        const nx = clamp(x / 0.135, -1, 1);
        paintMetal(
          out,
          gold,
          { nx, ny: 0, nz: Math.sqrt(1 - nx * nx), roughness: 0.15, reflectance: 0.9 },
          1.1,
        );
      }
      if (top < 0) {
        isHit = true;
        const bevel = smoothstep(0.028, 0.012, -top);
        const nx = Math.abs(x) > 0.165 ? Math.sign(x) * bevel * 0.7 : 0;
        const ny = y < -0.75 ? -bevel * 0.7 : 0;
        paintLit(out, cap, {
          nx,
          ny,
          nz: Math.sqrt(1 - nx * nx - ny * ny),
          roughness: 0.12,
          reflectance: 0.07,
        });
        glow(
          out,
          white,
          0.2 * band(-0.135, -0.085, 0.006, x) * band(-0.73, -0.38, 0.03, y) +
            0.05 * smoothstep(0.2, -0.2, x),
        );
        if (Math.abs(y + 0.365) < 0.006) over(out, gold);
      }
      return isHit;
    };
    return (x, y, out) => {
      const halo = Math.exp(-(((x - 0.12) / 0.75) ** 2) - ((y + 0.1) / 0.62) ** 2);
      const isTable = y > tableAt + 0.005;
      over(out, mixColour(night, plum, isTable ? 0.16 * halo : halo));
      if (isTable) {
        const fade = 0.34 * smoothstep(0.42, 0, y - tableAt);
        const mirror = new Float64Array(4);
        if (paintFlacon(x, 2 * tableAt - y, mirror))
          over(out, [mirror[0] as number, mirror[1] as number, mirror[2] as number], fade);
        return;
      }
      if (Math.abs(y - tableAt) < 0.004) over(out, plum, 0.5);
      paintFlacon(x, y, out);
    };
  },
};
