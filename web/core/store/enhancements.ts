import { clientOf, type ShopDb, type ShopTx } from './door.ts';
import { RecordMissingError } from './errors.ts';
import { newId } from './ids.ts';
import { guardLease, type Lease } from './leases.ts';
import {
  type EnhancementRecord,
  type EnhancementState,
  type Lane,
  type Prisma,
  type Step,
  type Trigger,
  toEnhancement,
} from './records.ts';

export interface NewEnhancement {
  readonly imageId: string;
  readonly trigger: Trigger;
  readonly lane: Lane;
  readonly params: Prisma.InputJsonValue;
  /** Given where the id must be known before, such as in a job's payload. */
  readonly id?: string;
}

export async function createEnhancement(shop: ShopDb, wanted: NewEnhancement): Promise<EnhancementRecord> {
  const at = shop.now();
  const row = await clientOf(shop).enhancement.create({
    data: {
      ...wanted,
      id: wanted.id ?? newId(),
      shopId: shop.shopId,
      state: 'running',
      startedAt: at,
      updatedAt: at,
    },
  });
  return toEnhancement(row);
}

export async function findEnhancement(
  shop: ShopDb,
  enhancementId: string,
): Promise<EnhancementRecord | null> {
  const where = { id: enhancementId, shopId: shop.shopId };
  const row = await clientOf(shop).enhancement.findFirst({ where });
  return row === null ? null : toEnhancement(row);
}

/** As findEnhancement; throws RecordMissingError. */
export async function getEnhancement(shop: ShopDb, enhancementId: string): Promise<EnhancementRecord> {
  const enhancement = await findEnhancement(shop, enhancementId);
  if (enhancement === null) throw new RecordMissingError('enhancement');
  return enhancement;
}

/** The attempts at an image, last first. limit: 1…250. */
export async function listEnhancementsOfImage(
  shop: ShopDb,
  imageId: string,
  limit: number,
): Promise<EnhancementRecord[]> {
  const rows = await clientOf(shop).enhancement.findMany({
    where: { shopId: shop.shopId, imageId },
    orderBy: [{ startedAt: 'desc' }, { id: 'desc' }],
    take: limit,
  });
  return rows.map(toEnhancement);
}

export async function latestEnhancement(shop: ShopDb, imageId: string): Promise<EnhancementRecord | null> {
  const [latest] = await listEnhancementsOfImage(shop, imageId, 1);
  return latest ?? null;
}

/** The newest attempt of the same work that has an engine's result, so that it need not be paid for again. */
export async function findEnhancementByWorkKey(
  shop: ShopDb,
  workKey: string,
): Promise<EnhancementRecord | null> {
  const row = await clientOf(shop).enhancement.findFirst({
    where: { shopId: shop.shopId, workKey, rawDigest: { not: null } },
    orderBy: [{ startedAt: 'desc' }, { id: 'desc' }],
  });
  return row === null ? null : toEnhancement(row);
}

/** What a step leaves behind: any column but those that say whose it is. */
export type StepResult = Omit<
  Prisma.EnhancementUncheckedUpdateManyInput,
  'id' | 'imageId' | 'shopId' | 'step' | 'state' | 'startedAt' | 'updatedAt' | 'finishedAt'
>;

interface StepSaving {
  readonly enhancementId: string;
  readonly lease: Pick<Lease, 'imageId' | 'token'>;
  /** The last step that is done; `none` where the first ended the attempt. */
  readonly step: 'none' | Step;
  readonly result: StepResult;
}

/**
 * Stores a step's result and that the step is done, only while the lease is held (LeaseLostError otherwise) and the
 * attempt still runs (RecordMissingError otherwise).
 */
export async function saveStep(
  tx: ShopTx,
  { enhancementId, lease, step, result }: StepSaving,
): Promise<void> {
  await guardLease(tx, lease);
  const { count } = await clientOf(tx).enhancement.updateMany({
    where: { id: enhancementId, shopId: tx.shopId, imageId: lease.imageId, state: 'running' },
    data: { ...result, step, updatedAt: tx.now() },
  });
  if (count !== 1) throw new RecordMissingError('enhancement');
}

export interface Ending {
  readonly state: Exclude<EnhancementState, 'running'>;
  readonly errorCode?: string | null;
  readonly error?: string | null;
}

/**
 * Ends an attempt, or moves a held one on. `from` says which states may be left (default: running). Returns
 * whether it was in one of them, so that two who decide at once cannot both win.
 */
export async function endEnhancement(
  shop: ShopDb,
  enhancementId: string,
  { state, errorCode = null, error = null }: Ending,
  from: readonly EnhancementState[] = ['running'],
): Promise<boolean> {
  const at = shop.now();
  const { count } = await clientOf(shop).enhancement.updateMany({
    where: { id: enhancementId, shopId: shop.shopId, state: { in: [...from] } },
    data: { state, errorCode, error, updatedAt: at, finishedAt: state === 'held' ? null : at },
  });
  return count === 1;
}

/** Takes a held attempt up again, for example when the merchant approves it. Returns whether it was held. */
export async function resumeEnhancement(
  shop: ShopDb,
  enhancementId: string,
  facts: Prisma.InputJsonValue,
): Promise<boolean> {
  const { count } = await clientOf(shop).enhancement.updateMany({
    where: { id: enhancementId, shopId: shop.shopId, state: 'held' },
    data: { state: 'running', facts, errorCode: null, error: null, finishedAt: null, updatedAt: shop.now() },
  });
  return count === 1;
}

/** Attempts that a dead process may have left: running, and not touched since the given time. limit: 1…1000. */
export async function listStalledEnhancements(
  shop: ShopDb,
  untouchedSince: Date,
  limit: number,
): Promise<EnhancementRecord[]> {
  const rows = await clientOf(shop).enhancement.findMany({
    where: { shopId: shop.shopId, state: 'running', updatedAt: { lt: untouchedSince } },
    orderBy: { updatedAt: 'asc' },
    take: limit,
  });
  return rows.map(toEnhancement);
}
