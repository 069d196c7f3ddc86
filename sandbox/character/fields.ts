import { blur, emptyPlane, type Plane } from '../../web/core/fidelity/planes.ts';
import type { Random } from './random.ts';

/** Bilinear sample; outside the plane its border goes on. */
export function sample(plane: Plane, x: number, y: number): number {
  const { widthPx: w, heightPx: h, data } = plane;
  const u = Math.max(0, Math.min(w - 1, x));
  const v = Math.max(0, Math.min(h - 1, y));
  const left = Math.min(Math.max(0, w - 2), Math.floor(u));
  const top = Math.min(Math.max(0, h - 2), Math.floor(v));
  const right = Math.min(w - 1, left + 1);
  const bottom = Math.min(h - 1, top + 1);
  const fx = u - left;
  const fy = v - top;
  const upper = (data[top * w + left] as number) * (1 - fx) + (data[top * w + right] as number) * fx;
  const lower = (data[bottom * w + left] as number) * (1 - fx) + (data[bottom * w + right] as number) * fx;
  return upper * (1 - fy) + lower * fy;
}

/** The plane at another size, bilinear: only for smooth fields. */
export function stretch(plane: Plane, widthPx: number, heightPx: number): Plane {
  const result = emptyPlane(widthPx, heightPx);
  const scaleX = plane.widthPx / widthPx;
  const scaleY = plane.heightPx / heightPx;
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      result.data[y * widthPx + x] = sample(plane, (x + 0.5) * scaleX - 0.5, (y + 0.5) * scaleY - 0.5);
    }
  }
  return result;
}

/** White noise low-passed with σ, brought back to mean 0 and variance 1. */
export function smoothNoise(widthPx: number, heightPx: number, sigmaPx: number, random: Random): Plane {
  // Wide noise is made on a coarse grid and stretched: the same look for a fraction of the work.
  const shrink = Math.max(1, Math.floor(sigmaPx / 2));
  const coarse = emptyPlane(Math.ceil(widthPx / shrink) + 1, Math.ceil(heightPx / shrink) + 1);
  for (let i = 0; i < coarse.data.length; i++) coarse.data[i] = random.normal();
  const soft = unit(blur(coarse, sigmaPx / shrink));
  return shrink === 1
    ? { data: cropRows(soft, widthPx, heightPx), widthPx, heightPx }
    : stretch(soft, widthPx, heightPx);
}

function cropRows(plane: Plane, widthPx: number, heightPx: number): Float32Array {
  const data = new Float32Array(widthPx * heightPx);
  for (let y = 0; y < heightPx; y++) {
    data.set(plane.data.subarray(y * plane.widthPx, y * plane.widthPx + widthPx), y * widthPx);
  }
  return data;
}

function unit(plane: Plane): Plane {
  let sum = 0;
  let squares = 0;
  for (const value of plane.data) {
    sum += value;
    squares += value * value;
  }
  const average = sum / plane.data.length;
  const spread = Math.sqrt(Math.max(1e-9, squares / plane.data.length - average * average));
  return { ...plane, data: plane.data.map((value) => (value - average) / spread) };
}
