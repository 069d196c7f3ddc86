import { bakeLine, clamp, cloud, lengthOf, mix, roundBox, smoothstep } from '../field.ts';
import { createInk } from '../lettering.ts';
import { colour, mixColour, over, type Scene, scaleColour } from '../scene.ts';
import { paintLit } from '../studio.ts';

const wallColour = colour('#e9e4dc');
const oak = colour('#b98d5a');
const mount = colour('#faf8f3');
const sheet = colour('#f3ecd9');
const inkColour = colour('#20304a');
const warm = colour('#c1563a');
const black = colour('#000000');

/** A framed print of finely engraved hills: lines of growing and shrinking weight, close together. */
export const engravedPrint: Scene = {
  id: 'engraved-print',
  title: 'Framed print, Meridian',
  ground: 'pastel',
  createPainter: () => {
    const ink = createInk([
      { text: 'MERIDIAN', x: 0, y: 0.575, size: 0.062, weight: 0.1, tracking: 0.5, align: 'centre' },
      { text: 'no. 47 of 250 · printed by hand', x: 0, y: 0.645, size: 0.022, weight: 0.1, align: 'centre' },
    ]);
    const ridges = Array.from({ length: 5 }, (_, layer) =>
      bakeLine(
        (x) =>
          -0.18 +
          layer * 0.15 +
          0.2 * (cloud(x * 1.7 + layer * 5.3, layer * 2.1) - 0.5) * (1.25 - layer * 0.12),
      ),
    );
    return (x, y, out) => {
      const light = 0.98 - 0.1 * lengthOf(x + 0.5, y + 0.6) + 0.02 * cloud(x * 60, y * 60);
      over(out, scaleColour(wallColour, clamp(light, 0, 1)));
      const cast = smoothstep(0.16, -0.06, roundBox(x - 0.05, y - 0.07, 0.62, 0.82, 0.04));
      over(out, black, 0.38 * cast);
      const frame = roundBox(x, y, 0.64, 0.84, 0.006);
      if (frame > 0) return;
      if (frame > -0.055) {
        const isVertical = Math.abs(x) - 0.64 > Math.abs(y) - 0.84;
        const along = isVertical ? y : x;
        const off = isVertical ? x : y;
        const grain = cloud(along * 3, off * 130) * 0.7 + cloud(along * 12 + 5, off * 300) * 0.3;
        const slope = frame > -0.012 ? 0.55 : frame < -0.046 ? -0.55 : 0;
        const nx = isVertical ? Math.sign(x) * slope : 0;
        const ny = isVertical ? 0 : Math.sign(y) * slope;
        paintLit(out, scaleColour(oak, 0.62 + 0.6 * grain), {
          nx,
          ny,
          nz: Math.sqrt(1 - slope * slope),
          roughness: 0.5,
          reflectance: 0.03,
        });
        return;
      }
      over(out, scaleColour(mount, 0.97 - 0.05 * smoothstep(-0.09, -0.055, frame)));
      const paper = roundBox(x, y + 0.01, 0.45, 0.69, 0.001);
      if (paper > 0) {
        if (paper < 0.008) over(out, scaleColour(mount, x + y < 0 ? 0.72 : 1));
        return;
      }
      over(out, scaleColour(sheet, 0.97 + 0.03 * cloud(x * 40, y * 40)));
      if (ink(x, y) < 0) {
        over(out, inkColour);
        return;
      }
      if (Math.abs(x) > 0.39 || y < -0.64 || y > 0.46) return;
      // The sun, ruled with straight lines; the hills, each ruled along its own ridge.
      let layer = -1;
      for (let i = 0; i < 5; i++) if (y > (ridges[i]?.(x) ?? 1)) layer = i;
      if (layer < 0) {
        const far = lengthOf(x - 0.1, y + 0.33);
        if (far < 0.19) {
          const rule = Math.abs(((y * 62 + 90) % 1) - 0.5);
          if (rule < mix(0.12, 0.4, smoothstep(-0.5, -0.14, y))) over(out, warm);
        } else {
          const rule = Math.abs(((y * 74 + 90) % 1) - 0.5);
          if (rule < 0.05 + 0.14 * smoothstep(-0.1, -0.6, y)) over(out, mixColour(inkColour, sheet, 0.15));
        }
        return;
      }
      const below = y - (ridges[layer]?.(x) ?? 0);
      const rule = Math.abs(((below * (92 - layer * 7) + 0.5) % 1) - 0.5);
      const weight = clamp(
        0.12 +
          0.3 * smoothstep(0.22, 0, below) * (0.5 + 0.5 * cloud(x * 6 + layer * 9, y * 6)) +
          layer * 0.03,
        0.08,
        0.44,
      );
      if (below < 0.004 || rule < weight) over(out, inkColour);
    };
  },
};
