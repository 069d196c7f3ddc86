import { band, clamp, lengthOf, smoothstep } from './field.ts';
import { type Colour, glow, over, type Sample } from './scene.ts';

/**
 * The photographer's studio: a large soft box on the left, a narrow one on the right, a bright ceiling and a pale
 * floor. Directions are unit vectors, x right, y down, z towards the camera, which looks straight along z.
 */
export interface Surface {
  readonly nx: number;
  readonly ny: number;
  readonly nz: number;
  /** 0 is a mirror, 1 has no visible reflection shape. */
  readonly roughness: number;
  /** Strength of the reflection seen head-on; it grows towards the edges after Schlick. */
  readonly reflectance: number;
}

/** Light from the direction (x, y, z), 0 to about 1.3. */
export function studioLight(x: number, y: number, z: number, roughness: number): number {
  const around = Math.atan2(x, z);
  const soft = 0.03 + roughness * 0.5;
  const key = band(-1.3, -0.62, soft, around) * band(-0.85, 0.5, soft, y) * 1.15;
  const rim = band(0.98, 1.22, soft, around) * band(-0.8, 0.55, soft, y) * 0.6;
  const ceiling = smoothstep(0.45, 1, -y) * 0.55;
  const floor = smoothstep(0.3, 1, y) * 0.28;
  return 0.05 + key + rim + ceiling + floor;
}

/** Diffuse light on a surface facing (nx, ny, nz): about 0.25 in the shade, 1 towards the key light. */
export function diffuseLight(nx: number, ny: number, nz: number): number {
  const key = clamp((-0.52 * nx - 0.5 * ny + 0.69 * nz + 0.22) / 1.22, 0, 1);
  const fill = clamp(0.5 * nx + 0.8 * nz, 0, 1) * 0.14;
  return 0.2 + 0.06 * clamp(-ny, 0, 1) + 0.72 * key + fill;
}

/** What the surface mirrors of the studio, 0…1. */
export function reflection({ nx, ny, nz, roughness, reflectance }: Surface): number {
  const facing = clamp(nz, 0, 1);
  const fresnel = reflectance + (1 - reflectance) * (1 - facing) ** 5 * (1 - 0.75 * roughness);
  // Cloth mirrors no shapes: the studio's mean light will do.
  if (roughness >= 1) return fresnel * 0.4;
  return fresnel * studioLight(2 * nz * nx, 2 * nz * ny, 2 * nz * nz - 1, roughness);
}

/** Lays an opaque lit surface of the given own colour; `shade` darkens what lies in a hollow. */
export function paintLit(out: Sample, own: Colour, surface: Surface, shade = 1): void {
  const light = diffuseLight(surface.nx, surface.ny, surface.nz) * shade;
  const shine = reflection(surface) * shade;
  over(out, [
    Math.min(1, own[0] * light + shine),
    Math.min(1, own[1] * light + shine),
    Math.min(1, own[2] * light + shine),
  ]);
}

/** Polished or brushed metal has no diffuse colour; its tint colours the reflection. */
export function paintMetal(out: Sample, tint: Colour, surface: Surface, shade = 1): void {
  const { nx, ny, nz, roughness } = surface;
  const light = 0.1 + 0.95 * studioLight(2 * nz * nx, 2 * nz * ny, 2 * nz * nz - 1, roughness);
  const k = Math.min(1.2, light) * shade;
  over(out, [Math.min(1, tint[0] * k), Math.min(1, tint[1] * k), Math.min(1, tint[2] * k)]);
}

/** A highlight alone, as on clear glass. */
export const paintShine = (out: Sample, surface: Surface, strength = 1): void =>
  glow(out, [1, 1, 1], reflection(surface) * strength);

/** The soft shadow of an object that stands at (x, y) with half-widths rx and ry: 0…1. */
export function softShadow(x: number, y: number, cx: number, cy: number, rx: number, ry: number): number {
  const distance = ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2;
  // The tail is cut, so that a cut-out's shadow ends and leaves clear pixels around it.
  return Math.max(0, Math.exp(-1.6 * distance) - 0.03) / 0.97;
}

/** A paper roll behind and under the object: wall above the bend, floor below, both gently falling off. */
export function paintBackdrop(
  out: Sample,
  x: number,
  y: number,
  backdrop: { readonly wall: Colour; readonly floor: Colour; readonly bend: number },
): void {
  const onFloor = smoothstep(backdrop.bend - 0.16, backdrop.bend + 0.16, y);
  const light = 1.02 - 0.1 * lengthOf(x + 0.35, (y + 0.3) * 0.8) ** 1.6;
  over(out, [
    Math.min(1, (backdrop.wall[0] + (backdrop.floor[0] - backdrop.wall[0]) * onFloor) * light),
    Math.min(1, (backdrop.wall[1] + (backdrop.floor[1] - backdrop.wall[1]) * onFloor) * light),
    Math.min(1, (backdrop.wall[2] + (backdrop.floor[2] - backdrop.wall[2]) * onFloor) * light),
  ]);
}
