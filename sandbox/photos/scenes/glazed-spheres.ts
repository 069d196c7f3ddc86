import { clamp, cloud, lengthOf, mix, smoothstep } from '../field.ts';
import { type Colour, colour, mixColour, over, type Scene, scaleColour } from '../scene.ts';
import { paintLit, softShadow } from '../studio.ts';

const table = colour('#20262b');
const wall = colour('#11161a');
const glow = colour('#3c5560');
const black = colour('#000000');
const white = colour('#f4f1ea');

interface Ball {
  readonly x: number;
  readonly y: number;
  readonly r: number;
  readonly own: Colour;
  /** Lines round the ball: how many fine grooves, and how its axis leans. */
  readonly grooves: number;
  readonly lean: number;
  readonly roughness: number;
}

const balls: readonly Ball[] = [
  { x: -0.02, y: -0.13, r: 0.4, own: colour('#c9a45a'), grooves: 5, lean: 0.5, roughness: 0.07 },
  { x: -0.5, y: 0.27, r: 0.31, own: colour('#a8322d'), grooves: 9, lean: -0.35, roughness: 0.12 },
  { x: 0.46, y: 0.25, r: 0.34, own: colour('#1f6a6e'), grooves: 3, lean: 0.2, roughness: 0.05 },
  { x: 0.0, y: 0.52, r: 0.2, own: colour('#e9e4d8'), grooves: 7, lean: -0.8, roughness: 0.25 },
];

/** Four glazed balls with fine grooves on a dark table. */
export const glazedSpheres: Scene = {
  id: 'glazed-spheres',
  title: 'Glazed garden spheres, set of four',
  ground: 'dark',
  createPainter: () => (x, y, out) => {
    const halo = Math.exp(-((x / 0.9) ** 2) - ((y + 0.25) / 0.6) ** 2);
    const floorShare = smoothstep(0.05, 0.35, y);
    over(
      out,
      mixColour(
        mixColour(wall, glow, 0.75 * halo),
        scaleColour(table, 0.8 + 0.6 * Math.exp(-((x + 0.3) ** 2) * 1.5)),
        floorShare,
      ),
    );
    for (const ball of balls) {
      const cast =
        0.75 * softShadow(x, y, ball.x + 0.12, ball.y + ball.r * 0.93, ball.r * 1.15, ball.r * 0.26);
      over(out, black, clamp(cast, 0, 0.8));
    }
    for (const ball of balls) {
      const dx = (x - ball.x) / ball.r;
      const dy = (y - ball.y) / ball.r;
      const far = dx * dx + dy * dy;
      if (far >= 1) continue;
      const dz = Math.sqrt(1 - far);
      const along = -dy * Math.cos(ball.lean) * 0.92 + dx * Math.sin(ball.lean) + dz * 0.3;
      const groove = Math.abs(((along * ball.grooves * 1.6 + 50) % 1) - 0.5);
      const inGroove = smoothstep(0.05, 0.02, groove) * smoothstep(0.8, 0.6, Math.abs(along));
      const crackle = cloud(dx * 9 + ball.x * 30, dy * 9 + dz * 7);
      let own = scaleColour(ball.own, 0.72 + 0.5 * crackle);
      own = mixColour(own, white, 0.75 * inGroove);
      // Neighbours and the table darken what faces them.
      let shade = mix(1, 0.45, smoothstep(0.2, 1, dy));
      for (const other of balls) {
        if (other === ball) continue;
        const gap = lengthOf(x - other.x, y - other.y) - other.r;
        if (other.y > ball.y) shade *= mix(0.6, 1, smoothstep(0, 0.14, gap));
      }
      paintLit(out, own, { nx: dx, ny: dy, nz: dz, roughness: ball.roughness, reflectance: 0.05 }, shade);
      // The light table warms the underside a little.
      const bounce = smoothstep(0.4, 1, dy) * 0.05;
      for (let c = 0; c < 3; c++) out[c] = Math.min(1, (out[c] as number) + (ball.own[c] as number) * bounce);
    }
  },
};
