import type { AdminClient } from '../catalog/admin-client.ts';
import { readUpdatedProducts } from '../catalog/updated-products.ts';
import { getShop, setReconciledUntil } from '../store/shops.ts';
import type { Store } from '../store/store.ts';
import { noticeProduct } from './notice.ts';

/** Shopify's index of changes may lag behind the change; what is read twice costs one indexed read. */
const overlapMs = 5 * 60_000;

export interface Reconciled {
  readonly products: number;
  readonly queued: number;
}

/**
 * Finds what webhooks missed: reads the products that were changed since the last time and notices each as a delivery
 * would have. The mark moves on with each page, so that a crash or a shutdown goes on from there. Begins at the
 * installation: what was in the shop before is the backfill's. Safe beside its twin. Throws CatalogError.
 */
export async function reconcileShop(
  { store, client }: { readonly store: Store; readonly client: AdminClient },
  shopId: string,
  signal: AbortSignal,
): Promise<Reconciled> {
  const shop = store.forShop(shopId);
  const { installedAt, reconciledUntil } = await getShop(shop);
  const startedAt = store.now();
  const mark = reconciledUntil !== null && reconciledUntil > installedAt ? reconciledUntil : installedAt;
  const since = new Date(mark.getTime() - overlapMs);
  let products = 0;
  let queued = 0;
  for await (const page of readUpdatedProducts(client, since, signal)) {
    for (const product of page) {
      signal.throwIfAborted();
      const noticed = await store.transaction((tx) =>
        noticeProduct(tx.forShop(shopId), product, 'reconcile'),
      );
      products += 1;
      queued += noticed.queued.length;
    }
    const last = page.at(-1);
    if (last !== undefined) await setReconciledUntil(shop, last.updatedAt);
  }
  await setReconciledUntil(shop, startedAt);
  return { products, queued };
}
