import { clamp, lengthOf } from './field.ts';

/** A point on a turned body: height on its axis, angle around it (0 faces the camera), outward normal. */
export interface Turned {
  part: 'side' | 'top' | 'miss';
  height: number;
  angle: number;
  radius: number;
  /** Depth towards the camera. */
  depth: number;
  nx: number;
  ny: number;
  nz: number;
}

/**
 * A body turned around the vertical axis x = 0 from its outline, points (height, radius) with growing height
 * (downwards). Seen by a far camera that looks down a little: a point in front appears lower by `tilt` times its
 * depth, which bends rims and printed lines as a photo does. Returns a finder that writes into `hit`.
 */
export function createTurned(
  outline: readonly (readonly [number, number])[],
  tilt: number,
): (x: number, y: number, hit: Turned) => void {
  const first = outline[0] as readonly [number, number];
  const last = outline.at(-1) as readonly [number, number];
  const cells = 2048;
  const radii = new Float64Array(cells + 1);
  for (let i = 0, span = 0; i <= cells; i++) {
    const height = first[0] + ((last[0] - first[0]) * i) / cells;
    while (span < outline.length - 2 && height > (outline[span + 1] as readonly [number, number])[0]) span++;
    const [h0, r0] = outline[span] as readonly [number, number];
    const [h1, r1] = outline[span + 1] as readonly [number, number];
    const t = clamp((height - h0) / (h1 - h0), 0, 1);
    radii[i] = r0 + (r1 - r0) * t * t * (3 - 2 * t);
  }
  const perCell = (last[0] - first[0]) / cells;
  const radiusAt = (height: number): number => {
    const at = clamp((height - first[0]) / perCell, 0, cells - 1e-9);
    const i = Math.floor(at);
    return (radii[i] as number) + ((radii[i + 1] as number) - (radii[i] as number)) * (at - i);
  };
  const slopeAt = (height: number): number =>
    (radiusAt(height + 4 * perCell) - radiusAt(height - 4 * perCell)) / (8 * perCell);
  return (x, y, hit) => {
    hit.part = 'miss';
    const topDepth = tilt > 0 ? (y - first[0]) / tilt : Number.POSITIVE_INFINITY;
    if (x * x + topDepth * topDepth < first[1] * first[1]) {
      hit.part = 'top';
      hit.height = first[0];
      hit.radius = lengthOf(x, topDepth);
      hit.depth = topDepth;
      hit.angle = Math.atan2(x, topDepth);
      hit.nx = 0;
      hit.ny = -1;
      hit.nz = 0;
      return;
    }
    let height = y;
    let depth = 0;
    let radius = 0;
    for (let round = 0; round < 4; round++) {
      radius = radiusAt(height);
      if (radius <= Math.abs(x)) {
        // The outline is narrower here; a wider part just behind the bend may still cover the point.
        if (round === 0) return;
        depth = 0;
        radius = Math.abs(x) + 1e-9;
        break;
      }
      depth = Math.sqrt(radius * radius - x * x);
      height = y - tilt * depth;
    }
    if (height < first[0] || height > last[0]) return;
    const slope = slopeAt(height);
    const length = lengthOf(1, slope);
    hit.part = 'side';
    hit.height = height;
    hit.radius = radius;
    hit.depth = depth;
    hit.angle = Math.atan2(x, depth);
    hit.nx = x / radius / length;
    hit.ny = -slope / length;
    hit.nz = depth / radius / length;
  };
}

export const createHit = (): Turned => ({
  part: 'miss',
  height: 0,
  angle: 0,
  radius: 0,
  depth: 0,
  nx: 0,
  ny: 0,
  nz: 1,
});
