import { clientOf, type ShopTx } from './door.ts';

/** Deletes the jobs of these queues that wait and carry the shop in their payload. Returns how many. */
export async function deleteWaitingJobs(tx: ShopTx, queues: readonly string[]): Promise<number> {
  return clientOf(tx).$executeRaw`
    DELETE FROM pgboss.job
    WHERE name = ANY(${[...queues]}) AND state IN ('created', 'retry') AND data->>'shopId' = ${tx.shopId}`;
}
