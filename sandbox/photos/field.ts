/** Scalar fields and signed distances (negative inside), in the units of the scene. */

export const clamp = (v: number, low: number, high: number): number => Math.min(high, Math.max(low, v));
/** Math.hypot guards against overflow, which no scene needs, and costs ten times as much. */
export const lengthOf = (x: number, y: number): number => Math.sqrt(x * x + y * y);
export const lengthOf3 = (x: number, y: number, z: number): number => Math.sqrt(x * x + y * y + z * z);

export const mix = (a: number, b: number, t: number): number => a + (b - a) * t;

export function smoothstep(low: number, high: number, v: number): number {
  const t = clamp((v - low) / (high - low), 0, 1);
  return t * t * (3 - 2 * t);
}

/** 1 between low and high, falling to 0 over `soft` on either side. */
export const band = (low: number, high: number, soft: number, v: number): number =>
  smoothstep(low - soft, low + soft, v) * (1 - smoothstep(high - soft, high + soft, v));

/** Evenly spread 0…1 for a lattice point; integer mixing after Wang, so it is the same on every machine. */
export function hash(ix: number, iy: number): number {
  let h = (Math.imul(ix | 0, 374761393) + Math.imul(iy | 0, 668265263)) | 0;
  h = Math.imul(h ^ (h >>> 13), 1274126177);
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
}

/** Smooth value noise, 0…1, one lattice cell a unit. */
export function noise(x: number, y: number): number {
  const ix = Math.floor(x);
  const iy = Math.floor(y);
  const fx = x - ix;
  const fy = y - iy;
  const ux = fx * fx * (3 - 2 * fx);
  const uy = fy * fy * (3 - 2 * fy);
  const top = mix(hash(ix, iy), hash(ix + 1, iy), ux);
  const bottom = mix(hash(ix, iy + 1), hash(ix + 1, iy + 1), ux);
  return mix(top, bottom, uy);
}

/** Three octaves of noise, 0…1. */
export const cloud = (x: number, y: number): number =>
  0.57 * noise(x, y) +
  0.29 * noise(x * 2.03 + 7.1, y * 2.03 + 3.7) +
  0.14 * noise(x * 4.1 + 1.3, y * 4.1 + 9.2);

export function roundBox(x: number, y: number, halfX: number, halfY: number, radius: number): number {
  const qx = Math.abs(x) - halfX + radius;
  const qy = Math.abs(y) - halfY + radius;
  return lengthOf(Math.max(qx, 0), Math.max(qy, 0)) + Math.min(Math.max(qx, qy), 0) - radius;
}

export function segment(x: number, y: number, ax: number, ay: number, bx: number, by: number): number {
  const dx = bx - ax;
  const dy = by - ay;
  const t = clamp(((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1), 0, 1);
  return lengthOf(x - ax - dx * t, y - ay - dy * t);
}

type Point = readonly [number, number];

/** A closed Catmull-Rom curve through the points, as a polygon with `steps` corners a span. */
export function closedCurve(points: readonly Point[], steps = 12): Point[] {
  const at = (i: number): Point => points[(i + points.length) % points.length] as Point;
  return points.flatMap((_, i) =>
    Array.from({ length: steps }, (__, s): Point => {
      const t = s / steps;
      const spline = (axis: 0 | 1): number => {
        const [a, b, c, d] = [at(i - 1)[axis], at(i)[axis], at(i + 1)[axis], at(i + 2)[axis]];
        return (
          0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t ** 3)
        );
      };
      return [spline(0), spline(1)];
    }),
  );
}

/** Exact signed distance to a polygon. Source: Quilez, "2D distance functions", sdPolygon. */
export function createPolygonDistance(polygon: readonly Point[]): (x: number, y: number) => number {
  const corners = Float64Array.from(polygon.flat());
  return (x, y) => {
    let nearestSquared = Number.POSITIVE_INFINITY;
    let sign = 1;
    for (let i = 0, j = corners.length - 2; i < corners.length; j = i, i += 2) {
      const ax = corners[i] as number;
      const ay = corners[i + 1] as number;
      const ex = (corners[j] as number) - ax;
      const ey = (corners[j + 1] as number) - ay;
      const wx = x - ax;
      const wy = y - ay;
      const t = clamp((wx * ex + wy * ey) / (ex * ex + ey * ey), 0, 1);
      const dx = wx - ex * t;
      const dy = wy - ey * t;
      nearestSquared = Math.min(nearestSquared, dx * dx + dy * dy);
      const isAbove = wy >= 0;
      const isBelowNext = y < (corners[j + 1] as number);
      const isLeft = ex * wy > ey * wx;
      if ((isAbove && isBelowNext && isLeft) || (!isAbove && !isBelowNext && !isLeft)) sign = -sign;
    }
    return sign * Math.sqrt(nearestSquared);
  };
}

/**
 * A costly field over [-1, 1]² sampled once on a lattice and read back bilinearly. A signed distance of a smooth
 * outline keeps its edge to well below a thousandth of the side.
 */
export function bake(field: (x: number, y: number) => number, cells = 320): (x: number, y: number) => number {
  const stride = cells + 1;
  const values = new Float32Array(stride * stride);
  for (let iy = 0; iy <= cells; iy++) {
    for (let ix = 0; ix <= cells; ix++) {
      values[iy * stride + ix] = field((2 * ix) / cells - 1, (2 * iy) / cells - 1);
    }
  }
  return (x, y) => {
    const gx = clamp(((x + 1) / 2) * cells, 0, cells - 1e-6);
    const gy = clamp(((y + 1) / 2) * cells, 0, cells - 1e-6);
    const ix = gx | 0;
    const iy = gy | 0;
    const at = iy * stride + ix;
    const fx = gx - ix;
    const top = mix(values[at] as number, values[at + 1] as number, fx);
    const bottom = mix(values[at + stride] as number, values[at + stride + 1] as number, fx);
    return mix(top, bottom, gy - iy);
  };
}

/** The same along one line: a costly function of x over [-1, 1] read back between 1,024 samples. */
export function bakeLine(curve: (x: number) => number): (x: number) => number {
  const cells = 1024;
  const values = Float32Array.from({ length: cells + 1 }, (_, i) => curve((2 * i) / cells - 1));
  return (x) => {
    const at = clamp(((x + 1) / 2) * cells, 0, cells - 1e-6);
    const i = at | 0;
    return mix(values[i] as number, values[i + 1] as number, at - i);
  };
}
