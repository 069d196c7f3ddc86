/** Subscriptions: those of shopify.app.toml, and those made through the Admin API. */
import type { Clock } from '../clock/clock.ts';
import type { ShopState } from '../records.ts';
import type { Subscription } from './subscriptions.ts';

export interface ApiSubscription extends Subscription {
  readonly kind: 'WebhookSubscription';
  readonly id: number;
  readonly shop: string;
  readonly isApiMade: true;
  readonly createdAtMs: number;
}

export interface ApiSubscriptions {
  /** Everything that wants a topic of a shop. */
  wanting(shop: string, topic: string): readonly Subscription[];
  create(shop: ShopState, input: Subscription): ApiSubscription;
  find(shop: ShopState, id: number): ApiSubscription | null;
  list(shop: ShopState, by: { topics?: readonly string[]; uri?: string }): ApiSubscription[];
  remove(shop: string, id: number): boolean;
  /** Uninstalling takes them away. */
  removeAll(shop: string): void;
  /** Replaces what the toml declares. */
  declare(subscriptions: readonly Subscription[]): void;
}

/** products/update ↔ PRODUCTS_UPDATE */
export const toTopicEnum = (topic: string): string => topic.replaceAll('/', '_').toUpperCase();

export function createApiSubscriptions(
  declared: readonly Subscription[],
  clock: Clock,
  nextId: () => number,
): ApiSubscriptions {
  let inToml = declared;
  let made: ApiSubscription[] = [];
  return {
    wanting: (shop, topic) => [
      ...inToml.filter((one) => one.topic === topic),
      ...made.filter((one) => one.shop === shop && one.topic === topic),
    ],
    create(shop, input) {
      const subscription: ApiSubscription = {
        ...input,
        kind: 'WebhookSubscription',
        id: nextId(),
        shop: shop.domain,
        isApiMade: true,
        createdAtMs: clock.nowMs(),
      };
      made.push(subscription);
      return subscription;
    },
    find: (shop, id) => made.find((one) => one.shop === shop.domain && one.id === id) ?? null,
    list: (shop, by) =>
      made.filter(
        (one) =>
          one.shop === shop.domain &&
          (by.topics?.includes(toTopicEnum(one.topic)) ?? true) &&
          (by.uri === undefined || by.uri === one.uri),
      ),
    remove(shop, id) {
      const before = made.length;
      made = made.filter((one) => one.shop !== shop || one.id !== id);
      return made.length < before;
    },
    removeAll(shop) {
      made = made.filter((one) => one.shop !== shop);
    },
    declare(subscriptions) {
      inToml = subscriptions;
    },
  };
}
