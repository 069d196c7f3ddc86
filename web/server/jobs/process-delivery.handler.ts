import { noticeProduct } from '../../core/enhancement/notice.ts';
import { findDelivery, markDeliveryProcessed } from '../../core/store/deliveries.ts';
import type { Tx } from '../../core/store/door.ts';
import type { DeliveryRow, ShopRow } from '../../core/store/records.ts';
import { redactShop } from '../../core/store/redaction.ts';
import { findShopByDomain, setShopScopes, uninstallShop } from '../../core/store/shops.ts';
import { type HandledTopic, isHandledTopic, type PayloadOf } from '../http/webhook-payload.ts';
import type { JobHandler } from './define.ts';
import { queueImagesOfProduct, stopWorkOfShop } from './deliveries/work.ts';
import type { JobDeps } from './deps.ts';
import { GiveUpError } from './errors.ts';
import type { ProcessDeliveryData } from './process-delivery.data.ts';

interface Received<Topic extends HandledTopic> {
  readonly tx: Tx;
  readonly delivery: DeliveryRow;
  /** Null: a shop that never installed the app, or is redacted. */
  readonly shop: ShopRow | null;
  readonly payload: PayloadOf<Topic>;
}

type Meaning<Topic extends HandledTopic> = (received: Received<Topic>) => Promise<string>;

/**
 * What comes of a delivery is committed together with the word that it was processed: a repetition finds it
 * processed and does nothing, and beside its twin one of the two waits for the row and then finds the same.
 */
export const processDelivery: JobHandler<ProcessDeliveryData, JobDeps> = async (
  { deliveryId },
  { deps, log },
) => {
  const { store } = deps;
  const outcome = await store.transaction(async (tx) => {
    await tx.lock(`delivery:${deliveryId}`);
    const delivery = await findDelivery(tx.db, deliveryId);
    if (delivery === null || delivery.processedAt !== null) return null;
    const said = await meaningOf(tx, delivery);
    await markDeliveryProcessed(tx.db, deliveryId, said, store.now());
    return said;
  });
  log.debug({ deliveryId, outcome }, 'delivery processed');
  return undefined;
};

async function meaningOf(tx: Tx, delivery: DeliveryRow): Promise<string> {
  const { topic } = delivery;
  if (!isHandledTopic(topic)) return 'ignored: unknown topic';
  const shop = await findShopByDomain(tx.db, delivery.shopDomain);
  return applyTopic(topic, tx, delivery, shop);
}

async function applyTopic<Topic extends HandledTopic>(
  topic: Topic,
  tx: Tx,
  delivery: DeliveryRow,
  shop: ShopRow | null,
): Promise<string> {
  const payload = readStored(topic, delivery.payload);
  if (payload === null) throw new GiveUpError(new Error(`delivery ${delivery.id} is not readable`));
  const meaning: Meaning<Topic> = meanings[topic];
  return meaning({ tx, delivery, shop, payload });
}

/** What was stored is what trimPayload made, in JSON. */
function readStored<Topic extends HandledTopic>(_topic: Topic, stored: unknown): PayloadOf<Topic> | null {
  return typeof stored === 'object' && stored !== null ? (stored as PayloadOf<Topic>) : null;
}

const noCustomers = async (): Promise<string> => 'nothing is kept about customers';
const noted = async (): Promise<string> => 'noted';

const meanings: { readonly [Topic in HandledTopic]: Meaning<Topic> } = {
  'products/create': noticeImages,
  'products/update': noticeImages,
  async 'products/delete'({ tx, shop, payload }) {
    if (shop?.status !== 'installed') return 'the shop is not connected';
    const count = await queueImagesOfProduct(tx.forShop(shop.id), payload.productId);
    return `queued ${count}`;
  },
  async 'app/uninstalled'({ tx, delivery, shop }) {
    if (shop === null) return 'the shop is not known';
    // It may come a day late: the merchant has installed the app again since.
    if (isFromBefore(delivery, shop.installedAt)) return 'stale: installed again since';
    await uninstallShop(tx.db, shop.domain, tx.now());
    const stopped = await stopWorkOfShop(tx.forShop(shop.id));
    return `uninstalled, stopped ${stopped}`;
  },
  async 'app/scopes_update'({ tx, shop, payload }) {
    if (shop?.status !== 'installed') return 'the shop is not connected';
    await setShopScopes(tx.forShop(shop.id), payload.current.join(','));
    return 'scopes noted';
  },
  'shop/update': noted,
  'bulk_operations/finish': noted,
  'customers/data_request': noCustomers,
  'customers/redact': noCustomers,
  async 'shop/redact'({ tx, delivery, shop }) {
    if (shop === null) return 'the shop is not known';
    if (shop.status === 'installed') return 'refused: the shop has installed the app again';
    await stopWorkOfShop(tx.forShop(shop.id));
    await redactShop(tx.forShop(shop.id), shop.domain, delivery.id);
    return 'redacted';
  },
};

async function noticeImages({
  tx,
  shop,
  payload,
}: Received<'products/create' | 'products/update'>): Promise<string> {
  if (shop?.status !== 'installed') return 'the shop is not connected';
  const media = payload.media.filter(({ type }) => type === null || type === 'IMAGE');
  const { productId, title } = payload;
  const { queued, unchanged } = await noticeProduct(tx.forShop(shop.id), { productId, title, media });
  return `queued ${queued.length}, unchanged ${unchanged}`;
}

function isFromBefore(delivery: DeliveryRow, moment: Date): boolean {
  return (delivery.triggeredAt ?? delivery.receivedAt) < moment;
}
