import { band, clamp, lengthOf, mix, smoothstep } from '../field.ts';
import { createHit, createTurned } from '../revolve.ts';
import { colour, glow, mixColour, over, type Scene } from '../scene.ts';
import { paintShine } from '../studio.ts';

const glassDark = colour('#2f4247');
const glassTint = colour('#9fb9bb');
const tea = colour('#c4661a');
const teaDeep = colour('#7a2f08');
const white = colour('#ffffff');
const leaf = colour('#3d6b3a');

const tilt = 0.17;
const top = -0.66;
const bottom = 0.72;
const outer = createTurned(
  [
    [top, 0.5],
    [bottom - 0.08, 0.385],
    [bottom, 0.35],
  ],
  tilt,
);
const radiusAt = (height: number): number => mix(0.5, 0.385, (height - top) / (bottom - 0.08 - top));

/** A tumbler of iced tea with truly see-through glass: alpha between none and full nearly everywhere. */
export const glassTumbler: Scene = {
  id: 'glass-tumbler',
  title: 'Glass tumbler',
  ground: 'cut-out with shadow',
  createPainter: () => {
    const hit = createHit();
    const level = -0.28;
    return (x, y, out) => {
      // A clear body throws a light, tinted shadow with a bright heart.
      const heart = Math.exp(-(((x - 0.12) / 0.24) ** 2) - ((y - 0.8) / 0.05) ** 2);
      const cast = 0.45 * Math.exp(-(((x - 0.06) / 0.44) ** 2) - ((y - 0.79) / 0.07) ** 2);
      over(out, mixColour(glassDark, tea, heart), clamp(cast, 0, 0.6));

      // The back of the rim is seen through the front.
      const rimDepth = (y - top) / tilt;
      const rimFar = lengthOf(x, rimDepth);
      outer(x, y, hit);
      if (hit.part === 'miss' && Math.abs(rimFar - 0.495) > 0.012) return;
      if (hit.part === 'top' || rimDepth < 0) {
        if (rimDepth < 0.5) over(out, glassTint, 0.1);
      }
      if (hit.part === 'side') {
        const wall = clamp(1 - hit.nz, 0, 1);
        over(out, mixColour(glassTint, glassDark, wall ** 1.5), clamp(0.1 + 0.75 * wall ** 2.2, 0, 0.92));
        const inner = radiusAt(hit.height) - 0.035;
        const isBase = y > bottom - 0.14 - 0.02 + tilt * Math.sqrt(Math.max(0, inner * inner - x * x)) * 0.6;
        const surfaceDepth = (y - level) / tilt;
        const onSurface = lengthOf(x, surfaceDepth) < inner;
        const isTea = Math.abs(x) < inner && (y > level || onSurface) && !isBase;
        if (isTea) {
          const across = Math.abs(x) / inner;
          const deep = mixColour(
            tea,
            teaDeep,
            clamp(0.15 + 0.75 * across ** 3 + 0.25 * smoothstep(0.2, 0.6, y), 0, 1),
          );
          over(out, onSurface && y < level + tilt * inner ? mixColour(deep, white, 0.22) : deep, 0.86);
          // Ice: tilted blocks under the surface, brighter at their edges.
          for (const [ix, iy, size, turn] of [
            [-0.17, -0.16, 0.15, 0.4],
            [0.16, -0.1, 0.14, -0.5],
            [-0.02, 0.12, 0.13, 0.9],
          ] as const) {
            const rx = (x - ix) * Math.cos(turn) - (y - iy) * Math.sin(turn);
            const ry = (x - ix) * Math.sin(turn) + (y - iy) * Math.cos(turn);
            const block = Math.max(Math.abs(rx), Math.abs(ry)) - size;
            if (block < 0) {
              const edge = smoothstep(-0.03, 0, block);
              over(out, white, 0.1 + 0.3 * edge * (rx + ry < 0 ? 1 : 0.35));
              glow(out, [1, 0.9, 0.75], 0.1 * band(-0.02, 0.02, 0.02, rx - ry * 0.4));
            }
          }
          const mint = lengthOf((x - 0.06) / 0.12, (y + 0.22 + 0.3 * (x - 0.06)) / 0.045);
          if (mint < 1) over(out, leaf, Math.abs(y + 0.22 + 0.3 * (x - 0.06)) < 0.004 ? 0.55 : 0.9);
          const slosh = Math.abs(lengthOf(x, surfaceDepth) - inner) * tilt;
          if (slosh < 0.006 && surfaceDepth > 0.03 && Math.abs(x) < inner * 0.98) over(out, white, 0.35);
        } else if (isBase) {
          // The thick foot bends the light into bands.
          const ripple = Math.sin(y * 60 + Math.cos(x * 9) * 2.4) * 0.5 + 0.5;
          over(out, mixColour(glassDark, white, 0.25 + 0.6 * ripple * (1 - Math.abs(x) / 0.4)), 0.5);
          glow(out, tea, 0.3 * Math.exp(-((x / 0.2) ** 2)));
        }
        paintShine(out, { nx: hit.nx, ny: hit.ny, nz: hit.nz, roughness: 0.04, reflectance: 0.09 }, 1.5);
      }
      const rim = Math.abs(rimFar - 0.485);
      if (rim < 0.016) {
        const lit = 0.35 + 0.65 * smoothstep(0.3, -0.4, x + rimDepth * 0.2);
        over(out, mixColour(glassDark, white, lit * smoothstep(0.016, 0.004, rim)), 0.7);
      }
    };
  },
};
