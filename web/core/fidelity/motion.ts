import { blur, emptyPlane, halve, type Plane } from './planes.ts';
import { type Finding, topMean } from './structure.ts';

export interface Motion {
  /** Shift of the whole picture in input pixels. */
  readonly globalPx: number;
  /** How far outlines moved against the whole, in input pixels. */
  readonly edgeShift: Finding;
}

/** Mean squared slope that an outline must exceed to be believed; below it the shift is taken as smaller. */
const faintSlope = 12;

/**
 * How far edges moved (Lucas and Kanade 1981) on luma low-passed with σ 1.5, within windows of σ 5. Along an edge
 * nothing can be known, so the shift is taken across the window's main edge: the eigenvector of its structure
 * tensor. Reliable to about 2 input pixels; what moved further shows as changed shapes.
 */
export function motionOf(before: Plane, after: Plane): Motion {
  const a = blur(before, 1.5);
  const b = blur(after, 1.5);
  const { widthPx: w, heightPx: h } = before;
  const sums = [0, 1, 2, 3, 4].map(() => emptyPlane(w, h));
  const [xx, xy, yy, xt, yt] = sums.map(({ data }) => data) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  for (let y = 1; y < h - 1; y++) {
    for (let x = 1; x < w - 1; x++) {
      const i = y * w + x;
      // Slope of the mean of both: unbiased when one of them is sharper.
      const gx = slope(a.data, b.data, i, 1);
      const gy = slope(a.data, b.data, i, w);
      const t = (b.data[i] as number) - (a.data[i] as number);
      xx[i] = gx * gx;
      xy[i] = gx * gy;
      yy[i] = gy * gy;
      xt[i] = gx * t;
      yt[i] = gy * t;
    }
  }
  // σ 5 of which two halvings have done 1.25 px².
  const [XX, XY, YY, XT, YT] = sums.map((plane) => blur(halve(halve(plane)), Math.sqrt(25 - 1.25) / 4)) as [
    Plane,
    Plane,
    Plane,
    Plane,
    Plane,
  ];
  const map = emptyPlane(XX.widthPx, XX.heightPx);
  const along = new Float32Array(map.data.length);
  const angles = new Float32Array(map.data.length);
  const trusts = new Float32Array(map.data.length);
  const shiftsX: number[] = [];
  const shiftsY: number[] = [];
  for (let i = 0; i < map.data.length; i++) {
    const pxx = XX.data[i] as number;
    const pxy = XY.data[i] as number;
    const pyy = YY.data[i] as number;
    const strong = (pxx + pyy) / 2 + Math.hypot((pxx - pyy) / 2, pxy);
    if (strong < 1) continue;
    const angle = 0.5 * Math.atan2(2 * pxy, pxx - pyy);
    const nx = Math.cos(angle);
    const ny = Math.sin(angle);
    const moved = -(nx * (XT.data[i] as number) + ny * (YT.data[i] as number)) / strong;
    along[i] = moved;
    angles[i] = angle;
    trusts[i] = strong / (strong + faintSlope);
    if (strong < faintSlope) continue;
    if (Math.abs(nx) > 0.8) shiftsX.push(moved / nx);
    if (Math.abs(ny) > 0.8) shiftsY.push(moved / ny);
  }
  const globalX = medianOf(shiftsX);
  const globalY = medianOf(shiftsY);
  for (let i = 0; i < map.data.length; i++) {
    const angle = angles[i] as number;
    const own = Math.abs((along[i] as number) - (globalX * Math.cos(angle) + globalY * Math.sin(angle)));
    map.data[i] = Math.min(4, own) * (trusts[i] as number);
  }
  return { globalPx: Math.hypot(globalX, globalY), edgeShift: { map, cellPx: 4, figure: topMean(map, 2) } };
}

function slope(a: Float32Array, b: Float32Array, i: number, step: number): number {
  return (
    ((a[i + step] as number) - (a[i - step] as number) + (b[i + step] as number) - (b[i - step] as number)) /
    4
  );
}

/** Fewer than 32 places say nothing about the whole picture. */
function medianOf(values: number[]): number {
  if (values.length < 32) return 0;
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
