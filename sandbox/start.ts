/** Starts the Shopify store on this machine: an admin, an upload host and a CDN, each on a port of its own. */
import type { RequestListener } from 'node:http';
import { type Clock, createSystemClock } from './store/clock/clock.ts';
import type { Faults } from './store/faults.ts';
import type { OperationRecord } from './store/graphql/endpoint.ts';
import { createCdnHost } from './store/hosts/cdn-host.ts';
import { startHost } from './store/hosts/http.ts';
import { createMainHost } from './store/hosts/main-host.ts';
import { createUploadHost } from './store/hosts/upload-host.ts';
import type { Moment } from './store/interjections.ts';
import { currentImageLimits, type ImageLimits } from './store/media/probe.ts';
import { createStoreHandle } from './store/store-handle.ts';
import type { StoreHandle } from './store/store-handle-types.ts';
import type { Delivery } from './store/webhooks/dispatcher.ts';
import type { Subscription } from './store/webhooks/subscriptions.ts';
import { createWorld } from './store/world.ts';

export type {
  FileView,
  ImageInput,
  ProductInput,
  ProductView,
  StoreHandle,
} from './store/store-handle-types.ts';
export { readAppSubscriptions } from './store/webhooks/app-config.ts';

/** What the app is registered under in the sandbox, so that the demo and every test agree. */
export const sandboxClientId = 'a1b2c3d4e5f60718293a4b5c6d7e8f90';
export const sandboxClientSecret = 'shpss_sandbox_0123456789abcdef0123456789abcdef';
export const sandboxShop = 'vitrine-sandbox.myshopify.com';

export interface SandboxOptions {
  /** The main port; the upload host takes the next one, the CDN the one after. 0 (default) takes free ones. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Where webhooks go. Without it nothing is sent. */
  readonly appUrl?: string;
  readonly clock?: Clock;
  /** For faults that strike by chance. */
  readonly seed?: number;
  /** From UPLOADED to READY. Default 40 ms. */
  readonly mediaDelayMs?: number;
  /** Domains of the shops to open; others open when they are first asked for by `shop()`. */
  readonly shops?: readonly string[];
  /** What shopify.app.toml declares (`readAppSubscriptions`). Default: every topic, whole payloads, to `/webhooks`. */
  readonly subscriptions?: readonly Subscription[];
  readonly limits?: ImageLimits;
  readonly clientId?: string;
  readonly clientSecret?: string;
}

export interface Sandbox {
  /** The value of VITRINE_SANDBOX. */
  readonly origin: string;
  readonly uploadOrigin: string;
  readonly cdnOrigin: string;
  readonly clientId: string;
  /** The newest secret. */
  readonly clientSecret: string;
  readonly faults: Faults;
  readonly clock: Clock;
  /** Has the merchant act at a chosen moment of the app's work, once. */
  interject(moment: Moment, action: () => void | Promise<void>): () => void;
  shop(domain?: string): StoreHandle;
  setAppUrl(url: string | null): void;
  setMediaDelay(delayMs: number): void;
  setLimits(limits: ImageLimits): void;
  /** Replaces what shopify.app.toml declares. */
  declareSubscriptions(subscriptions: readonly Subscription[]): void;
  /** A new secret. Webhooks are signed with the old one for an hour of the clock, or until `signWithNewSecret`. */
  rotateSecret(): string;
  signWithNewSecret(): void;
  deliveries(): readonly Delivery[];
  /** Sends a delivery again, id and body as they were. */
  replay(delivery: Delivery): void;
  /** Deliveries that wait for a retry, or are held back by a fault, go out now. */
  retryWebhooksNow(): void;
  clearLogs(): void;
  /** The API operations that were carried out or throttled, oldest first. */
  operations(): readonly OperationRecord[];
  /** Ends what the fault `media.stuck` holds. */
  releaseStuckMedia(): void;
  /** Resolves when no media is being processed, no bulk operation runs and no delivery is on its way. */
  waitUntilIdle(): Promise<void>;
  /** Hands every request below `path` of the main origin to a listener; `req.url` is then relative to it, as in Express. */
  mount(path: string, listener: RequestListener): void;
  close(): Promise<void>;
}

const rotationOverlapMs = 60 * 60 * 1000;

export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const host = options.host ?? '127.0.0.1';
  const port = options.port ?? 0;
  const clock = options.clock ?? createSystemClock();
  const world = createWorld({
    clock,
    seed: options.seed ?? 1,
    ...(options.subscriptions === undefined ? {} : { subscriptions: options.subscriptions }),
    settings: {
      mediaDelayMs: options.mediaDelayMs ?? 40,
      bulkDelayMs: 20,
      limits: options.limits ?? currentImageLimits,
      appUrl: options.appUrl ?? null,
      clientId: options.clientId ?? sandboxClientId,
      secrets: [options.clientSecret ?? sandboxClientSecret],
      signingIndex: 0,
    },
  });
  for (const domain of options.shops ?? [sandboxShop]) world.openShop(domain);

  const mounts = new Map<string, RequestListener>();
  const at = (offset: number) => ({ host, port: port === 0 ? 0 : port + offset });
  const main = await startHost(createMainHost(world, mounts), at(0));
  const upload = await startHost(createUploadHost(world), at(1));
  const cdn = await startHost(
    createCdnHost({
      faults: world.faults,
      interjections: world.interjections,
      media: world.media,
      urls: world.urls,
      shopById: world.shopById,
      shopByDomain: world.shopByDomain,
      bulkResult: world.bulkResult,
    }),
    at(2),
  );
  Object.assign(world.origins, { main: main.origin, upload: upload.origin, cdn: cdn.origin });

  return {
    origin: main.origin,
    uploadOrigin: upload.origin,
    cdnOrigin: cdn.origin,
    clientId: world.settings.clientId,
    get clientSecret() {
      return world.settings.secrets[0] ?? '';
    },
    faults: world.faults,
    clock,
    interject: world.interjections.add,
    shop: (domain = options.shops?.[0] ?? sandboxShop) => createStoreHandle(world, world.openShop(domain)),
    setAppUrl(url) {
      world.settings.appUrl = url;
    },
    setMediaDelay(delayMs) {
      world.settings.mediaDelayMs = delayMs;
    },
    setLimits(limits) {
      world.settings.limits = limits;
    },
    declareSubscriptions: world.subscriptions.declare,
    rotateSecret() {
      const secret = `shpss_sandbox_${crypto.randomUUID().replaceAll('-', '')}`;
      world.settings.secrets = [secret, ...world.settings.secrets];
      world.settings.signingIndex = 1;
      clock.schedule(rotationOverlapMs, () => {
        if (world.settings.secrets[0] === secret) world.settings.signingIndex = 0;
      });
      return secret;
    },
    signWithNewSecret() {
      world.settings.signingIndex = 0;
    },
    deliveries: () => world.dispatcher.deliveries(),
    replay: world.dispatcher.replay,
    retryWebhooksNow: world.dispatcher.retryNow,
    clearLogs() {
      world.dispatcher.clearLog();
      world.operations.length = 0;
    },
    operations: () => world.operations,
    releaseStuckMedia: world.media.releaseStuck,
    waitUntilIdle: world.activity.whenIdle,
    mount(path, listener) {
      mounts.set(path.replace(/\/+$/, ''), listener);
    },
    async close() {
      world.dispatcher.close();
      await Promise.all([main.close(), upload.close(), cdn.close()]);
    },
  };
}
