import { clientOf, type Db, type ShopDb } from './door.ts';
import { Prisma } from './generated/client.ts';
import type { PredictionRow } from './records.ts';

export const predictionStates = [
  'planned',
  'creating',
  'unknown',
  'created',
  'succeeded',
  'copied',
  'failed',
  'canceled',
  'aborted',
  'lost',
] as const;
export type PredictionState = (typeof predictionStates)[number];

/** One request to a paid engine. Money is a safe integer of micro-dollars here. */
export type PredictionRecord = Omit<PredictionRow, 'state' | 'account' | 'costMicros'> & {
  readonly state: PredictionState;
  readonly account: 'operator' | 'shop';
  readonly costMicros: number;
};

export type NewPrediction = Pick<
  PredictionRecord,
  'id' | 'enhancementId' | 'workKey' | 'attempt' | 'nonce' | 'engine' | 'model' | 'modelVersion' | 'account'
>;

/** What a step of its life may change. */
export type PredictionChange = Partial<
  Pick<
    PredictionRecord,
    | 'state'
    | 'remoteId'
    | 'inputUrl'
    | 'outputDigest'
    | 'predictMs'
    | 'costMicros'
    | 'reservationId'
    | 'error'
    | 'startedAt'
    | 'completedAt'
  >
>;

function toPrediction(row: PredictionRow): PredictionRecord {
  return { ...row, costMicros: Number(row.costMicros) } as PredictionRecord;
}

/** Writes an attempt as planned. Null when this attempt at this work is already there: somebody else was quicker. */
export async function planPrediction(shop: ShopDb, wanted: NewPrediction): Promise<PredictionRecord | null> {
  const at = shop.now();
  try {
    const row = await clientOf(shop).prediction.create({
      data: { ...wanted, shopId: shop.shopId, state: 'planned', createdAt: at, updatedAt: at },
    });
    return toPrediction(row);
  } catch (error) {
    if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002') return null;
    throw error;
  }
}

export async function findPrediction(shop: ShopDb, id: string): Promise<PredictionRecord | null> {
  const row = await clientOf(shop).prediction.findFirst({ where: { id, shopId: shop.shopId } });
  return row === null ? null : toPrediction(row);
}

/** The attempts at a piece of work, last first. */
export async function listAttempts(shop: ShopDb, workKey: string): Promise<PredictionRecord[]> {
  const rows = await clientOf(shop).prediction.findMany({
    where: { shopId: shop.shopId, workKey },
    orderBy: { attempt: 'desc' },
  });
  return rows.map(toPrediction);
}

/** The attempts that were made for an enhancement, first first: what the panel explains a price with. */
export async function listPredictionsOfEnhancement(
  shop: ShopDb,
  enhancementId: string,
): Promise<PredictionRecord[]> {
  const rows = await clientOf(shop).prediction.findMany({
    where: { shopId: shop.shopId, enhancementId },
    orderBy: [{ createdAt: 'asc' }, { attempt: 'asc' }],
  });
  return rows.map(toPrediction);
}

/**
 * Moves an attempt on, only from where it was seen: of two who decide at once, one gets null.
 * @param seen state, and time of the last change, as they were read
 */
export async function changePrediction(
  shop: ShopDb,
  id: string,
  seen: Pick<PredictionRecord, 'state' | 'updatedAt'>,
  change: PredictionChange,
): Promise<PredictionRecord | null> {
  const { costMicros, ...rest } = change;
  const { count } = await clientOf(shop).prediction.updateMany({
    where: { id, shopId: shop.shopId, state: seen.state, updatedAt: seen.updatedAt },
    data: {
      ...rest,
      ...(costMicros === undefined ? {} : { costMicros: BigInt(costMicros) }),
      updatedAt: laterThan(seen.updatedAt, shop.now()),
    },
  });
  return count === 1 ? findPrediction(shop, id) : null;
}

/** Two changes within one millisecond must not look alike, or the second of two who saw the first would win too. */
export function laterThan(before: Date, now: Date): Date {
  return now > before ? now : new Date(before.getTime() + 1);
}

/** By its nonce, which nobody can guess: for the input URL and the webhook, which come without a shop. */
export async function findPredictionByNonce(db: Db, nonce: string): Promise<PredictionRecord | null> {
  const row = await db.prediction.findUnique({ where: { nonce } });
  return row === null ? null : toPrediction(row);
}

/** Attempts of all shops that are under way and were not touched since. limit: 1…1000. Oldest first. */
export async function listOpenPredictions(
  db: Db,
  untouchedSince: Date,
  limit: number,
): Promise<PredictionRecord[]> {
  const rows = await db.prediction.findMany({
    where: {
      state: { in: ['planned', 'creating', 'unknown', 'created', 'succeeded'] },
      updatedAt: { lt: untouchedSince },
    },
    orderBy: { updatedAt: 'asc' },
    take: limit,
  });
  return rows.map(toPrediction);
}

/** Attempts that were given up as never accepted since the given time: one that turns up later must be canceled. */
export async function listGivenUpPredictions(
  db: Db,
  since: Date,
  error: string,
  limit: number,
): Promise<PredictionRecord[]> {
  const rows = await db.prediction.findMany({
    where: { state: 'failed', error, remoteId: null, updatedAt: { gte: since } },
    orderBy: { updatedAt: 'asc' },
    take: limit,
  });
  return rows.map(toPrediction);
}
