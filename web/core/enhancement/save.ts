import { appendEntry } from '../audit/ledger.ts';
import { shownColumns } from '../catalog/shown.ts';
import type { ShopDb, ShopTx } from '../store/door.ts';
import { endEnhancement, type StepResult as StoredResult, saveStep } from '../store/enhancements.ts';
import { moveImageToMedia, saveAlias } from '../store/image-aliases.ts';
import { type ImageChanges, setImageStatus, updateImage } from '../store/images.ts';
import type { Lease } from '../store/leases.ts';
import type { Prisma, Step } from '../store/records.ts';
import { ledgerBodyOf } from './ledger-body.ts';
import type { EnhancementDeps, StepResult } from './step.ts';
import type { End, Facts, Work, WorkPatch } from './work.ts';

interface Saving {
  readonly deps: EnhancementDeps;
  readonly shop: ShopDb;
  readonly lease: Lease;
}

interface Finished {
  readonly step: Step;
  readonly result: StepResult;
  readonly elapsedMs: number;
}

/** Stores what a step found out, and its end where it has one, in one transaction that only the lease's holder can do. */
export async function saveResult(
  saving: Saving,
  work: Work,
  { step, result, elapsedMs }: Finished,
): Promise<Work> {
  const timed = { elapsedMs: { ...work.facts.elapsedMs, [step]: elapsedMs } };
  const facts: Facts = { ...work.facts, ...result.patch?.facts, ...timed };
  const { facts: _, ...columns } = result.patch ?? {};
  await inTransaction(saving, async (tx) => {
    // A step that ends the attempt is not done: when a person sends it on, it runs again.
    const reached = result.end ? work.step : step;
    await store(tx, saving, work, { reached, columns: { ...toColumns(columns), facts: toJson(facts) } });
    if (result.image && Object.keys(result.image).length > 0)
      await updateImage(tx, work.imageId, result.image);
    if (result.end) await writeEnd(tx, saving, work, result.end);
  });
  return { ...work, ...columns, facts, step };
}

/** ownMediaId: a file that we made: what webhooks tell of it is our own doing from the same moment on. */
export function saveIntent(
  saving: Saving,
  work: Work,
  intent: object,
  ownMediaId: string | null = null,
): Promise<void> {
  return inTransaction(saving, async (tx) => {
    await store(tx, saving, work, { reached: work.step, columns: { intent: toJson(intent) } });
    if (ownMediaId !== null) await saveAlias(tx, { mediaId: ownMediaId, imageId: work.imageId });
  });
}

export function endWork(saving: Saving, work: Work, end: End): Promise<void> {
  return inTransaction(saving, async (tx) => {
    await store(tx, saving, work, { reached: work.step, columns: {} });
    await writeEnd(tx, saving, work, end);
  });
}

/** The eighth step: ledger, image and attempt together. Each write to a shop has exactly one entry. */
export function recordWork(saving: Saving, work: Work): Promise<void> {
  const { after } = work;
  if (after === null) throw new Error('record needs what publish leaves behind');
  return inTransaction(saving, async (tx) => {
    await store(tx, saving, work, { reached: 'record', columns: {} });
    const { id: subject, imageId } = work;
    await appendEntry(tx, { kind: 'enhanced', imageId, subject, body: ledgerBodyOf(work, after) });
    await endEnhancement(tx, work.id, { state: 'done' });
    const changes = {
      ...shownColumns(after),
      contentDigest: work.outputDigest,
      enhancementId: work.id,
      progress: 1,
    };
    if (after.mediaId !== work.mediaId) {
      await moveImageToMedia(tx, { imageId, from: work.mediaId, to: after.mediaId });
    }
    await setStatus(tx, saving, work, { status: 'enhanced' }, changes);
  });
}

async function writeEnd(tx: ShopTx, saving: Saving, work: Work, end: End): Promise<void> {
  const { state, imageStatus: status, code, sentence } = end;
  if (state === 'superseded' && work.step !== 'none') {
    const body = { code, sentence, before: work.before, enhancementId: work.id };
    await appendEntry(tx, { kind: 'superseded', imageId: work.imageId, subject: work.id, body });
  }
  await endEnhancement(tx, work.id, { state, errorCode: code, error: sentence });
  // The image's own words for being enhanced or restored are its figures; a code stands where something is to be told.
  const isSettled = status === 'enhanced' || status === 'restored';
  const reason = isSettled ? {} : { reasonCode: code, reason: sentence };
  await setStatus(
    tx,
    saving,
    work,
    { status, ...reason },
    state === 'held' ? { enhancementId: work.id } : {},
  );
}

async function setStatus(
  tx: ShopTx,
  { lease }: Saving,
  work: Work,
  change: Omit<Parameters<typeof setImageStatus>[2], 'leaseToken'>,
  changes: ImageChanges,
): Promise<void> {
  await setImageStatus(tx, work.imageId, { ...change, leaseToken: lease.token }, changes);
}

function inTransaction(saving: Saving, write: (tx: ShopTx) => Promise<void>): Promise<void> {
  return saving.deps.store.transaction((tx) => write(tx.forShop(saving.shop.shopId)));
}

function store(
  tx: ShopTx,
  { lease }: Saving,
  work: Work,
  { reached, columns }: { reached: Step | 'none'; columns: StoredResult },
): Promise<void> {
  return saveStep(tx, { enhancementId: work.id, lease, step: reached, result: columns });
}

function toColumns(patch: Omit<WorkPatch, 'facts'>): StoredResult {
  const { settings, before, after, report, verdict, ...plain } = patch;
  return {
    ...plain,
    ...(settings ? { params: toJson(settings) } : {}),
    ...(before ? { before: toJson(before) } : {}),
    ...(after ? { after: toJson(after) } : {}),
    ...(report ? { report: toJson(report) } : {}),
    ...(verdict ? { verdict: toJson(verdict) } : {}),
  };
}

const toJson = (value: object): Prisma.InputJsonValue => JSON.parse(JSON.stringify(value));
