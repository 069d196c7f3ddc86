import { afterEach, describe, expect, test } from 'vitest';
import { createManualClock } from '../../../../sandbox/store/clock/clock.ts';
import { findModel } from '../../../../web/core/engines/models/register.ts';
import type { Clock, PredictionRecord } from '../../../../web/core/engines/ports.ts';
import { createMemoryPredictions } from '../../../../web/core/engines/prediction-stores.ts';
import { isWebhookGenuine } from '../../../../web/core/engines/replicate/webhook-signature.ts';
import { workKey } from '../../../../web/core/engines/work-key.ts';
import { createWorld, makeRequest, quickSettings, shopId, startPublicEdge, type World } from './harness.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function open(options: Parameters<typeof createWorld>[0] = {}): Promise<World> {
  const world = await createWorld(options);
  closers.push(() => world.close());
  return world;
}

const never = new AbortController().signal;

async function makeWork(enhancementId = '0193b0a0-0000-7000-8000-00000000000a') {
  const request = await makeRequest();
  const { widthPx, heightPx } = request.input.rgb;
  const key = workKey({
    preparedDigest: request.inputDigest,
    preparedSize: { widthPx, heightPx },
    params: request.params,
    model: findModel(request.model),
    targetLongestSidePx: null,
  });
  return { ...request, work: { shopId, enhancementId, workKey: key } };
}

/** A world whose both clocks are moved by hand; the caller that made the run is gone. */
async function abandoned(fault?: (world: World) => void) {
  const time = createManualClock(Date.now());
  const clock: Clock = { now: () => new Date(time.nowMs()), sleep: async () => undefined };
  const predictions = createMemoryPredictions(clock.now);
  const world = await open({
    clock: time,
    runMs: 1000,
    deps: { clock, predictions, settings: { ...quickSettings, wholeDeadlineMs: 30 * 60_000 } },
  });
  fault?.(world);
  const request = await makeWork();
  const first = world.another({
    at: (point) => {
      if (point === 'polled') throw new Error('the process is gone');
    },
  });
  await expect(first.engine.enhance(request, { signal: never })).rejects.toThrow('gone');
  const attempt = async (): Promise<PredictionRecord | undefined> =>
    (await predictions.attempts(shopId, request.work.workKey))[0];
  const status = () => [...world.sandbox.account.runs.values()].map((run) => run.status);
  return { world, time, request, attempt, status };
}

describe('the sweep', () => {
  test('copies what was made while nobody waited, well inside its hour', async () => {
    const { world, time, request, attempt, status } = await abandoned();
    await expect.poll(status, { interval: 2 }).toEqual(['processing']);
    time.advance(1000);
    await expect.poll(status, { interval: 2 }).toEqual(['succeeded']);
    time.advance(60_000);
    expect(await world.service.sweep(never)).toEqual({ looked: 1, moved: 1, late: 0, failed: 0 });
    expect((await attempt())?.state).toBe('copied');
    expect(world.budget.spentMicros()).toBe(1525);
    time.advance(2 * 3_600_000);
    const result = await world.service.engine.enhance(request, { signal: never });
    expect(result.rgb.widthPx).toBe(256);
    expect(world.sandbox.account.runs.size).toBe(1);
  });

  test('past the hour the result is lost: counted, told, and not paid for again by itself', async () => {
    const { world, time, request, attempt, status } = await abandoned();
    await expect.poll(status, { interval: 2 }).toEqual(['processing']);
    time.advance(1000);
    await expect.poll(status, { interval: 2 }).toEqual(['succeeded']);
    time.advance(3_600_000);
    await world.service.sweep(never);
    expect(await attempt()).toMatchObject({ state: 'lost', predictMs: 1000, costMicros: 1525 });
    expect(world.budget.spentMicros()).toBe(1525);
    const lost = { code: 'replicate-output-lost', isRetriable: false };
    await expect(world.service.engine.enhance(request, { signal: never })).rejects.toMatchObject(lost);
    const other = { ...request, work: { ...request.work, enhancementId: 'another' } };
    await expect(world.service.engine.enhance(other, { signal: never })).rejects.toMatchObject(lost);
    expect(world.sandbox.account.runs.size).toBe(1);
  });

  test('a run that outlives its deadline is canceled', async () => {
    const { world, time, attempt, status } = await abandoned(({ sandbox }) =>
      sandbox.faults.arm('run.never'),
    );
    await expect.poll(status, { interval: 2 }).toEqual(['processing']);
    // Replicate's own Cancel-After would do the same a moment later.
    time.advance(30 * 60_000 - 1);
    await world.service.sweep(never);
    expect((await attempt())?.state).toBe('created');
    time.advance(1);
    await world.service.sweep(never);
    time.advance(60_000);
    await world.service.sweep(never);
    expect(status()).toEqual(['canceled']);
    expect(await attempt()).toMatchObject({ state: 'canceled', error: 'replicate-took-too-long' });
    expect(world.budget.spentMicros()).toBeGreaterThan(0);
  });

  test('what is fresh is left to whoever waits for it, and two sweeps at once do no harm', async () => {
    const { world, time, status } = await abandoned();
    await expect.poll(status, { interval: 2 }).toEqual(['processing']);
    expect((await world.service.sweep(never)).looked).toBe(0);
    time.advance(1000);
    await expect.poll(status, { interval: 2 }).toEqual(['succeeded']);
    time.advance(60_000);
    await Promise.all([world.service.sweep(never), world.another().sweep(never)]);
    expect(world.budget.spentMicros()).toBe(1525);
    expect(world.outputs.bytes.size).toBe(1);
  });

  test('a failing Replicate does not stop it from looking at the rest', async () => {
    const { world, time } = await abandoned();
    time.advance(60_000);
    world.sandbox.faults.arm('read.serverError', { times: Number.POSITIVE_INFINITY });
    expect(await world.service.sweep(never)).toMatchObject({ looked: 1, failed: 1 });
    world.sandbox.faults.clear();
    expect(await world.service.sweep(never)).toMatchObject({ failed: 0 });
  });
});

describe('webhooks', () => {
  test('wake whoever waits, long before the next question would be asked', async () => {
    const request = await makeWork();
    let world: World | null = null;
    const heard: string[] = [];
    const edge = await startPublicEdge(
      (nonce, headers, body) => {
        const webhook = {
          id: headers['webhook-id'],
          timestamp: headers['webhook-timestamp'],
          signature: headers['webhook-signature'],
          rawBody: body,
        };
        if (!isWebhookGenuine(webhook, world?.sandbox.webhookSecret ?? '', new Date())) return 401;
        heard.push(JSON.parse(body.toString()).status);
        void world?.predictions.findByNonce(nonce).then((row) => world?.service.hear(row?.id ?? ''));
        return 200;
      },
      () => request.inputPng,
    );
    closers.push(() => edge.close());
    const hourMs = 3_600_000;
    world = await open({
      runMs: 50,
      deps: {
        publicOrigin: edge.origin,
        settings: {
          ...quickSettings,
          shortestPollMs: hourMs,
          longestPollMs: hourMs,
          wholeDeadlineMs: hourMs,
        },
      },
    });
    const result = await world.service.engine.enhance(request, { signal: never });
    expect(result.rgb.widthPx).toBe(256);
    expect(heard).toContain('succeeded');
    const [attempt] = await world.predictions.attempts(shopId, request.work.workKey);
    expect(attempt?.inputUrl).toBe(`${edge.origin}/engines/replicate/inputs/${attempt?.nonce}.png`);
  });

  test('that lie change nothing: the truth is asked for', async () => {
    const world = await open({ runMs: 80 });
    const request = await makeWork();
    const going = world.service.engine.enhance(request, { signal: never });
    await expect
      .poll(async () => (await world.predictions.attempts(shopId, request.work.workKey))[0]?.state, {
        interval: 2,
      })
      .toBe('created');
    const [attempt] = await world.predictions.attempts(shopId, request.work.workKey);
    for (let count = 0; count < 20; count += 1) world.service.hear(attempt?.id ?? '');
    world.service.hear('nobody');
    expect((await going).rgb.widthPx).toBe(256);
    expect(world.sandbox.account.runs.size).toBe(1);
  });
});
