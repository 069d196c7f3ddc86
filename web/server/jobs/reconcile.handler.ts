import { reconcileShop } from '../../core/enhancement/reconcile.ts';
import { listInstalledShops } from '../../core/store/shops.ts';
import type { JobHandler } from './define.ts';
import type { JobDeps } from './deps.ts';
import { type ReconcileData, reconcileQueue } from './reconcile.data.ts';

/** For all shops it only sends one job each, so that a shop that does not answer keeps none of the others waiting. */
export const reconcileHandler: JobHandler<ReconcileData, JobDeps> = async (
  { shopId },
  { deps, signal, log },
) => {
  const { store, enhancement } = deps;
  if (shopId === undefined) {
    const shops = await listInstalledShops(store.db);
    await store.transaction((tx) =>
      tx.insertJobs(
        reconcileQueue,
        shops.map(({ id }) => ({ data: { shopId: id }, singletonKey: id })),
      ),
    );
    return undefined;
  }
  const client = await enhancement.clientFor(shopId);
  const { products, queued } = await reconcileShop({ store, client }, shopId, signal);
  log.info({ shopId, products, queued }, 'reconciled');
  return undefined;
};
