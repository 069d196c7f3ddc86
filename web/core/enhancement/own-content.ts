import { listEnhancementsOfImage } from '../store/enhancements.ts';
import type { Digest } from '../vault/digest.ts';
import type { StepContext } from './step.ts';

/** How many attempts back our own outputs are remembered; an image is rarely enhanced more than a few times. */
const rememberedAttempts = 250;

/**
 * Whether bytes of this digest in the shop are our doing: an output of ours, or the original that came back after
 * one. A merchant who brings the original back, with us or by hand, wants it: it is not enhanced again unasked.
 */
export async function isOwnContent({ shop, image }: StepContext, digest: Digest | null): Promise<boolean> {
  if (digest === null) return false;
  const attempts = await listEnhancementsOfImage(shop, image.id, rememberedAttempts);
  const done = attempts.filter(({ state }) => state === 'done');
  return (
    done.some(({ outputDigest }) => outputDigest === digest) ||
    (done.length > 0 && digest === image.originalDigest)
  );
}
