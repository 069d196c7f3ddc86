import type { EngineParams } from '../contract.ts';
import { type ImageSize, type ModelEntry, sentSize } from './entry.ts';

/** A run may take this many times what is expected before it is stopped. */
const patience = 3;
const shortestRunSeconds = 60;
const longestRunSeconds = 900;

export interface Quote {
  /** What one image is expected to cost, in micro-dollars. */
  readonly expectedMicros: number;
  /** What it can cost at most: the run is stopped when this is used up. Reserved before the create. */
  readonly mostMicros: number;
  /** Engine seconds after which the run is stopped. */
  readonly mostSeconds: number;
  /** False where the hardware or the time a run takes is guessed. */
  readonly isExact: boolean;
}

/**
 * The price of one image.
 * @param capMicros most that this image may cost; null: no cap. A cap between expected and most shortens the run.
 */
export function quote(
  model: ModelEntry,
  size: ImageSize,
  params: EngineParams,
  capMicros: number | null = null,
): Quote {
  const { price } = model;
  const expectedSeconds = model.expectedSeconds(sentSize(model, size, params), params);
  const patientSeconds = Math.ceil(
    Math.min(longestRunSeconds, Math.max(shortestRunSeconds, patience * expectedSeconds)),
  );
  switch (price.kind) {
    case 'free':
      return { expectedMicros: 0, mostMicros: 0, mostSeconds: patientSeconds, isExact: true };
    case 'per-image':
      return {
        expectedMicros: price.microsPerImage,
        mostMicros: price.microsPerImage,
        mostSeconds: patientSeconds,
        isExact: true,
      };
    case 'per-second': {
      const rate = price.microsPerSecond;
      const expectedMicros = Math.ceil(expectedSeconds * rate);
      const cappedSeconds = capMicros === null ? patientSeconds : Math.floor(capMicros / rate);
      const mostSeconds = Math.min(patientSeconds, Math.max(cappedSeconds, Math.ceil(expectedSeconds)));
      return { expectedMicros, mostMicros: Math.ceil(mostSeconds * rate), mostSeconds, isExact: false };
    }
  }
}

/** What a finished run costs, in micro-dollars, rounded up. @param predictMs engine time as billed */
export function costOf(model: ModelEntry, predictMs: number | null, hasSucceeded: boolean): number {
  const { price } = model;
  switch (price.kind) {
    case 'free':
      return 0;
    case 'per-image':
      return hasSucceeded ? price.microsPerImage : 0;
    case 'per-second':
      return Math.ceil(((predictMs ?? 0) / 1000) * price.microsPerSecond);
  }
}
