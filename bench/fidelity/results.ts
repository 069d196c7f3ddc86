import { type Character, giveInvsrCharacter } from '../../sandbox/character/invsr.ts';
import { seededRandom } from '../../sandbox/character/random.ts';
import type { Raster } from '../../web/core/image/types.ts';

/** Good results of every kind that a shop will see. */
export const origins = ['truth', 'local', 'invsr', 'invsr-on-local'] as const;
export type Origin = (typeof origins)[number];

/** Makes the input four times as large, faithfully. */
export type Enlarge = (input: Raster<3>) => Promise<Raster<3>>;

/** One good result. truth: what the picture really shows (or, for an altered label, what the engine made of it). */
export async function goodResult(
  origin: Origin,
  truth: Raster<3>,
  input: Raster<3>,
  seed: number,
  enlarge: Enlarge,
): Promise<Raster<3>> {
  switch (origin) {
    case 'truth':
      return truth;
    case 'local':
      return enlarge(input);
    case 'invsr':
      return giveInvsrCharacter(truth, input, seed, drawnCharacter(seed));
    case 'invsr-on-local':
      return giveInvsrCharacter(await enlarge(input), input, seed + 1, drawnCharacter(seed + 1));
  }
}

/** From a calm result to one at the worse end of what InvSR's published pictures measure. */
function drawnCharacter(seed: number): Character {
  const random = seededRandom(seed ^ 0x5eed);
  const from = (low: number, high: number): number => low + (high - low) * random.next();
  return { texture: from(0.9, 1.6), drift: from(0.7, 1.15), warp: from(0.6, 1.4) };
}
