import {
  bake,
  closedCurve,
  cloud,
  createPolygonDistance,
  lengthOf,
  lengthOf3,
  mix,
  noise,
  roundBox,
  smoothstep,
} from '../field.ts';
import { createInk } from '../lettering.ts';
import { type Colour, colour, mixColour, type Scene, scaleColour } from '../scene.ts';
import { paintLit } from '../studio.ts';

const cotton = colour('#f3efe6');
const inner = colour('#cfc8b8');
const teal = colour('#1d6f73');
const coral = colour('#e4643f');
const sand = colour('#f0b860');
const navy = colour('#1b2740');

const half: readonly (readonly [number, number])[] = [
  [0, -0.66],
  [0.1, -0.67],
  [0.2, -0.74],
  [0.34, -0.71],
  [0.52, -0.62],
  [0.64, -0.46],
  [0.78, -0.2],
  [0.84, -0.05],
  [0.8, 0.0],
  [0.66, 0.07],
  [0.58, 0.1],
  [0.55, 0.06],
  [0.5, -0.1],
  [0.5, 0.1],
  [0.5, 0.45],
  [0.51, 0.76],
  [0.46, 0.82],
  [0.2, 0.835],
];
const shirtOutline = closedCurve(
  [
    ...half,
    [0, 0.84],
    ...half
      .slice(1)
      .reverse()
      .map(([x, y]) => [-x, y] as const),
  ],
  8,
);

/** A cotton shirt with a printed badge, laid flat and cut out hard. */
export const printedTee: Scene = {
  id: 'printed-tee',
  title: 'Cotton tee, lighthouse',
  ground: 'cut-out',
  createPainter: () => {
    const outline = bake(createPolygonDistance(shirtOutline));
    const ink = createInk([
      {
        text: 'KEEP THE LIGHT ON',
        x: 0,
        y: 0.335,
        size: 0.044,
        weight: 0.16,
        tracking: 0.1,
        align: 'centre',
      },
      { text: 'est. 1884', x: 0, y: 0.4, size: 0.03, weight: 0.13, align: 'centre' },
    ]);
    const folds = bake((x, y) => {
      const pull = 0.05 * Math.sin((x * 1.2 + y * 0.6 + 0.5 * cloud(x * 1.4, y * 1.4)) * 7);
      const side =
        0.05 *
        Math.sin((Math.abs(x) * 3.2 - y * 1.3) * 5 + 2 * cloud(x * 2 + 5, y * 2)) *
        smoothstep(0.15, 0.5, Math.abs(x));
      return pull + side + 0.14 * cloud(x * 2.2 + 9, y * 1.3 + 2);
    });
    const badge = (x: number, y: number): Colour | null => {
      const far = lengthOf(x, y - 0.02);
      if (far > 0.27) return null;
      if (far > 0.258) return navy;
      if (far > 0.246) return null;
      // Sea, beams and a striped tower.
      const tower = Math.abs(x) - (0.032 + 0.028 * smoothstep(-0.1, 0.2, y));
      if (y > 0.13 + 0.008 * Math.sin(x * 60))
        return Math.abs(((y * 38 + 0.2 * Math.sin(x * 50)) % 1) - 0.5) < 0.14 ? sand : teal;
      if (tower < 0 && y > -0.08) return Math.floor((y + 0.08) / 0.042) % 2 === 0 ? coral : navy;
      if (Math.abs(x) < 0.046 && Math.abs(y + 0.086) < 0.008) return navy;
      if (Math.abs(x) < 0.026 && y > -0.135 && y < -0.08) return Math.abs(x) < 0.004 ? navy : sand;
      if (y <= -0.135 && y > -0.17 && Math.abs(x) < 0.034 * (1 + (y + 0.135) / 0.04)) return coral;
      const beam = Math.abs((y + 0.108) / (Math.abs(x) + 0.02));
      return beam < 0.32 && Math.abs(x) > 0.05 ? sand : mixColour(teal, navy, 0.45);
    };
    return (x, y, out) => {
      const d = outline(x, y);
      if (d >= 0) return;
      const e = 0.012;
      let gx = (folds(x + e, y) - folds(x - e, y)) / (2 * e);
      let gy = (folds(x, y + e) - folds(x, y - e)) / (2 * e);
      const ribX = x * 260;
      const knit =
        0.94 + 0.06 * Math.sin(ribX * 2) * Math.sin(y * 420) + 0.05 * (noise(x * 300, y * 300) - 0.5);
      let own: Colour = scaleColour(cotton, knit);
      let shade = mix(0.7, 1, smoothstep(0, -0.05, d));
      // Where the sleeve is set in, and hems with a double row of stitches.
      const seam = Math.abs(
        Math.abs(x) - 0.475 + 0.1 * smoothstep(-0.2, -0.6, y) - 0.03 * smoothstep(-0.35, -0.68, y),
      );
      if (y < -0.02 && y > -0.64) shade *= mix(0.7, 1, smoothstep(0, 0.012, seam));
      const hem = 0.775 + 0.02 * Math.abs(x);
      const sleeveHem = (Math.abs(x) - 0.69) * 0.93 - (y + 0.03) * -0.36;
      const isStitch = Math.abs(((x + y * 0.4) * 70 + 200) % 1) < 0.62;
      if ((Math.abs(y - hem) < 0.0028 || Math.abs(y - hem + 0.014) < 0.0028) && Math.abs(x) < 0.5 && isStitch)
        shade *= 0.78;
      if (
        Math.abs(x) > 0.5 &&
        (Math.abs(sleeveHem - 0.06) < 0.003 || Math.abs(sleeveHem - 0.046) < 0.003) &&
        isStitch
      )
        shade *= 0.78;
      // The ribbed collar, and the back of the shirt seen through it.
      const neck = lengthOf(x / 0.215, (y + 0.75) / 0.2);
      if (neck < 1 && y > -0.78) {
        own = scaleColour(inner, 0.75 + 0.25 * smoothstep(0.2, 1, neck));
        gx = 0;
        gy = 0.2;
        if (roundBox(x, y + 0.66, 0.05, 0.02, 0.003) < 0) own = navy;
      } else if (neck < 1.2) {
        own = scaleColour(cotton, 0.86 + 0.14 * Math.cos(Math.atan2(x, y + 0.75) * 130));
        shade *= mix(0.75, 1, smoothstep(1, 1.05, neck) * smoothstep(1.2, 1.17, neck));
      }
      const print = badge(x, y) ?? (ink(x, y) < 0 ? navy : null);
      if (print !== null) own = mixColour(scaleColour(print, knit), cotton, 0.05);
      const length = lengthOf3(gx, gy, 1);
      paintLit(
        out,
        own,
        { nx: -gx / length, ny: -gy / length, nz: 1 / length, roughness: 1, reflectance: 0.006 },
        shade,
      );
    };
  },
};
