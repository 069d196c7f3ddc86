import { z } from 'zod';

export const enhanceImageSchema = z.object({
  shopId: z.uuid(),
  imageId: z.uuid(),
  trigger: z.enum(['webhook', 'merchant', 'backfill', 'reconcile', 'flow', 'operator']),
});
export type EnhanceImageData = z.infer<typeof enhanceImageSchema>;

/** How often an image is tried again before its failure is told to the merchant. */
export const enhanceRetryLimit = 6;
