/** Linear-light RGBA with premultiplied alpha, four numbers 0…1: what a painter leaves for one point of the scene. */
export type Sample = Float64Array;

/** Linear-light red, green and blue, 0…1. */
export type Colour = readonly [number, number, number];

/**
 * Paints the point (x, y) of a scene into `out`. Both run from -1 to 1, x to the right and y downwards, so that a
 * scene knows nothing of pixels and the same scene exists at any size.
 */
export type Painter = (x: number, y: number, out: Sample) => void;

export interface Scene {
  /** Stable kebab-case name; also the stem of the file. */
  readonly id: string;
  /** What the merchant calls the product. */
  readonly title: string;
  /** How the photographer delivered it. A cut-out has alpha; the others are opaque. */
  readonly ground: 'white' | 'pastel' | 'dark' | 'full-frame' | 'cut-out' | 'cut-out with shadow';
  /** Makes the painter, with whatever it prepares once. */
  readonly createPainter: () => Painter;
}

const decodeSrgb = (v: number): number => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);

/** '#rrggbb' in sRGB to linear light. */
export function colour(hex: string): Colour {
  const value = Number.parseInt(hex.slice(1), 16);
  return [
    decodeSrgb(((value >> 16) & 255) / 255),
    decodeSrgb(((value >> 8) & 255) / 255),
    decodeSrgb((value & 255) / 255),
  ];
}

/** Lays a colour of the given coverage over what is there. */
export function over(out: Sample, c: Colour, alpha = 1): void {
  const rest = 1 - alpha;
  out[0] = c[0] * alpha + (out[0] as number) * rest;
  out[1] = c[1] * alpha + (out[1] as number) * rest;
  out[2] = c[2] * alpha + (out[2] as number) * rest;
  out[3] = alpha + (out[3] as number) * rest;
}

/** Adds light (a highlight on glass): colour grows, and coverage with it where there was none. */
export function glow(out: Sample, c: Colour, strength: number): void {
  const peak = Math.min(1, Math.max(c[0], c[1], c[2]) * strength);
  out[0] = Math.min(1, (out[0] as number) + c[0] * strength);
  out[1] = Math.min(1, (out[1] as number) + c[1] * strength);
  out[2] = Math.min(1, (out[2] as number) + c[2] * strength);
  out[3] = Math.max(out[3] as number, peak + (1 - peak) * (out[3] as number));
}

export function mixColour(a: Colour, b: Colour, t: number): Colour {
  return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t];
}

export const scaleColour = (c: Colour, k: number): Colour => [c[0] * k, c[1] * k, c[2] * k];
