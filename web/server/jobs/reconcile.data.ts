import { z } from 'zod';

/** Without a shop: every shop. */
export const reconcileSchema = z.object({ shopId: z.uuid().optional() });
export type ReconcileData = z.infer<typeof reconcileSchema>;

export const reconcileQueue = 'reconcile';
