import type { Raster } from '../../web/core/image/types.ts';
import { hash } from './field.ts';
import type { Painter, Sample, Scene } from './scene.ts';

/** Below this many samples along a side, thin strokes could fall between two samples and never be refined. */
const leastLookSamples = 1080;
/** A thumbnail needs no more than these along a pixel. */
const mostLooks = 4;
const mostEdgeLooks = 8;
/** Edges are refined until samples lie this close, whatever the size, so that every size shows the same scene. */
const edgeSamples = 2700;
/** Differences of neighbouring samples, in square-rooted light (close to what eyes see), that ask for more samples. */
const faintStep = 0.015;
const strongStep = 0.08;

/** sRGB codes 0…255, not yet rounded, for evenly spaced linear light. */
const fineTable: Float32Array = Float32Array.from({ length: 65536 }, (_, i) => {
  const v = i / 65535;
  return 255 * (v <= 0.0031308 ? v * 12.92 : 1.055 * v ** (1 / 2.4) - 0.055);
});

/** Whole codes would show as bands in a soft backdrop; a fixed pattern of half a code hides them, as grain does. */
function toSrgb(linear: number, at: number): number {
  const level = Math.min(1, Math.max(0, linear)) * (fineTable.length - 1);
  return Math.round((fineTable[Math.round(level)] as number) + (hash(at, 7) - 0.5) * 0.9);
}

/** Mean of n × n samples spread evenly over the square of side `span` at (left, top). */
function average(
  paint: Painter,
  left: number,
  top: number,
  span: number,
  n: number,
  point: Sample,
  sum: Sample,
): void {
  sum.fill(0);
  for (let iy = 0; iy < n; iy++) {
    for (let ix = 0; ix < n; ix++) {
      point.fill(0);
      paint(left + ((ix + 0.5) / n) * span, top + ((iy + 0.5) / n) * span, point);
      for (let c = 0; c < 4; c++) sum[c] = (sum[c] as number) + (point[c] as number);
    }
  }
  for (let c = 0; c < 4; c++) sum[c] = (sum[c] as number) / (n * n);
}

/** How strongly a pixel differs from its right and lower neighbours and, seen from them, from itself: 0…1. */
function contrastMap(light: Float32Array, sidePx: number): Float32Array {
  const map = new Float32Array(sidePx * sidePx);
  const rootOf = new Float32Array(light.length);
  for (let i = 0; i < light.length; i++) rootOf[i] = Math.sqrt(Math.max(0, light[i] as number));
  const compare = (a: number, b: number): void => {
    let step = 0;
    for (let c = 0; c < 4; c++) {
      step = Math.max(step, Math.abs((rootOf[a * 4 + c] as number) - (rootOf[b * 4 + c] as number)));
    }
    map[a] = Math.max(map[a] as number, step);
    map[b] = Math.max(map[b] as number, step);
  };
  for (let y = 0; y < sidePx; y++) {
    for (let x = 0; x < sidePx; x++) {
      const at = y * sidePx + x;
      if (x + 1 < sidePx) compare(at, at + 1);
      if (y + 1 < sidePx) compare(at, at + sidePx);
    }
  }
  return map;
}

/**
 * Renders a scene as a square photo, 8-bit sRGB with straight alpha, row-major RGBA. Each pixel is the mean light
 * over its square: a first look everywhere, then more samples where neighbours differ. Deterministic. `sidePx` ≥ 1;
 * a side of 2160 takes a few seconds, and a smaller one shows the same scene as the larger one seen from afar.
 */
export function renderPhoto(scene: Scene, sidePx: number): Raster<4> {
  if (!Number.isInteger(sidePx) || sidePx < 1)
    throw new RangeError(`sidePx must be a whole number ≥ 1, got ${sidePx}.`);
  const paint = scene.createPainter();
  const span = 2 / sidePx;
  const looks = Math.min(mostLooks, Math.ceil(leastLookSamples / sidePx));
  const faintLooks = Math.max(2, looks);
  const edgeLooks = Math.min(mostEdgeLooks, Math.max(3, Math.ceil(edgeSamples / sidePx)));
  const point = new Float64Array(4);
  const sum = new Float64Array(4);
  const light = new Float32Array(sidePx * sidePx * 4);
  const refresh = (at: number, n: number): void => {
    average(paint, (at % sidePx) * span - 1, Math.floor(at / sidePx) * span - 1, span, n, point, sum);
    light.set(sum, at * 4);
  };
  for (let at = 0; at < sidePx * sidePx; at++) refresh(at, looks);
  const contrast = contrastMap(light, sidePx);
  for (let at = 0; at < sidePx * sidePx; at++) {
    const step = contrast[at] as number;
    if (step > strongStep) refresh(at, edgeLooks);
    else if (step > faintStep && faintLooks > looks) refresh(at, faintLooks);
  }
  return { data: encode(light), widthPx: sidePx, heightPx: sidePx, channels: 4 };
}

function encode(light: Float32Array): Uint8Array {
  const data = new Uint8Array(light.length);
  for (let i = 0; i < light.length; i += 4) {
    const alpha = Math.min(1, light[i + 3] as number);
    data[i + 3] = Math.round(alpha * 255);
    if (data[i + 3] === 0) continue;
    for (let c = 0; c < 3; c++) data[i + c] = toSrgb((light[i + c] as number) / alpha, i / 4);
  }
  return data;
}
