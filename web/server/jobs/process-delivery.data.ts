import { z } from 'zod';

export const processDeliverySchema = z.object({ deliveryId: z.string().min(1).max(128) });
export type ProcessDeliveryData = z.infer<typeof processDeliverySchema>;
