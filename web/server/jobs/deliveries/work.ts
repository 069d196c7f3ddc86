import { enhanceBackfillQueue, enhanceQueue, sendEnhancement } from '../../../core/enhancement/queues.ts';
import type { ShopTx } from '../../../core/store/door.ts';
import { findImagesOfProduct, setQueuedImagesSkipped } from '../../../core/store/images.ts';
import { deleteWaitingJobs } from '../../../core/store/waiting-jobs.ts';

/**
 * A deleted product may leave its files in the shop, used elsewhere: each image is looked at again through the API,
 * which says what is left. Returns how many.
 */
export async function queueImagesOfProduct(tx: ShopTx, productId: string): Promise<number> {
  const images = await findImagesOfProduct(tx, productId);
  for (const { id } of images) {
    await sendEnhancement(tx, { imageId: id, trigger: 'webhook', lane: 'live' });
  }
  return images.length;
}

/** Takes back what waits for a shop that has left. What runs ends by itself: its token is gone. */
export async function stopWorkOfShop(tx: ShopTx): Promise<number> {
  const stopped = await deleteWaitingJobs(tx, [enhanceQueue, enhanceBackfillQueue]);
  await setQueuedImagesSkipped(
    tx,
    'app-uninstalled',
    'The app was uninstalled before this image was looked at; it is looked at again once it is installed.',
  );
  return stopped;
}
