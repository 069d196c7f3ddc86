import { Webhook } from 'standardwebhooks';
import type { Clock } from '../store/clock/clock.ts';
import type { Faults } from './faults.ts';

export interface WebhookDeps {
  readonly clock: Clock;
  readonly faults: Faults;
  readonly secret: string;
  readonly newId: () => string;
}

export interface SentWebhook {
  readonly url: string;
  readonly id: string;
  readonly event: string;
  /** HTTP status of the answer; null for none. */
  readonly status: number | null;
}

export interface Webhooks {
  /** Sends it in the background. Only the terminal event is retried. */
  send(url: string, event: 'start' | 'completed', body: object): void;
  readonly sent: readonly SentWebhook[];
  /** Resolves when nothing is being sent any more; what waits for a retry does not count. */
  idle(): Promise<void>;
  close(): void;
}

/** About a minute in all, as documented. */
const retryDelaysMs = [2000, 5000, 10_000, 20_000, 25_000];
const answerTimeoutMs = 10_000;

/** Signed by an independent implementation of Standard Webhooks, so that ours is checked against another's. */
export function createWebhooks({ clock, faults, secret, newId }: WebhookDeps): Webhooks {
  const signer = new Webhook(secret);
  const sent: SentWebhook[] = [];
  const running = new Set<Promise<void>>();
  const waiting = new Set<() => void>();
  let isClosed = false;

  async function post(url: string, event: string, id: string, body: string): Promise<boolean> {
    const timestamp = new Date(clock.nowMs());
    let status: number | null = null;
    try {
      const response = await fetch(url, {
        method: 'POST',
        redirect: 'manual',
        signal: AbortSignal.timeout(answerTimeoutMs),
        headers: {
          'content-type': 'application/json',
          'webhook-id': id,
          'webhook-timestamp': String(Math.floor(timestamp.getTime() / 1000)),
          'webhook-signature': signer.sign(id, timestamp, body),
        },
        body,
      });
      await response.arrayBuffer();
      status = response.status;
    } catch {
      // No answer: told apart in `sent` by its status, and retried like any refusal.
    }
    sent.push({ url, id, event, status });
    return status !== null && status >= 200 && status < 300;
  }

  function later(delayMs: number, task: () => void): void {
    if (isClosed) return;
    const stop = clock.schedule(delayMs, () => {
      waiting.delete(stop);
      task();
    });
    waiting.add(stop);
  }

  function deliver(url: string, event: string, id: string, body: string, retry: number): void {
    const going = post(url, event, id, body).then((isTaken) => {
      running.delete(going);
      const delayMs = retryDelaysMs[retry];
      if (isTaken || event !== 'completed' || delayMs === undefined) return;
      later(delayMs, () => deliver(url, event, id, body, retry + 1));
    });
    running.add(going);
  }

  return {
    sent,
    send(url, event, payload) {
      const body = JSON.stringify(payload);
      const id = newId();
      if (faults.strike('webhook.lost') !== null) return;
      const late = faults.strike('webhook.late');
      const copies = faults.strike('webhook.duplicated');
      const times = copies === null ? 1 : (copies.copies ?? 2);
      const go = (): void => {
        for (let copy = 0; copy < times; copy += 1) deliver(url, event, id, body, 0);
      };
      if (late === null) go();
      else later(late.delayMs, go);
    },
    async idle() {
      while (running.size > 0) await Promise.all(running);
    },
    close() {
      isClosed = true;
      for (const stop of waiting) stop();
      waiting.clear();
    },
  };
}
