import { z } from 'zod';

export const restoreImageSchema = z.object({
  shopId: z.uuid(),
  imageId: z.uuid(),
  restoreId: z.uuid(),
  actor: z.object({ kind: z.enum(['automation', 'staff', 'flow', 'operator']), id: z.string().nullable() }),
  isForced: z.boolean(),
});
export type RestoreImageData = z.infer<typeof restoreImageSchema>;

export const restoreRetryLimit = 8;
