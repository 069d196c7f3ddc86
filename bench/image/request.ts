import type { EnhanceRequest } from '../../web/core/engines/contract.ts';
import type { SmallPhoto } from './photos.ts';

/** What the local engine reads of a request; the rest is for engines that send files. */
export function requestFor(
  { rgb, jpeg }: SmallPhoto,
  model: string,
  numSteps: number,
  choppingSize: number | null = null,
): EnhanceRequest {
  return {
    input: { rgb, alpha: null, jpeg },
    inputPng: new Uint8Array(),
    inputDigest: '',
    params: {
      num_steps: numSteps,
      chopping_size: choppingSize,
      seed: null,
      resize: null,
      output_format: 'png',
    },
    model,
    targetLongestSidePx: null,
  };
}

export const noCancelling = { signal: new AbortController().signal };

export async function timed<T>(work: () => Promise<T>): Promise<{ result: T; elapsedMs: number }> {
  const startedMs = performance.now();
  const result = await work();
  return { result, elapsedMs: performance.now() - startedMs };
}
