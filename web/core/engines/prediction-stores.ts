import {
  changePrediction,
  findPrediction,
  findPredictionByNonce,
  laterThan,
  listAttempts,
  listGivenUpPredictions,
  listOpenPredictions,
  planPrediction,
} from '../store/predictions.ts';
import type { Store } from '../store/store.ts';
import type { PredictionRecord, PredictionStore } from './ports.ts';

/** The attempts in the database: what a crash leaves is found again. */
export function createDatabasePredictions(store: Pick<Store, 'forShop' | 'db'>): PredictionStore {
  return {
    plan: (shopId, wanted) => planPrediction(store.forShop(shopId), wanted),
    find: (shopId, id) => findPrediction(store.forShop(shopId), id),
    attempts: (shopId, workKey) => listAttempts(store.forShop(shopId), workKey),
    change: (seen, change) => changePrediction(store.forShop(seen.shopId), seen.id, seen, change),
    findByNonce: (nonce) => findPredictionByNonce(store.db, nonce),
    listOpen: (untouchedSince, limit) => listOpenPredictions(store.db, untouchedSince, limit),
    listGivenUp: (since, error, limit) => listGivenUpPredictions(store.db, since, error, limit),
  };
}

const openStates: readonly string[] = ['planned', 'creating', 'unknown', 'created', 'succeeded'];

/** The attempts of one process without a database, such as the command line: nothing is taken up after it ends. */
export function createMemoryPredictions(now: () => Date): PredictionStore {
  const rows = new Map<string, PredictionRecord>();
  const oldestFirst = (): PredictionRecord[] =>
    [...rows.values()].sort((a, b) => a.updatedAt.getTime() - b.updatedAt.getTime());
  return {
    async plan(shopId, wanted) {
      const isTaken = [...rows.values()].some(
        (row) => row.shopId === shopId && row.workKey === wanted.workKey && row.attempt === wanted.attempt,
      );
      if (isTaken) return null;
      const at = now();
      const row: PredictionRecord = {
        ...wanted,
        shopId,
        state: 'planned',
        remoteId: null,
        inputUrl: null,
        outputDigest: null,
        predictMs: null,
        costMicros: 0,
        reservationId: null,
        error: null,
        createdAt: at,
        startedAt: null,
        completedAt: null,
        updatedAt: at,
      };
      rows.set(row.id, row);
      return row;
    },
    async find(shopId, id) {
      const row = rows.get(id);
      return row?.shopId === shopId ? row : null;
    },
    async attempts(shopId, workKey) {
      return [...rows.values()]
        .filter((row) => row.shopId === shopId && row.workKey === workKey)
        .sort((a, b) => b.attempt - a.attempt);
    },
    async change(seen, change) {
      const row = rows.get(seen.id);
      if (row?.shopId !== seen.shopId || row.state !== seen.state) return null;
      if (row.updatedAt.getTime() !== seen.updatedAt.getTime()) return null;
      const changed = { ...row, ...change, updatedAt: laterThan(row.updatedAt, now()) };
      rows.set(row.id, changed);
      return changed;
    },
    async findByNonce(nonce) {
      return [...rows.values()].find((row) => row.nonce === nonce) ?? null;
    },
    async listOpen(untouchedSince, limit) {
      return oldestFirst()
        .filter((row) => openStates.includes(row.state) && row.updatedAt < untouchedSince)
        .slice(0, limit);
    },
    async listGivenUp(since, error, limit) {
      return oldestFirst()
        .filter((row) => row.state === 'failed' && row.error === error && row.remoteId === null)
        .filter((row) => row.updatedAt >= since)
        .slice(0, limit);
    },
  };
}
