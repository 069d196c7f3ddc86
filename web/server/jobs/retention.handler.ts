import { dropExpiredReferences, forgetBlob, listUnreferredBlobs } from '../../core/store/blobs.ts';
import { pruneDeliveries } from '../../core/store/deliveries.ts';
import type { JobHandler } from './define.ts';
import type { JobDeps } from './deps.ts';

const dayMs = 86_400_000;
/** A repetition comes within a day; the rest is for whoever asks what happened. */
const deliveryLifeMs = 30 * dayMs;
/** Bytes are written before they are referred to: what is young may still be on its way to its reference. */
const blobGraceMs = dayMs;
const batch = 500;

/** Safe to run twice, beside its twin, and beside work that needs the same bytes again in the same moment. */
export const retentionHandler: JobHandler<object, JobDeps> = async (_, { deps, signal, log }) => {
  const { store, enhancement } = deps;
  const before = (ageMs: number): Date => new Date(store.now().getTime() - ageMs);
  const until = async (step: () => Promise<number>): Promise<number> => {
    let total = 0;
    for (let count = await step(); count > 0; count = await step()) {
      signal.throwIfAborted();
      total += count;
    }
    return total;
  };
  const deliveries = await until(() => pruneDeliveries(store.db, before(deliveryLifeMs), batch));
  const references = await until(() => dropExpiredReferences(store.db, store.now(), batch));
  const blobs = await until(async () => {
    let gone = 0;
    for (const digest of await listUnreferredBlobs(store.db, before(blobGraceMs), batch)) {
      const isGone = await store.transaction((tx) =>
        forgetBlob(tx, digest, (each) => enhancement.vault.remove(each)),
      );
      if (isGone) gone += 1;
    }
    return gone;
  });
  log.info({ deliveries, references, blobs }, 'retention done');
  return undefined;
};
