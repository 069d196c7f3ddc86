import { insertDeliveries, type NewDelivery } from '../../core/store/deliveries.ts';
import type { Store, StoreLog } from '../../core/store/store.ts';
import { HttpError } from './errors.ts';
import { isHandledTopic } from './webhook-payload.ts';

export interface InboxOptions {
  readonly store: Store;
  /** The queue that works deliveries off; its payload is `{deliveryId}`. */
  readonly queue: string;
  readonly log: StoreLog;
  /** How long the first of a group waits for others. Default 4. */
  readonly groupWindowMs?: number;
  /** The most that one transaction takes. Default 200. */
  readonly maxGroup?: number;
  /** The most that may wait; more are refused, so that a flood ends in memory we have. Default 5,000. */
  readonly maxWaiting?: number;
}

export type Acceptance = 'new' | 'repeated';

export interface Inbox {
  /**
   * Resolves once the delivery and its job are committed, or when it had been before. Rejects when they could not be:
   * Shopify then sends it again.
   */
  accept(delivery: NewDelivery): Promise<Acceptance>;
  /** Refuses new deliveries and waits for those that were accepted. */
  close(): Promise<void>;
}

interface Waiting {
  readonly delivery: NewDelivery;
  readonly settle: PromiseWithResolvers<Acceptance>;
}

/**
 * Group commit: deliveries that arrive within a few milliseconds share one transaction, since what a commit costs is
 * mostly the waiting for it. One insert, one insert of jobs; a group that fails is taken again one by one, so that a
 * bad delivery never fails its neighbours.
 */
export function createInbox(options: InboxOptions): Inbox {
  const { store, queue, log, groupWindowMs = 4, maxGroup = 200, maxWaiting = 5_000 } = options;
  // PostgreSQL commits two groups side by side; the embedded database has one connection.
  const maxCommitting = store.kind === 'postgres' ? 2 : 1;
  let waiting: Waiting[] = [];
  let committing = 0;
  let timer: NodeJS.Timeout | null = null;
  let isClosed = false;
  let whenIdle: PromiseWithResolvers<void> | null = null;

  async function commit(deliveries: readonly NewDelivery[]): Promise<ReadonlySet<string>> {
    return store.transaction(async (tx) => {
      const inserted = await insertDeliveries(tx.db, deliveries);
      const jobs = deliveries
        .filter(({ id, topic }) => inserted.has(id) && isHandledTopic(topic))
        .map(({ id }) => ({ data: { deliveryId: id } }));
      await tx.insertJobs(queue, uniqueJobs(jobs));
      return inserted;
    });
  }

  async function commitOneByOne(group: readonly Waiting[]): Promise<void> {
    for (const { delivery, settle } of group) {
      try {
        const inserted = await commit([delivery]);
        settle.resolve(inserted.has(delivery.id) ? 'new' : 'repeated');
      } catch (error) {
        log.error({ err: error, deliveryId: delivery.id, topic: delivery.topic }, 'delivery not stored');
        settle.reject(error);
      }
    }
  }

  async function commitGroup(group: readonly Waiting[]): Promise<void> {
    try {
      const inserted = await commit(group.map(({ delivery }) => delivery));
      const told = new Set<string>();
      for (const { delivery, settle } of group) {
        // The same id twice in one group: the second is the repetition.
        const isNew = inserted.has(delivery.id) && !told.has(delivery.id);
        told.add(delivery.id);
        settle.resolve(isNew ? 'new' : 'repeated');
      }
    } catch (error) {
      if (group.length > 1)
        log.warn({ err: error, size: group.length }, 'group commit failed, one by one now');
      await commitOneByOne(group);
    }
  }

  function pump(): void {
    while (committing < maxCommitting && waiting.length > 0) {
      const group = waiting.slice(0, maxGroup);
      waiting = waiting.slice(maxGroup);
      committing += 1;
      void commitGroup(group).finally(() => {
        committing -= 1;
        // What came meanwhile has waited long enough.
        pump();
        if (committing === 0 && waiting.length === 0) whenIdle?.resolve();
      });
    }
  }

  return {
    accept(delivery) {
      if (isClosed || waiting.length >= maxWaiting) {
        return Promise.reject(
          new HttpError('inbox-full', 'Too many deliveries at the moment; send it again later.'),
        );
      }
      const settle = Promise.withResolvers<Acceptance>();
      waiting.push({ delivery, settle });
      timer ??= setTimeout(() => {
        timer = null;
        pump();
      }, groupWindowMs);
      return settle.promise;
    },
    async close() {
      isClosed = true;
      if (timer !== null) clearTimeout(timer);
      pump();
      if (committing === 0 && waiting.length === 0) return;
      whenIdle ??= Promise.withResolvers<void>();
      await whenIdle.promise;
    },
  };
}

function uniqueJobs<Job extends { data: { deliveryId: string } }>(jobs: readonly Job[]): Job[] {
  return [...new Map(jobs.map((job) => [job.data.deliveryId, job])).values()];
}
