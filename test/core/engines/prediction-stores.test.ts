import { describe, expect, test } from 'vitest';
import type { NewPrediction, PredictionStore } from '../../../web/core/engines/ports.ts';
import {
  createDatabasePredictions,
  createMemoryPredictions,
} from '../../../web/core/engines/prediction-stores.ts';
import { newId } from '../../../web/core/store/ids.ts';
import { installShop } from '../../../web/core/store/shops.ts';
import { storeKinds, useStore } from '../../support/stores.ts';

interface Bench {
  readonly predictions: PredictionStore;
  readonly shopId: string;
  readonly otherShopId: string;
}

const attempt = (workKey: string, number = 1): NewPrediction => ({
  id: newId(),
  enhancementId: newId(),
  workKey,
  attempt: number,
  nonce: newId(),
  engine: 'replicate',
  model: 'zf-kbot/invsr',
  modelVersion: '8'.repeat(64),
  account: 'operator',
});

function battery(open: () => Promise<Bench>): void {
  test('an attempt is written down as planned, before anything is asked', async () => {
    const { predictions, shopId } = await open();
    const wanted = attempt(newId());
    expect(await predictions.plan(shopId, wanted)).toMatchObject({
      ...wanted,
      shopId,
      state: 'planned',
      remoteId: null,
      costMicros: 0,
    });
  });

  test('of many who plan the same attempt one gets it, and no attempt is lost', async () => {
    const { predictions, shopId } = await open();
    const key = newId();
    const planned = await Promise.all(
      Array.from({ length: 10 }, () => predictions.plan(shopId, attempt(key))),
    );
    expect(planned.filter((row) => row !== null)).toHaveLength(1);
    await predictions.plan(shopId, attempt(key, 2));
    expect((await predictions.attempts(shopId, key)).map((row) => row.attempt)).toEqual([2, 1]);
  });

  test('of many who move the same attempt on one wins, even within a millisecond', async () => {
    const { predictions, shopId } = await open();
    let row = await predictions.plan(shopId, attempt(newId()));
    for (const state of ['creating', 'unknown', 'created', 'succeeded', 'copied'] as const) {
      const seen = row as NonNullable<typeof row>;
      const moved = await Promise.all(Array.from({ length: 6 }, () => predictions.change(seen, { state })));
      const winners = moved.filter((each) => each !== null);
      expect(winners).toHaveLength(1);
      row = winners[0] ?? null;
      expect(row?.state).toBe(state);
      expect(row?.updatedAt.getTime()).toBeGreaterThan(seen.updatedAt.getTime());
    }
  });

  test('what is written comes back as it was', async () => {
    const { predictions, shopId } = await open();
    const planned = await predictions.plan(shopId, attempt(newId()));
    const at = new Date('2026-11-23T10:00:00.123Z');
    const change = {
      state: 'copied',
      remoteId: newId(),
      inputUrl: 'https://vitrine.example/replicate/inputs/x.png',
      outputDigest: 'd'.repeat(64),
      predictMs: 1234,
      costMicros: 5_000_000_000,
      reservationId: newId(),
      error: 'replicate-run-failed: no',
      startedAt: at,
      completedAt: at,
    } as const;
    await predictions.change(planned as NonNullable<typeof planned>, change);
    expect(await predictions.find(shopId, planned?.id ?? '')).toMatchObject(change);
  });

  test('one shop never sees another’s attempts', async () => {
    const { predictions, shopId, otherShopId } = await open();
    const key = newId();
    const mine = await predictions.plan(shopId, attempt(key));
    expect(await predictions.find(otherShopId, mine?.id ?? '')).toBeNull();
    expect(await predictions.attempts(otherShopId, key)).toEqual([]);
    const asOther = { ...(mine as NonNullable<typeof mine>), shopId: otherShopId };
    expect(await predictions.change(asOther, { state: 'failed' })).toBeNull();
    expect(await predictions.plan(otherShopId, attempt(key))).not.toBeNull();
  });

  test('the nonce leads to its attempt, any other text to none', async () => {
    const { predictions, shopId } = await open();
    const planned = await predictions.plan(shopId, attempt(newId()));
    expect((await predictions.findByNonce(planned?.nonce ?? ''))?.id).toBe(planned?.id);
    expect(await predictions.findByNonce('guess')).toBeNull();
  });

  test('the sweep gets what is under way and was left alone, the given-up get listed by their error', async () => {
    const { predictions, shopId } = await open();
    const rows = [];
    for (const state of [
      'planned',
      'creating',
      'unknown',
      'created',
      'succeeded',
      'copied',
      'failed',
    ] as const) {
      const planned = await predictions.plan(shopId, attempt(newId()));
      const seen = planned as NonNullable<typeof planned>;
      const error = state === 'failed' ? 'not-accepted' : null;
      rows.push(state === 'planned' ? seen : await predictions.change(seen, { state, error }));
    }
    const mine = rows.map((row) => row?.id);
    const later = new Date(Date.now() + 60_000);
    const open5 = (await predictions.listOpen(later, 1000)).filter((row) => mine.includes(row.id));
    expect(open5.map(({ state }) => state).sort()).toEqual([
      'created',
      'creating',
      'planned',
      'succeeded',
      'unknown',
    ]);
    expect(await predictions.listOpen(new Date(0), 1000)).toEqual([]);
    const given = await predictions.listGivenUp(new Date(0), 'not-accepted', 1000);
    expect(given.filter((row) => mine.includes(row.id))).toHaveLength(1);
    expect(await predictions.listGivenUp(later, 'not-accepted', 1000)).toEqual([]);
  });
}

describe('attempts in memory', () => {
  battery(async () => ({
    predictions: createMemoryPredictions(() => new Date()),
    shopId: newId(),
    otherShopId: newId(),
  }));
});

describe.each(storeKinds)('attempts on %s', (kind) => {
  const store = useStore(kind);
  battery(async () => {
    const shops = await Promise.all(
      [1, 2].map(() => installShop(store().db, `${newId()}.myshopify.com`, '', new Date())),
    );
    return {
      predictions: createDatabasePredictions(store()),
      shopId: shops[0]?.id ?? '',
      otherShopId: shops[1]?.id ?? '',
    };
  });
});
