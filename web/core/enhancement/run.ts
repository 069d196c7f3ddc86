import { MediaGoneError } from '../catalog/errors.ts';
import { ReplacementUndoneError } from '../catalog/publish-by-replacement.ts';
import { SupersededError } from '../catalog/publish-in-place.ts';
import { VitrineError } from '../errors.ts';
import { ImageError } from '../image/errors.ts';
import type { ShopDb } from '../store/door.ts';
import { createEnhancement, latestEnhancement } from '../store/enhancements.ts';
import { getImage, setImageProgress, setImageStatus } from '../store/images.ts';
import { keepLease, leaseMs } from '../store/kept-lease.ts';
import { claimLease, type Lease, releaseLease } from '../store/leases.ts';
import {
  type ImageRecord,
  type Lane,
  type Step,
  steps as stepOrder,
  type Trigger,
} from '../store/records.ts';
import { readSettings } from '../store/shops.ts';
import { isPassing } from './passing.ts';
import { endWork, recordWork, saveIntent, saveResult } from './save.ts';
import { type Settings, settingsSchema } from './settings.ts';
import type { EnhancementDeps, Pixels, StepContext, StepDefinition } from './step.ts';
import { acquire } from './steps/acquire.ts';
import { assess } from './steps/assess.ts';
import { enhance } from './steps/enhance.ts';
import { finish } from './steps/finish.ts';
import { inspect } from './steps/inspect.ts';
import { prepare } from './steps/prepare.ts';
import { publish } from './steps/publish.ts';
import { type End, toWork, type Work } from './work.ts';

/** The way of an image. `record`, the eighth, is the transaction that ends it. */
const way: readonly StepDefinition[] = [assess, acquire, prepare, enhance, inspect, finish, publish];

export interface EnhanceImageRequest {
  readonly shopId: string;
  readonly imageId: string;
  readonly trigger: Trigger;
  readonly lane: Lane;
  /** Settings for this attempt alone; the shop's own where left out. */
  readonly settings?: Settings;
  /** A failure now is final: nobody will try again. */
  readonly isLastTry: boolean;
}

export type EnhanceImageOutcome =
  /** Someone else works on it. */
  { readonly kind: 'busy' } | { readonly kind: 'enhanced' } | { readonly kind: 'ended'; readonly end: End };

/**
 * Takes one image all the way, or takes up an attempt where a crash left it: the first step whose result is not
 * stored is the next to run. Safe to call twice at once: the second finds the image leased and returns `busy`.
 * @throws what may pass (Shopify or an engine not answering) while there is another try, and an aborted signal's
 * reason; the attempt is then taken up by the next call.
 */
export async function enhanceImage(
  deps: EnhancementDeps,
  request: EnhanceImageRequest,
  signal: AbortSignal,
): Promise<EnhanceImageOutcome> {
  const shop = deps.store.forShop(request.shopId);
  const lease = await claimLease(shop, request.imageId, leaseMs);
  if (lease === null) return { kind: 'busy' };
  const kept = keepLease(shop, lease, signal);
  try {
    const image = await getImage(shop, request.imageId);
    const work = await openWork(shop, image, request);
    await setImageStatus(shop, image.id, { status: 'working', leaseToken: lease.token }, { progress: 0 });
    deps.events.changed(request.shopId, image.id, 'working');
    const outcome = await walk({ deps, shop, lease, signal: kept.signal }, work, request.isLastTry);
    deps.events.changed(
      request.shopId,
      image.id,
      outcome.kind === 'ended' ? outcome.end.imageStatus : 'enhanced',
    );
    return outcome;
  } finally {
    kept.stop();
    await releaseLease(shop, lease);
  }
}

interface Walk {
  readonly deps: EnhancementDeps;
  readonly shop: ShopDb;
  readonly lease: Lease;
  readonly signal: AbortSignal;
}

/** The attempt that a crash left running, or a new one with the settings as they are now. */
async function openWork(shop: ShopDb, image: ImageRecord, request: EnhanceImageRequest): Promise<Work> {
  const latest = await latestEnhancement(shop, image.id);
  if (latest !== null && latest.state === 'running') return toWork(latest, image.mediaId);
  const settings = request.settings ?? settingsSchema.parse((await readSettings(shop)).settings);
  const { trigger, lane } = request;
  const created = await createEnhancement(shop, { imageId: image.id, trigger, lane, params: settings });
  return toWork(created, image.mediaId);
}

async function walk(
  walk: Walk,
  opened: Work,
  isLastTry: boolean,
): Promise<Exclude<EnhanceImageOutcome, { kind: 'busy' }>> {
  let work = opened;
  try {
    const pixels: Pixels = {};
    for (const step of way) {
      if (isDone(work, step.name)) continue;
      walk.signal.throwIfAborted();
      const startedMs = walk.shop.now().getTime();
      const result = await step.run(await contextFor(walk, work, pixels, isLastTry));
      const elapsedMs = walk.shop.now().getTime() - startedMs;
      work = await saveResult(walk, work, { step: step.name, result, elapsedMs });
      if (result.end) return { kind: 'ended', end: result.end };
    }
    await recordWork(walk, work);
    return { kind: 'enhanced' };
  } catch (cause) {
    // A lost lease or a shutdown: another worker, or this one later, takes the work up where it stands.
    if (walk.signal.aborted) throw cause;
    if (isPassing(cause) && !isLastTry) throw cause;
    const end = endOf(cause);
    if (end.state === 'failed')
      walk.deps.log.error({ err: cause, enhancementId: work.id }, 'enhancement failed');
    await endWork(walk, work, end);
    return { kind: 'ended', end };
  }
}

function isDone(work: Work, step: Step): boolean {
  return work.step !== 'none' && stepOrder.indexOf(work.step) >= stepOrder.indexOf(step);
}

async function contextFor(walk: Walk, work: Work, pixels: Pixels, isLastTry: boolean): Promise<StepContext> {
  const { deps, shop, signal } = walk;
  const image = await getImage(shop, work.imageId);
  return {
    deps,
    shop,
    image,
    work,
    pixels,
    signal,
    client: () => deps.clientFor(shop.shopId, work.lane),
    onProgress: reportProgress(walk, image.id),
    saveIntent: (intent, ownMediaId) => saveIntent(walk, work, intent, ownMediaId),
    isLastTry,
  };
}

/** Stored for whoever opens the panel later, told to whoever has it open; in steps that an eye can see. */
function reportProgress({ deps, shop, lease }: Walk, imageId: string): (share: number) => void {
  const smallestStep = 0.02;
  let told = 0;
  return (share) => {
    if (share - told < smallestStep && share < 1) return;
    told = share;
    deps.events.progressed(shop.shopId, imageId, share);
    setImageProgress(shop, imageId, lease.token, share).catch((cause: unknown) => {
      deps.log.warn({ err: cause, imageId }, 'progress was not stored');
    });
  };
}

/** What an error means for the image. */
function endOf(cause: unknown): End {
  // An undone replacement ends as what undid it.
  const { code, sentence } =
    cause instanceof VitrineError ? cause : { code: 'internal', sentence: internalSentence };
  const isUndone = cause instanceof ReplacementUndoneError;
  if (cause instanceof SupersededError || (isUndone && code === 'superseded')) {
    return { state: 'superseded', imageStatus: 'superseded', code, sentence };
  }
  if (cause instanceof ImageError || cause instanceof MediaGoneError || (isUndone && code === 'media-gone')) {
    return { state: 'skipped', imageStatus: 'skipped', code, sentence };
  }
  return { state: 'failed', imageStatus: 'failed', code, sentence };
}

const internalSentence =
  'Something went wrong on our side; the image in your shop was not changed. Try it again later.';
