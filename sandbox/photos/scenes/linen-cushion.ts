import { bake, clamp, cloud, lengthOf, lengthOf3, mix, noise, smoothstep } from '../field.ts';
import { type Colour, colour, mixColour, over, type Sample, type Scene, scaleColour } from '../scene.ts';
import { paintLit, softShadow } from '../studio.ts';

const linen = colour('#e8dfcf');
const stripe = colour('#2d4a63');
const fine = colour('#b5533c');
const piping = colour('#2b4257');
const black = colour('#000000');

/** A plump square: 0 at the middle, 1 on the outline, with drawn-out corners. */
const plump = (x: number, y: number): number => {
  const corner = 0.055 * Math.abs(x * y) ** 2.2;
  const px = Math.abs(x) * (1 + 0.07 * (1 - y * y)) - corner;
  const py = Math.abs(y) * (1 + 0.07 * (1 - x * x)) - corner;
  return (px ** 7 + py ** 7) ** (1 / 7);
};

/** A cushion of woven linen with fine and bold stripes, cut out with its soft shadow. */
export const linenCushion: Scene = {
  id: 'linen-cushion',
  title: 'Striped linen cushion',
  ground: 'cut-out with shadow',
  createPainter: () => {
    const size = 0.74;
    const stretch = 1.1;
    const bakedHeight = bake((bx, by) => {
      const [x, y] = [bx * stretch, by * stretch];
      const p = Math.min(1, plump(x, y));
      const folds =
        0.03 * Math.sin(Math.atan2(y, x) * 22 + 4 * cloud(x * 2, y * 2)) * smoothstep(0.62, 0.98, p);
      return 0.62 * (1 - p ** 2.6) ** 0.6 + folds + 0.06 * cloud(x * 2.4 + 4, y * 2.4);
    }, 640);
    const height = (x: number, y: number): number => bakedHeight(x / stretch, y / stretch);
    const paintWeave = (out: Sample, x: number, y: number): void => {
      const e = 0.012;
      const gx = (height(x + e, y) - height(x - e, y)) / (2 * e);
      const gy = (height(x, y + e) - height(x, y - e)) / (2 * e);
      // Threads swell towards the middle of the cushion, as the cloth bends away at its sides.
      const u = x * (1 + 0.06 * x * x) * 86;
      const v = y * (1 + 0.06 * y * y) * 86;
      const isWarp = (Math.floor(u) + Math.floor(v)) % 2 === 0;
      const across = (isWarp ? u - Math.floor(u) : v - Math.floor(v)) - 0.5;
      const along = (isWarp ? v - Math.floor(v) : u - Math.floor(u)) - 0.5;
      const slub =
        0.84 + 0.3 * noise(isWarp ? Math.floor(u) * 7.3 : u * 0.13, isWarp ? v * 0.13 : Math.floor(v) * 5.1);
      const tx = isWarp ? across * 0.9 : along * 0.5;
      const ty = isWarp ? along * 0.5 : across * 0.9;
      const stripeAt = Math.abs(((x * 3.1 + 40.5) % 1) - 0.5);
      const fineAt = Math.abs(stripeAt - 0.235);
      let own: Colour = linen;
      if (stripeAt < 0.13) own = stripe;
      else if (fineAt < 0.012 || Math.abs(fineAt - 0.04) < 0.006) own = fine;
      const length = lengthOf3(gx - tx, gy - ty, 1);
      const gap = smoothstep(0.34, 0.5, Math.abs(across)) * 0.45;
      paintLit(
        out,
        scaleColour(own, slub * (1 - gap)),
        {
          nx: (-gx + tx) / length,
          ny: (-gy + ty) / length,
          nz: 1 / length,
          roughness: 1,
          reflectance: 0.008,
        },
        mix(1, 0.62, smoothstep(0.8, 1, plump(x, y))),
      );
    };
    return (x, y, out) => {
      const cx = x / size;
      const cy = (y + 0.04) / size;
      const cast =
        0.5 * softShadow(x, y, 0.06, 0.66, 0.72, 0.16) + 0.26 * softShadow(x, y, 0.06, 0.1, 0.72, 0.72);
      over(out, black, clamp(cast, 0, 0.62));
      const p = plump(cx, cy);
      if (p < 0.985) paintWeave(out, cx, cy);
      else if (p < 1.022) {
        const across = (p - 1.0035) / 0.0185;
        const twist = 0.8 + 0.2 * Math.sin(Math.atan2(cy, cx) * 260 + across * 2);
        const length = lengthOf(cx ** 6, cy ** 6) || 1;
        paintLit(
          out,
          mixColour(scaleColour(piping, twist), piping, 0.2),
          {
            nx: ((across * cx ** 5 * Math.abs(cx)) / length) * 0.7,
            ny: ((across * cy ** 5 * Math.abs(cy)) / length) * 0.7,
            nz: Math.sqrt(1 - clamp(across * across, 0, 1) * 0.7),
            roughness: 1,
            reflectance: 0.01,
          },
          1.05,
        );
      }
    };
  },
};
