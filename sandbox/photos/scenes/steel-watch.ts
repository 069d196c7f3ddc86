import { clamp, cloud, lengthOf, mix, noise, roundBox, segment, smoothstep } from '../field.ts';
import { createInk, type TextLine } from '../lettering.ts';
import { colour, mixColour, over, type Scene, scaleColour } from '../scene.ts';
import { paintLit, paintMetal, softShadow } from '../studio.ts';

const desk = colour('#1d2226');
const deskLight = colour('#3a434a');
const leather = colour('#7a4423');
const thread = colour('#e6cfa5');
const steel = colour('#dfe3e8');
const dial = colour('#12365a');
const lume = colour('#f2f4ee');
const red = colour('#d8342a');
const black = colour('#000000');

const numerals: TextLine[] = ['12', '1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11'].map(
  (text, i) => {
    const angle = (i * Math.PI) / 6;
    return {
      text,
      x: Math.sin(angle) * 0.295,
      y: -Math.cos(angle) * 0.295 + 0.026,
      size: 0.052,
      weight: 0.12,
      align: 'centre' as const,
    };
  },
);

/** A wrist watch from above on dark slate: brushed steel, leather, a dial with fine marks. */
export const steelWatch: Scene = {
  id: 'steel-watch',
  title: 'Steel watch, blue dial',
  ground: 'dark',
  createPainter: () => {
    const ink = createInk([
      ...numerals,
      { text: 'HELMSMAN', x: 0, y: -0.115, size: 0.026, weight: 0.12, tracking: 0.3, align: 'centre' },
      { text: 'automatic', x: 0, y: 0.115, size: 0.022, weight: 0.12, align: 'centre' },
      { text: '100 m / 330 ft', x: 0, y: 0.155, size: 0.018, weight: 0.13, align: 'centre' },
    ]);
    const hand = (x: number, y: number, turns: number, tail: number, length: number): [number, number] => {
      const a = turns * 2 * Math.PI;
      return [
        segment(x, y, -Math.sin(a) * tail, Math.cos(a) * tail, Math.sin(a) * length, -Math.cos(a) * length),
        x * Math.cos(a) + y * Math.sin(a),
      ];
    };
    return (x, y, out) => {
      const grain = cloud(x * 5 + 3, y * 22) * 0.5 + noise(x * 120, y * 160) * 0.22;
      const pool = Math.exp(-((x + 0.25) ** 2 + (y + 0.3) ** 2) * 0.9);
      over(
        out,
        mixColour(scaleColour(desk, 0.55 + 0.5 * grain), deskLight, 0.55 * pool * (0.6 + 0.5 * grain)),
      );
      const far = lengthOf(x, y);
      const strap = roundBox(x, y, 0.27 - 0.05 * smoothstep(0.4, 1, Math.abs(y)), 1.3, 0.02);
      over(
        out,
        black,
        clamp(0.75 * smoothstep(0.12, -0.02, roundBox(x - 0.05, y - 0.05, 0.26, 1.3, 0.05)), 0, 0.75),
      );
      over(out, black, clamp(0.8 * softShadow(x, y, 0.09, 0.1, 0.62, 0.62), 0, 0.8));
      if (strap < 0) {
        const edge = clamp(-strap / 0.07, 0, 1);
        const pores = noise(x * 90, y * 90) * 0.5 + cloud(x * 30, y * 30) * 0.5;
        const bend = clamp((Math.abs(y) - 0.5) * 0.9, 0, 0.45) * Math.sign(y);
        const nx = Math.sign(x) * (1 - edge) * 0.75;
        let own = scaleColour(leather, 0.75 + 0.4 * pores);
        const stitch = Math.abs(strap + 0.03) < 0.006 && Math.abs(((y * 21 + 50) % 1) - 0.5) < 0.33;
        if (stitch) own = thread;
        paintLit(out, own, {
          nx,
          ny: bend,
          nz: Math.sqrt(Math.max(0.1, 1 - nx * nx - bend * bend)),
          roughness: 0.6,
          reflectance: 0.035,
        });
      }
      // Lugs join case and strap.
      for (const [lx, ly] of [
        [-0.3, -0.47],
        [0.3, -0.47],
        [-0.3, 0.47],
        [0.3, 0.47],
      ] as const) {
        const lug = roundBox(x - lx, y - ly, 0.045, 0.13, 0.03);
        if (lug < 0) {
          paintMetal(out, steel, {
            nx: clamp((x - lx) / 0.045, -1, 1) * 0.72,
            ny: -0.2,
            nz: 0.8,
            roughness: 0.3,
            reflectance: 0.9,
          });
        }
      }
      const crown = roundBox(x - 0.54, y, 0.045, 0.06, 0.015);
      if (crown < 0) {
        const ny = clamp(y / 0.06, -1, 1) * 0.8;
        paintMetal(
          out,
          steel,
          { nx: 0.2, ny, nz: Math.sqrt(1 - 0.04 - ny * ny), roughness: 0.2, reflectance: 0.9 },
          Math.sin(y * 420) > 0 ? 1 : 0.5,
        );
      }
      if (far >= 0.51) return;
      const dirX = x / (far || 1);
      const dirY = y / (far || 1);
      if (far > 0.415) {
        // The bezel: a polished outer slope, a brushed flat ring, an inner slope.
        const slope = far > 0.485 ? (far - 0.485) / 0.025 : far < 0.43 ? -(0.43 - far) / 0.015 : 0;
        const lean = slope * 0.75;
        const brush = far <= 0.485 && far >= 0.43 ? (noise(far * 900, Math.atan2(y, x) * 2) - 0.5) * 0.22 : 0;
        const lay = Math.atan2(y, x);
        const fan = far <= 0.485 && far >= 0.43 ? 0.55 + 0.45 * Math.abs(Math.cos(lay * 2 + 0.9)) ** 2.2 : 1;
        paintMetal(
          out,
          steel,
          {
            nx: dirX * lean,
            ny: dirY * lean - 0.18,
            nz: Math.sqrt(Math.max(0.08, 1 - lean * lean)),
            roughness: 0.35,
            reflectance: 0.9,
          },
          fan * (1 + brush) * 1.9,
        );
        return;
      }
      const sunburst = 0.72 + 0.5 * Math.abs(Math.cos(Math.atan2(y, x) + 0.85)) ** 3;
      over(out, scaleColour(dial, sunburst * mix(1.15, 0.75, far / 0.41)));
      const minute = (Math.atan2(x, -y) / (2 * Math.PI)) * 60;
      const off = Math.abs(minute - Math.round(minute)) * ((2 * Math.PI * far) / 60);
      const isHour = ((Math.round(minute) % 5) + 5) % 5 === 0;
      if (far > (isHour ? 0.352 : 0.375) && far < 0.4 && off < (isHour ? 0.0065 : 0.0024)) over(out, lume);
      if (Math.abs(far - 0.404) < 0.0012) over(out, lume);
      if (ink(x, y) < 0) over(out, lume);
      for (const [turns, length, half] of [
        [10.145 / 12, 0.2, 0.016],
        [8.7 / 60, 0.315, 0.0115],
      ] as const) {
        const [shade] = hand(x - 0.012, y - 0.014, turns, 0.05, length);
        if (shade < half + 0.006) over(out, black, 0.35 * smoothstep(half + 0.006, half - 0.004, shade));
        const [d, across] = hand(x, y, turns, 0.05, length);
        if (d < half) {
          if (d < half * 0.42 && lengthOf(x, y) > 0.06) over(out, lume);
          else
            paintMetal(out, steel, {
              nx: across > 0 ? 0.35 : -0.45,
              ny: -0.3,
              nz: 0.84,
              roughness: 0.15,
              reflectance: 0.9,
            });
        }
      }
      const [second] = hand(x, y, 33.4 / 60, 0.1, 0.35);
      if (second < 0.0042 || far < 0.022) over(out, red);
      if (far < 0.009) over(out, steel);
      // The domed crystal mirrors the soft box faintly.
      const glare =
        smoothstep(0.03, -0.03, Math.abs(x * 0.8 + y * 0.6 + 0.22) - 0.05) * smoothstep(0.41, 0.3, far);
      over(out, lume, 0.07 * glare);
    };
  },
};
