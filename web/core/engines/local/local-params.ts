import type { EngineParams } from '../contract.ts';
import { EngineParamError } from '../errors.ts';
import { minTilePx } from './tile-plan.ts';

/** More rounds than these change nothing that 8 bits could show. */
export const maxSteps = 64;
/** Longest side that `resize` may ask for: the largest that a shop's image may have. */
const maxResizePx = 5_000;

/**
 * Checks what the local engine honours. num_steps: 1…64 · chopping_size: null or ≥ 32 · seed: null or any integer
 * (without effect) · resize: null or 1…5000.
 * @throws EngineParamError with the parameter's name, the range and what was given.
 */
export function checkParams(params: EngineParams): void {
  const { num_steps, chopping_size, seed, resize } = params;
  if (!isWithin(num_steps, 1, maxSteps)) {
    throw new EngineParamError('num_steps', `a whole number from 1 to ${maxSteps}`, num_steps);
  }
  if (chopping_size !== null && !isWithin(chopping_size, minTilePx, Number.MAX_SAFE_INTEGER)) {
    throw new EngineParamError('chopping_size', `a whole number of at least ${minTilePx}`, chopping_size);
  }
  if (seed !== null && !Number.isSafeInteger(seed)) {
    throw new EngineParamError('seed', 'a whole number', seed);
  }
  if (resize !== null && !isWithin(resize, 1, maxResizePx)) {
    throw new EngineParamError('resize', `a whole number from 1 to ${maxResizePx}`, resize);
  }
}

function isWithin(value: number, min: number, max: number): boolean {
  return Number.isSafeInteger(value) && value >= min && value <= max;
}
