import { countImagesByStatus, listImages } from '../../../core/store/images.ts';
import type { ImageRecord } from '../../../core/store/records.ts';
import type { Store } from '../../../core/store/store.ts';
import type { ApiDeps } from './deps.ts';
import type { LiveEvent, Summary } from './schemas.ts';
import { toImageRow } from './views.ts';

/**
 * What changes in a shop's images, for as many watchers as there are. The event bus says that something happened; one
 * look at the database per shop, however many panels are open, says what. Since a hint may be lost, a look is taken
 * every few seconds anyway, and none at all while nobody watches.
 */
export interface ImageFeed {
  /**
   * Hears the counts and what changed lately, then every change; the returned function ends it. The greeting closes
   * the gap between a page that was read and a stream that was opened after it.
   */
  watch(shopId: string, hear: (event: LiveEvent) => void): () => void;
  /** Ends all. May be called twice. */
  close(): void;
}

export type ImageFeedDeps = Pick<ApiDeps, 'store' | 'events' | 'log'>;

/** Hints that come together are answered by one look. */
const gatherMs = 120;
const lookAnywayMs = 4000;
/** How many of the last changed images one look sees; when all are new, more may have been missed. */
const windowSize = 60;

/** Longer than a page takes from its reading to its stream, and than a stream takes to come back. */
const latelyMs = 30_000;

interface Seen {
  readonly marks: ReadonlyMap<string, string>;
  readonly summary: string;
}

const markOf = (image: ImageRecord): string => `${image.updatedAt.getTime()} ${image.status}`;

export async function readSummary(store: Store, shopId: string): Promise<Summary> {
  const byStatus = await countImagesByStatus(store.forShop(shopId));
  return { total: Object.values(byStatus).reduce((sum, count) => sum + count, 0), byStatus };
}

/** What is there now, and the events that lead there from what was seen before (none at the first look). */
async function look(
  store: Store,
  shopId: string,
  before: Seen | null,
): Promise<{ seen: Seen; events: LiveEvent[] }> {
  const { images } = await listImages(store.forShop(shopId), { limit: windowSize });
  const summary = await readSummary(store, shopId);
  const seen = {
    marks: new Map(images.map((image) => [image.id, markOf(image)])),
    summary: JSON.stringify(summary),
  };
  if (before === null) return { seen, events: [] };
  const changed = images.filter((image) => before.marks.get(image.id) !== seen.marks.get(image.id));
  const isOverrun = images.length === windowSize && images.every(({ id }) => !before.marks.has(id));
  const events: LiveEvent[] = [];
  if (isOverrun) events.push({ type: 'reload' });
  else if (changed.length > 0) events.push({ type: 'images', images: changed.map(toImageRow) });
  if (seen.summary !== before.summary) events.push({ type: 'summary', summary });
  return { seen, events };
}

type Hear = (event: LiveEvent) => void;

/** What one who begins to listen may have missed. */
async function greet(store: Store, shopId: string, hear: Hear): Promise<void> {
  const { images } = await listImages(store.forShop(shopId), { limit: windowSize });
  const since = store.now().getTime() - latelyMs;
  const recent = images.filter((image) => image.updatedAt.getTime() >= since);
  if (recent.length > 0) hear({ type: 'images', images: recent.map(toImageRow) });
  hear({ type: 'summary', summary: await readSummary(store, shopId) });
}

interface Watched {
  readonly hearers: Set<Hear>;
  /** Resolves when the first look is over: what changes later is told, so what is read now may be a greeting. */
  readonly ready: Promise<void>;
  stop(): void;
}

function watchShop({ store, events, log }: ImageFeedDeps, shopId: string): Watched {
  const hearers: Watched['hearers'] = new Set();
  let seen: Seen | null = null;
  let isStopped = false;
  let timer: NodeJS.Timeout | null = null;
  let isLooking = false;
  let isHinted = false;
  const tell: Hear = (event) => {
    for (const hear of hearers) hear(event);
  };
  const plan = (delayMs: number): void => {
    if (timer !== null) clearTimeout(timer);
    timer = isStopped ? null : setTimeout(run, delayMs);
  };
  async function run(): Promise<void> {
    isLooking = true;
    isHinted = false;
    try {
      const result = await look(store, shopId, seen);
      seen = result.seen;
      if (!isStopped) result.events.forEach(tell);
    } catch (error) {
      // The next look may work again; a watcher sees nothing false meanwhile.
      if (!isStopped) log.warn({ err: error, shopId }, 'the live list could not be read');
    }
    isLooking = false;
    plan(isHinted ? gatherMs : lookAnywayMs);
  }
  const unsubscribe = events.subscribe(shopId, (event) => {
    if (event.type === 'progress')
      tell({ type: 'progress', imageId: event.imageId, progress: event.progress });
    if (event.type !== 'image' || isHinted) return;
    isHinted = true;
    if (!isLooking) plan(gatherMs);
  });
  return {
    hearers,
    ready: run(),
    stop() {
      isStopped = true;
      if (timer !== null) clearTimeout(timer);
      unsubscribe();
    },
  };
}

export function createImageFeed(deps: ImageFeedDeps): ImageFeed {
  const shops = new Map<string, Watched>();
  return {
    watch(shopId, hear) {
      const watched = shops.get(shopId) ?? watchShop(deps, shopId);
      shops.set(shopId, watched);
      watched.hearers.add(hear);
      const hearWhileHere: Hear = (event) => {
        if (watched.hearers.has(hear)) hear(event);
      };
      watched.ready
        .then(() => greet(deps.store, shopId, hearWhileHere))
        .catch((error: unknown) => deps.log.warn({ err: error, shopId }, 'the live list could not be read'));
      return () => {
        watched.hearers.delete(hear);
        if (watched.hearers.size > 0 || shops.get(shopId) !== watched) return;
        watched.stop();
        shops.delete(shopId);
      };
    },
    close() {
      for (const watched of shops.values()) watched.stop();
      shops.clear();
    },
  };
}
