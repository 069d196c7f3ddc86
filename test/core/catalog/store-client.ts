import type { Sandbox, StoreHandle } from '../../../sandbox/start.ts';
import {
  type AdminClient,
  type AdminClientDeps,
  createAdminClient,
} from '../../../web/core/catalog/admin-client.ts';
import type { Timers } from '../../../web/core/catalog/timers.ts';

/** Waits that end at once and are written down; what is as long as a deadline never ends. */
export function createHastyTimers(): Timers & { readonly waitsMs: number[] } {
  const waitsMs: number[] = [];
  return {
    waitsMs,
    nowMs: Date.now,
    schedule(delayMs, task) {
      if (delayMs >= 100_000) return () => {};
      waitsMs.push(delayMs);
      const soon = setImmediate(task);
      return () => clearImmediate(soon);
    },
  };
}

/** A client of a shop of the sandbox with a good token. */
export function clientOf(
  sandbox: Sandbox,
  shop: StoreHandle,
  change: Partial<AdminClientDeps> = {},
): AdminClient {
  const token = shop.issueAccessToken();
  return createAdminClient({
    shopDomain: shop.domain,
    accessToken: async () => token,
    fetch: globalThis.fetch,
    sandboxOrigin: sandbox.origin,
    clock: Date.now,
    random: () => 0,
    ...change,
  });
}
