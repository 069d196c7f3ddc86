import type { ShopTx } from '../store/door.ts';
import type { Lane, Trigger } from '../store/records.ts';

/** Names are stable: jobs outlive the process that sent them. */
export const enhanceQueue = 'enhance-image';
export const enhanceBackfillQueue = 'enhance-image-backfill';

/** Asks for one image to be worked on; a second request while the first still waits changes nothing. */
export function sendEnhancement(
  tx: ShopTx,
  request: {
    readonly imageId: string;
    readonly trigger: Trigger;
    readonly lane: Lane;
    readonly delayMs?: number;
  },
): Promise<string | null> {
  const { imageId, trigger, lane, delayMs = 0 } = request;
  return tx.send(
    lane === 'live' ? enhanceQueue : enhanceBackfillQueue,
    { shopId: tx.shopId, imageId, trigger },
    { singletonKey: imageId, ...(delayMs > 0 ? { startAfter: Math.ceil(delayMs / 1000) } : {}) },
  );
}
