import { z } from 'zod';
import { newId } from '../core/store/ids.ts';
import type { ImageEvents } from '../core/store/image-events.ts';
import { type ImageStatus, imageStatuses } from '../core/store/records.ts';
import type { Store, StoreLog } from '../core/store/store.ts';

const eventSchema = z.discriminatedUnion('type', [
  /** An image's record changed: read it again. */
  z.object({
    type: z.literal('image'),
    imageId: z.string(),
    status: z.enum(imageStatuses as unknown as [ImageStatus, ...ImageStatus[]]),
  }),
  /** 0…1 of the work under way. */
  z.object({ type: z.literal('progress'), imageId: z.string(), progress: z.number().min(0).max(1) }),
  /** A backfill's numbers changed: read it again. */
  z.object({ type: z.literal('backfill'), backfillId: z.string() }),
  /** The shop's settings, budget or installation changed. */
  z.object({ type: z.literal('shop') }),
]);
export type ShopEvent = z.infer<typeof eventSchema>;

/**
 * Tells the open panels of a shop what happens, whichever process it happens in. A hint, not a record: one may be
 * lost, so whoever listens reads the state when he begins and again after a break. Publish after the commit.
 */
export interface EventBus {
  publish(shopId: string, event: ShopEvent): void;
  /** Returns what ends it. */
  subscribe(shopId: string, hear: (event: ShopEvent) => void): () => void;
  close(): Promise<void>;
}

const channel = 'vitrine-events';
const envelopeSchema = z.object({ from: z.string(), shopId: z.string(), event: eventSchema });

/** In this process at once; on PostgreSQL the other processes hear of it by NOTIFY. */
export async function createEventBus(store: Store, log: StoreLog): Promise<EventBus> {
  const self = newId();
  const listeners = new Map<string, Set<(event: ShopEvent) => void>>();
  const tell = (shopId: string, event: ShopEvent): void => {
    for (const hear of listeners.get(shopId) ?? []) hear(event);
  };
  // The embedded store has no second process.
  const bridge = store.kind === 'pglite' ? null : await store.subscribe(channel, receive);
  let isClosed = false;

  function receive(payload: string): void {
    const envelope = envelopeSchema.safeParse(parseJson(payload));
    // Another version of the program may say what this one does not know; the panel will read the state anyway.
    if (!envelope.success || envelope.data.from === self) return;
    tell(envelope.data.shopId, envelope.data.event);
  }

  return {
    publish(shopId, event) {
      tell(shopId, event);
      if (bridge === null || isClosed) return;
      store.publish(channel, JSON.stringify({ from: self, shopId, event })).catch((error: unknown) => {
        log.debug({ err: error, shopId }, 'an event did not reach the other processes');
      });
    },
    subscribe(shopId, hear) {
      const ofShop = listeners.get(shopId) ?? new Set();
      listeners.set(shopId, ofShop.add(hear));
      return () => {
        ofShop.delete(hear);
        if (ofShop.size === 0) listeners.delete(shopId);
      };
    },
    async close() {
      isClosed = true;
      listeners.clear();
      await bridge?.close();
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The bus as the core knows it. */
export function imageEventsOn(bus: Pick<EventBus, 'publish'>): ImageEvents {
  return {
    changed: (shopId, imageId, status) => bus.publish(shopId, { type: 'image', imageId, status }),
    progressed: (shopId, imageId, progress) => bus.publish(shopId, { type: 'progress', imageId, progress }),
  };
}
