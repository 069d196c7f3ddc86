import { VitrineError } from '../errors.ts';

/** A comparison was asked for that has no answer: the caller gave rasters that cannot be compared. */
export class FidelityError extends VitrineError {
  declare readonly code: 'fidelity-raster';
  constructor(name: string, expected: string, given: unknown) {
    super('fidelity-raster', `${name} must be ${expected}; it is ${String(given)}.`);
  }
}
