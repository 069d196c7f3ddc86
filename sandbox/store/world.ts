/** The rooms of the store put together: everything but the sockets. */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createBulkOperations } from './bulk/operations.ts';
import { type Catalog, createCatalog } from './catalog.ts';
import { type Activity, createActivity } from './clock/activity.ts';
import type { Clock } from './clock/clock.ts';
import { createFaults, createRandom, type Faults } from './faults.ts';
import { type Bucket, createBucket } from './graphql/bucket.ts';
import type { StoreContext } from './graphql/context.ts';
import { apiVersion, createGraphqlEndpoint, type OperationRecord } from './graphql/endpoint.ts';
import { createStoreSchema } from './graphql/schema.ts';
import { createStagedUploads, type StagedUploads } from './hosts/staged-uploads.ts';
import { IdTable } from './id-table.ts';
import { createTokens, type Tokens } from './identity/tokens.ts';
import { createInterjections, type Interjections } from './interjections.ts';
import { createDownload } from './media/download.ts';
import { createMediaLifecycle, type MediaLifecycle } from './media/lifecycle.ts';
import type { ImageLimits } from './media/probe.ts';
import { createMediaUrls, type MediaUrls } from './media/urls.ts';
import type { ShopState } from './records.ts';
import { type ApiSubscriptions, createApiSubscriptions } from './webhooks/api-subscriptions.ts';
import { createDispatcher, type Dispatcher } from './webhooks/dispatcher.ts';
import { type Payload, productPayload, shopPayload } from './webhooks/payloads.ts';
import { defaultSubscriptions, type Subscription } from './webhooks/subscriptions.ts';

export interface Settings {
  mediaDelayMs: number;
  bulkDelayMs: number;
  limits: ImageLimits;
  appUrl: string | null;
  readonly clientId: string;
  /** Newest first; webhooks are signed with the one at `signingIndex`. */
  secrets: string[];
  signingIndex: number;
}

export interface Origins {
  main: string;
  upload: string;
  cdn: string;
}

export interface World {
  readonly settings: Settings;
  readonly origins: Origins;
  readonly clock: Clock;
  readonly activity: Activity;
  readonly faults: Faults;
  readonly interjections: Interjections;
  readonly catalog: Catalog;
  readonly media: MediaLifecycle;
  readonly urls: MediaUrls;
  readonly staged: StagedUploads;
  readonly tokens: Tokens;
  readonly dispatcher: Dispatcher;
  readonly subscriptions: ApiSubscriptions;
  readonly bulkResult: StoreContext['bulk']['resultAt'];
  readonly operations: OperationRecord[];
  shopByDomain(domain: string): ShopState | undefined;
  shopById(id: number): ShopState | undefined;
  /** The shop of this domain; made if it does not exist. */
  openShop(domain: string): ShopState;
  bucketOf(shop: ShopState): Bucket;
  emitForShop(shop: ShopState, topic: string, payload: Payload): void;
  uninstall(shop: ShopState): void;
  graphql(
    shop: ShopState,
    version: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void>;
}

/** Where each kind of id begins: far apart, so that a mixed-up id is never another's by accident. */
const firstIds: Readonly<Record<string, number>> = {
  Product: 8_100_000_000_001,
  MediaImage: 31_200_000_000_001,
  ProductImage: 40_300_000_000_001,
  ProductVariant: 44_400_000_000_001,
  ProductOption: 10_500_000_000_001,
  Collection: 450_600_000_001,
  BulkOperation: 4_700_000_000_001,
  WebhookSubscription: 1_800_000_000_001,
};

const shopRedactDelayMs = 48 * 60 * 60 * 1000;
const maxOperationLog = 50_000;

export interface WorldOptions {
  readonly clock: Clock;
  readonly seed: number;
  readonly settings: Settings;
  readonly subscriptions?: readonly Subscription[];
}

export function createWorld(options: WorldOptions): World {
  const { clock, settings } = options;
  const activity = createActivity();
  const faults = createFaults(createRandom(options.seed));
  const origins: Origins = { main: '', upload: '', cdn: '' };
  const secret = randomBytes(32).toString('hex');
  const nextIds = new Map(Object.entries(firstIds));
  const nextId = (kind: string): number => {
    const id = nextIds.get(kind) ?? 1;
    nextIds.set(kind, id + 1);
    return id;
  };
  const interjections = createInterjections();
  const shops = new Map<string, ShopState>();
  const buckets = new Map<string, Bucket>();
  const operations: OperationRecord[] = [];

  const urls = createMediaUrls({ cdnOrigin: () => origins.cdn, secret, nowMs: clock.nowMs });
  const staged = createStagedUploads({ clock, secret, uploadOrigin: () => origins.upload });
  const subscriptions = createApiSubscriptions(options.subscriptions ?? defaultSubscriptions, clock, () =>
    nextId('WebhookSubscription'),
  );
  const dispatcher = createDispatcher({
    clock,
    activity,
    faults,
    apiVersion,
    subscriptions: subscriptions.wanting,
    appUrl: () => settings.appUrl,
    signingSecret: () => settings.secrets[settings.signingIndex] ?? '',
    onGivenUp: (one) => subscriptions.remove(one.shop ?? '', one.id ?? -1),
  });
  const emitForShop = (shop: ShopState, topic: string, payload: Payload, resource = ''): void => {
    // Compliance topics reach an app that has gone; nothing else does.
    if (shop.isInstalled || topic === 'app/uninstalled' || /redact|data_request/.test(topic)) {
      dispatcher.emit(shop.domain, topic, payload, resource);
    }
  };
  const catalog = createCatalog({
    clock,
    nextId,
    media: () => media,
    emit: (topic, product) =>
      emitForShop(
        product.shop,
        topic,
        topic === 'products/delete' ? { id: product.id } : productPayload(product, urls),
        String(product.id),
      ),
  });
  const media = createMediaLifecycle({
    clock,
    activity,
    faults,
    nextId,
    mediaDelayMs: () => settings.mediaDelayMs,
    limits: () => settings.limits,
    download: createDownload({ staged, uploadOrigin: () => origins.upload }),
    onChanged: (file) => {
      if (faults.strike('file.silentChange', { shop: file.shop.domain }) === null) catalog.touchUsers(file);
    },
  });
  const tokens = createTokens({
    clock,
    faults,
    clientId: settings.clientId,
    secrets: () => settings.secrets,
  });
  const bulk = createBulkOperations({
    clock,
    activity,
    faults,
    schema: () => schema,
    nextId: () => nextId('BulkOperation'),
    delayMs: () => settings.bulkDelayMs,
    emit: (shop, payload) => emitForShop(shop, 'bulk_operations/finish', payload),
  });
  const schema = createStoreSchema();

  function uninstall(shop: ShopState): void {
    if (!shop.isInstalled) return;
    emitForShop(shop, 'app/uninstalled', shopPayload(shop));
    shop.isInstalled = false;
    tokens.revoke(shop);
    subscriptions.removeAll(shop.domain);
    clock.schedule(shopRedactDelayMs, () => {
      if (!shop.isInstalled) emitForShop(shop, 'shop/redact', { shop_id: shop.id, shop_domain: shop.domain });
    });
  }

  const bucketOf = (shop: ShopState): Bucket => {
    const held = buckets.get(shop.domain) ?? createBucket({ nowMs: clock.nowMs, plan: () => shop.plan });
    buckets.set(shop.domain, held);
    return held;
  };

  const graphql = createGraphqlEndpoint({
    schema,
    clock,
    faults,
    interjections,
    tokens,
    bucketOf,
    onOperation: (_shop, record) => {
      if (operations.length >= maxOperationLog) operations.splice(0, maxOperationLog / 2);
      operations.push(record);
    },
    contextOf: (shop, scopes) => ({
      shop,
      scopes,
      isBulk: false,
      catalog,
      media,
      urls,
      staged,
      bulk,
      subscriptions,
      clock,
      activity,
      faults,
      app: { clientId: settings.clientId, appUrl: () => settings.appUrl, uninstall },
      searchWarnings: [],
    }),
  });

  function openShop(domain: string): ShopState {
    const known = shops.get(domain);
    if (known !== undefined) return known;
    const nowMs = clock.nowMs();
    const shop: ShopState = {
      kind: 'Shop',
      id: 60_000_000_001 + shops.size,
      domain,
      name: domain.replace('.myshopify.com', ''),
      email: `owner@${domain}`,
      plan: 'standard',
      status: 'active',
      isInstalled: true,
      scopes: ['write_products', 'write_files'],
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
      products: new IdTable(),
      variants: new IdTable(),
      files: new IdTable(),
      filesByName: new Map(),
      collections: new IdTable(),
      jobs: new Map(),
    };
    shops.set(domain, shop);
    return shop;
  }

  return {
    settings,
    origins,
    clock,
    activity,
    faults,
    interjections,
    catalog,
    media,
    urls,
    staged,
    tokens,
    dispatcher,
    subscriptions,
    bulkResult: bulk.resultAt,
    operations,
    shopByDomain: (domain) => shops.get(domain),
    shopById: (id) => [...shops.values()].find((shop) => shop.id === id),
    openShop,
    bucketOf,
    emitForShop,
    uninstall,
    graphql,
  };
}
