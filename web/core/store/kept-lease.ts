import type { ShopDb } from './door.ts';
import { LeaseLostError } from './errors.ts';
import { type Lease, renewLease } from './leases.ts';

/** A worker that dies lets go of its image after this time. */
export const leaseMs = 30_000;

export interface KeptLease {
  /** Aborts when the lease is lost, or the caller's own signal does. */
  readonly signal: AbortSignal;
  stop(): void;
}

/** Renews a lease while the work goes on. */
export function keepLease(shop: ShopDb, lease: Lease, signal: AbortSignal): KeptLease {
  const lost = new AbortController();
  const timer = setInterval(() => {
    renewLease(shop, lease, leaseMs).then(
      (kept) => {
        if (kept === null) lost.abort(new LeaseLostError());
      },
      (cause: unknown) => lost.abort(cause),
    );
  }, leaseMs / 3);
  return { signal: AbortSignal.any([signal, lost.signal]), stop: () => clearInterval(timer) };
}
