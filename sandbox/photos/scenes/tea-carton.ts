import { clamp, cloud, lengthOf, roundBox, smoothstep } from '../field.ts';
import { createInk } from '../lettering.ts';
import { type Colour, colour, mixColour, over, type Sample, type Scene, scaleColour } from '../scene.ts';
import { paintBackdrop, softShadow } from '../studio.ts';

const wall = colour('#dfe7dd');
const floor = colour('#eaf0e6');
const green = colour('#1f4d3d');
const deep = colour('#143529');
const cream = colour('#f3ead3');
const gold = colour('#c99b46');
const shadow = colour('#1d3328');

/** A face of the carton: its corner and its two edges in the picture. Both edges count from 0 to their length. */
interface Face {
  readonly x: number;
  readonly y: number;
  readonly ux: number;
  readonly uy: number;
  readonly vx: number;
  readonly vy: number;
}

/** A far camera keeps parallels parallel: two edges and a corner say it all. */
function onFace(face: Face, x: number, y: number): [number, number] {
  const det = face.ux * face.vy - face.uy * face.vx;
  const dx = x - face.x;
  const dy = y - face.y;
  return [(dx * face.vy - dy * face.vx) / det, (dy * face.ux - dx * face.uy) / det];
}

const front: Face = { x: -0.56, y: -0.62, ux: 0.74, uy: 0.1, vx: 0, vy: 1.22 };
const side: Face = { x: 0.18, y: -0.52, ux: 0.4, uy: -0.13, vx: 0, vy: 1.22 };
const lid: Face = { x: -0.56, y: -0.62, ux: 0.74, uy: 0.1, vx: 0.4, vy: -0.13 };
const isInside = ([u, v]: [number, number]): boolean => u >= 0 && u <= 1 && v >= 0 && v <= 1;

/** A leaf along the x axis from 0 to 1: signed distance to two meeting arcs. */
function leaf(x: number, y: number): number {
  const bulge = 0.19;
  const r = (0.25 + bulge * bulge) / (2 * bulge);
  return Math.max(lengthOf(x - 0.5, y - r + bulge) - r, lengthOf(x - 0.5, y + r - bulge) - r);
}

function drawLeaves(u: number, v: number): Colour | null {
  for (const [angle, length] of [
    [-1.57, 0.21],
    [-0.75, 0.17],
    [-2.39, 0.17],
    [-0.1, 0.12],
    [-3.04, 0.12],
  ] as const) {
    const dx = u / length;
    const dy = v / length;
    const lx = dx * Math.cos(angle) + dy * Math.sin(angle);
    const ly = -dx * Math.sin(angle) + dy * Math.cos(angle);
    if (leaf(lx - 0.14, ly) < 0) return Math.abs(ly) < 0.016 ? green : gold;
  }
  return null;
}

/** A carton of tea with readable words down to the small print. */
export const teaCarton: Scene = {
  id: 'tea-carton',
  title: 'Earl Grey loose leaf tea',
  ground: 'pastel',
  createPainter: () => {
    // The front is 0.74 wide and 1.22 high in its own units, the side 0.42 wide.
    const words = createInk([
      { text: 'HARBOUR & SONS', x: 0.37, y: 0.12, size: 0.034, weight: 0.12, tracking: 0.3, align: 'centre' },
      { text: 'EARL', x: 0.37, y: 0.66, size: 0.135, weight: 0.13, tracking: 0.16, align: 'centre' },
      { text: 'GREY', x: 0.37, y: 0.84, size: 0.135, weight: 0.13, tracking: 0.16, align: 'centre' },
      { text: 'black tea with bergamot', x: 0.37, y: 0.935, size: 0.03, weight: 0.11, align: 'centre' },
      { text: 'LOOSE LEAF', x: 0.08, y: 1.13, size: 0.026, weight: 0.13, tracking: 0.2 },
      { text: 'NET 100 g', x: 0.66, y: 1.13, size: 0.026, weight: 0.13, tracking: 0.2, align: 'right' },
    ]);
    const smallPrint = createInk([
      { text: 'HOW TO BREW', x: 0.06, y: 0.2, size: 0.026, weight: 0.15, tracking: 0.16 },
      ...[
        'One spoon for each cup.',
        'Water just off the boil.',
        'Wait three minutes,',
        'longer if you like it strong.',
      ].map((text, i) => ({
        text,
        x: 0.06,
        y: 0.26 + i * 0.042,
        size: 0.0168,
        weight: 0.12,
        tracking: 0.06,
      })),
      { text: 'INGREDIENTS', x: 0.06, y: 0.52, size: 0.026, weight: 0.15, tracking: 0.16 },
      ...['Black tea 96 %, natural', 'bergamot oil 3 %,', 'cornflower petals 1 %.'].map((text, i) => ({
        text,
        x: 0.06,
        y: 0.58 + i * 0.042,
        size: 0.0168,
        weight: 0.12,
        tracking: 0.06,
      })),
      {
        text: '5 012345 678900',
        x: 0.21,
        y: 1.12,
        size: 0.02,
        weight: 0.12,
        tracking: 0.12,
        align: 'centre',
      },
    ]);
    const faceColour = (out: Sample, own: Colour, light: number): void => over(out, scaleColour(own, light));
    return (x, y, out) => {
      paintBackdrop(out, x, y, { wall, floor, bend: 0.35 });
      const cast =
        0.36 * softShadow(x, y, 0.42, 0.6, 0.7, 0.2) + 0.5 * softShadow(x, y, 0.05, 0.68, 0.62, 0.09);
      over(out, shadow, clamp(cast, 0, 0.75));

      const onFront = onFace(front, x, y);
      if (isInside(onFront)) {
        const u = onFront[0] * 0.74;
        const v = onFront[1] * 1.22;
        const light = 0.98 - 0.12 * onFront[0] - 0.1 * onFront[1] + 0.02 * (cloud(u * 90, v * 90) - 0.5);
        const frame = Math.abs(roundBox(u - 0.37, v - 0.61, 0.33, 0.57, 0.03));
        let own = v > 1.045 && v < 1.18 ? mixColour(green, deep, 0.4) : green;
        if (frame < 0.0035 || Math.abs(frame - 0.014) < 0.0012) own = gold;
        own = drawLeaves(u - 0.37, v - 0.46) ?? own;
        if (words(u, v) < 0) own = cream;
        const edge = smoothstep(0.012, 0, Math.min(u, 0.74 - u, v, 1.22 - v));
        faceColour(out, mixColour(own, cream, 0.12 * edge), light);
        return;
      }
      const onSide = onFace(side, x, y);
      if (isInside(onSide)) {
        const u = onSide[0] * 0.42;
        const v = onSide[1] * 1.22;
        let own: Colour = v < 0.1 || v > 1.16 ? gold : cream;
        if (Math.abs(v - 0.44) < 0.0015 && u > 0.06 && u < 0.36) own = gold;
        const bar = Math.floor((u - 0.07) / 0.0062);
        if (v > 0.86 && v < 1.07 && u > 0.07 && u < 0.35 && ((bar * 2654435761) >>> 0) % 100 > 44) own = deep;
        if (smallPrint(u, v) < 0) own = deep;
        faceColour(out, own, 0.56 - 0.08 * onSide[1] + 0.1 * onSide[0]);
        return;
      }
      const onLid = onFace(lid, x, y);
      if (isInside(onLid)) {
        const seam = Math.abs(onLid[1] - 0.5) < 0.004 ? 0.72 : 1;
        faceColour(out, green, 1.25 * seam);
      }
    };
  },
};
