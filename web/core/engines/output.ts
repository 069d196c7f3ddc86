import { decodeSource } from '../image/decode.ts';
import { ImageError } from '../image/errors.ts';
import { inspectSource } from '../image/header.ts';
import { defaultImageLimits, type ImageLimits } from '../image/limits.ts';
import type { Raster, TileLines } from '../image/types.ts';
import type { EngineParams } from './contract.ts';
import { type ImageSize, type ModelEntry, sentSize } from './models/entry.ts';

/** An engine's answer may be larger than anything a shop has: ×4 of the largest input. */
const outputLimits: ImageLimits = {
  ...defaultImageLimits,
  maxInputBytes: 256 * 1024 * 1024,
  maxInputPixels: 100_000_000,
  decodeTimeoutMs: 60_000,
};

/** Why an engine's answer cannot be used; the caller makes an error of its own of it. */
export class UnusableOutput extends Error {}

/**
 * Decodes an engine's answer, upright 8-bit sRGB without alpha, and checks that it is the input's picture ×scale.
 * @param expected null: only that it is an image
 * @throws UnusableOutput
 */
export async function readOutput(
  bytes: Uint8Array,
  expected: { readonly size: ImageSize; readonly tolerancePx: number } | null,
): Promise<Raster<3>> {
  try {
    const inspected = await inspectSource(bytes, outputLimits);
    const { widthPx, heightPx } = inspected.info;
    // Before the pixels are decoded: a wrong size needs no memory.
    if (expected !== null) {
      const { size, tolerancePx } = expected;
      const isRight =
        Math.abs(widthPx - size.widthPx) <= tolerancePx && Math.abs(heightPx - size.heightPx) <= tolerancePx;
      if (!isRight) {
        throw new UnusableOutput(
          `it has ${widthPx} × ${heightPx} pixels and should have ${size.widthPx} × ${size.heightPx}`,
        );
      }
    }
    const { data, channels } = await decodeSource(inspected, outputLimits);
    return { data: channels === 3 ? data : withoutAlpha(data), widthPx, heightPx, channels: 3 };
  } catch (error) {
    if (error instanceof ImageError) throw new UnusableOutput(error.message, { cause: error });
    throw error;
  }
}

function withoutAlpha(rgba: Uint8Array): Uint8Array {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    rgb[to] = rgba[from] as number;
    rgb[to + 1] = rgba[from + 1] as number;
    rgb[to + 2] = rgba[from + 2] as number;
  }
  return rgb;
}

/** What the model should answer with; where it resizes by itself, its rounding may differ from ours by a pixel. */
export function expectedOutput(
  model: ModelEntry,
  size: ImageSize,
  params: EngineParams,
): { readonly size: ImageSize; readonly tolerancePx: number } {
  const sent = sentSize(model, size, params);
  return {
    size: { widthPx: sent.widthPx * model.scale, heightPx: sent.heightPx * model.scale },
    tolerancePx: sent === size ? 0 : model.scale,
  };
}

/** The model's tile edges in output pixels. */
export function outputTileLines(model: ModelEntry, size: ImageSize, params: EngineParams): TileLines {
  const sent = sentSize(model, size, params);
  const inOutput = (lengthPx: number): number[] =>
    model.tileEdges(lengthPx, params).map((edgePx) => edgePx * model.scale);
  return { x: inOutput(sent.widthPx), y: inOutput(sent.heightPx) };
}
