/** Sends webhooks as Shopify does: signed, at least once, in no promised order, again after a failure. */
import { randomUUID } from 'node:crypto';
import type { Activity } from '../clock/activity.ts';
import type { Clock } from '../clock/clock.ts';
import type { Faults } from '../faults.ts';
import type { Payload } from './payloads.ts';
import { type Answer, createSender, signBody } from './send.ts';
import { keepFields, type Subscription } from './subscriptions.ts';

/** Deliveries on their way at once. Others wait their turn, so that their five seconds start when they are sent. */
const maxInFlight = 64;
const minuteMs = 60_000;
/** Eight retries over four hours, each later than the last. */
export const retryDelaysMs: readonly number[] = [1, 2, 4, 8, 16, 32, 64, 113].map(
  (minutes) => minutes * minuteMs,
);

export type DeliveryState = 'queued' | 'sending' | 'delivered' | 'waiting' | 'failed' | 'lost';

export interface DeliveryAttempt extends Answer {
  readonly atMs: number;
}

/** One webhook to one subscription, with everything that became of it. */
export interface Delivery {
  readonly webhookId: string;
  readonly eventId: string;
  readonly topic: string;
  readonly shop: string;
  readonly triggeredAt: string;
  readonly subscription: Subscription;
  readonly body: string;
  readonly attempts: DeliveryAttempt[];
  state: DeliveryState;
}

export interface DispatcherDeps {
  readonly clock: Clock;
  readonly activity: Activity;
  readonly faults: Faults;
  readonly subscriptions: (shop: string, topic: string) => readonly Subscription[];
  /** Null: no app is listening; nothing is sent and nothing is kept. */
  readonly appUrl: () => string | null;
  readonly signingSecret: () => string;
  readonly apiVersion: string;
  /** An API-made subscription failed eight times over. */
  readonly onGivenUp: (subscription: Subscription) => void;
  /** Deliveries that are remembered; the oldest go first. */
  readonly maxLog?: number;
}

export interface Dispatcher {
  emit(shop: string, topic: string, payload: Payload, resource?: string): void;
  deliveries(shop?: string): readonly Delivery[];
  /** Sends a delivery of the log once more, with its id, headers and body: a replay. */
  replay(delivery: Delivery): void;
  /** Makes every delivery that waits for its retry, or is held back by a fault, go out now. */
  retryNow(): void;
  /** Forgets what was delivered. */
  clearLog(): void;
  close(): void;
}

/** RFC 3339 with nine digits, as in X-Shopify-Triggered-At. */
const toTriggeredAt = (nowMs: number): string => new Date(nowMs).toISOString().replace('Z', '000000Z');

export function createDispatcher(deps: DispatcherDeps): Dispatcher {
  const { clock, activity, faults } = deps;
  const sender = createSender(maxInFlight);
  const maxLog = deps.maxLog ?? 20_000;
  let log: Delivery[] = [];
  const waiting = new Map<Delivery, () => void>();
  let heldBack: { delivery: Delivery; left: number }[] = [];
  const lastBodies = new Map<string, string>();
  let isClosed = false;
  let inFlight = 0;
  const queue: (() => void)[] = [];

  /** Runs the task as soon as fewer than the allowed number are under way, in the order of asking. */
  async function inTurn<T>(task: () => Promise<T>): Promise<T> {
    // Whoever waits is handed the place of the one that ends.
    if (inFlight >= maxInFlight) await new Promise<void>((resolve) => queue.push(resolve));
    else inFlight += 1;
    try {
      return await task();
    } finally {
      const next = queue.shift();
      if (next === undefined) inFlight -= 1;
      else next();
    }
  }

  function headersOf(delivery: Delivery): Record<string, string> {
    return {
      'user-agent': 'Shopify-Captain-Hook',
      accept: '*/*',
      'x-shopify-topic': delivery.topic,
      'x-shopify-hmac-sha256': signBody(delivery.body, deps.signingSecret()),
      'x-shopify-shop-domain': delivery.shop,
      'x-shopify-api-version': deps.apiVersion,
      'x-shopify-webhook-id': delivery.webhookId,
      'x-shopify-event-id': delivery.eventId,
      'x-shopify-triggered-at': delivery.triggeredAt,
      ...(delivery.subscription.name === undefined ? {} : { 'x-shopify-name': delivery.subscription.name }),
    };
  }

  /** Later, by the clock. Waiting is not activity: a retry may be hours away. */
  function later(delivery: Delivery, delayMs: number): void {
    delivery.state = 'waiting';
    const run = (): void => {
      cancel();
      waiting.delete(delivery);
      void send(delivery);
    };
    const cancel = clock.schedule(delayMs, run);
    waiting.set(delivery, run);
  }

  async function send(delivery: Delivery): Promise<void> {
    const appUrl = deps.appUrl();
    if (isClosed || appUrl === null) {
      delivery.state = 'failed';
      return;
    }
    const end = activity.begin();
    delivery.state = 'sending';
    const url = new URL(delivery.subscription.uri, appUrl).href;
    const [atMs, answer] = await inTurn(async () => {
      const sentAtMs = clock.nowMs();
      return [sentAtMs, await sender.post(url, headersOf(delivery), delivery.body)] as const;
    });
    delivery.attempts.push({ ...answer, atMs });
    if (answer.status !== null && answer.status >= 200 && answer.status < 300) {
      delivery.state = 'delivered';
    } else {
      const delayMs = retryDelaysMs[delivery.attempts.length - 1];
      if (isClosed || delayMs === undefined) {
        delivery.state = 'failed';
        if (delivery.subscription.isApiMade === true && !isClosed) deps.onGivenUp(delivery.subscription);
      } else {
        later(delivery, delayMs);
      }
    }
    end();
  }

  function releaseHeld(): void {
    for (const held of heldBack) held.left -= 1;
    const due = heldBack.filter((held) => held.left <= 0);
    heldBack = heldBack.filter((held) => held.left > 0);
    for (const { delivery } of due) void send(delivery);
  }

  function dispatch(delivery: Delivery): void {
    const context = { shop: delivery.shop, topic: delivery.topic };
    if (faults.strike('webhook.lost', context) !== null) {
      delivery.state = 'lost';
      return;
    }
    const reordered = faults.strike('webhook.reordered', context);
    if (reordered !== null) {
      delivery.state = 'waiting';
      heldBack.push({ delivery, left: reordered.after ?? 1 });
      return;
    }
    const late = faults.strike('webhook.late', context);
    const copies = faults.strike('webhook.duplicated', context);
    // What is held back goes out once a later delivery has been answered, so that the order is certain.
    if (late !== null) later(delivery, late.delayMs);
    else void send(delivery).then(releaseHeld);
    for (let copy = 1; copy < (copies === null ? 1 : (copies.copies ?? 2)); copy += 1) {
      const twin: Delivery = { ...delivery, attempts: [], state: 'queued' };
      log.push(twin);
      void send(twin);
    }
  }

  return {
    emit(shop, topic, payload, resource = '') {
      if (isClosed || deps.appUrl() === null) return;
      const eventId = randomUUID();
      const triggeredAt = toTriggeredAt(clock.nowMs());
      for (const subscription of deps.subscriptions(shop, topic)) {
        const body = JSON.stringify(keepFields(payload, subscription.includeFields));
        if (subscription.includeFields !== undefined) {
          // Two deliveries that would look the same are one to Shopify.
          const key = `${shop} ${topic} ${subscription.uri} ${subscription.name ?? ''} ${resource}`;
          if (lastBodies.get(key) === body) continue;
          lastBodies.set(key, body);
        }
        const delivery: Delivery = {
          webhookId: randomUUID(),
          eventId,
          topic,
          shop,
          triggeredAt,
          subscription,
          body,
          attempts: [],
          state: 'queued',
        };
        if (log.length >= maxLog) log = log.slice(-Math.floor(maxLog / 2));
        log.push(delivery);
        dispatch(delivery);
      }
    },
    deliveries: (shop) => (shop === undefined ? log : log.filter((delivery) => delivery.shop === shop)),
    replay(delivery) {
      const twin: Delivery = { ...delivery, attempts: [], state: 'queued' };
      log.push(twin);
      void send(twin);
    },
    retryNow() {
      for (const run of [...waiting.values()]) run();
      const held = heldBack;
      heldBack = [];
      for (const { delivery } of held) void send(delivery);
    },
    clearLog() {
      log = [];
    },
    close() {
      isClosed = true;
      waiting.clear();
      heldBack = [];
      sender.close();
    },
  };
}
