import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { createRandom } from '../../../../sandbox/store/faults.ts';
import { EngineError, EngineStopError } from '../../../../web/core/engines/errors.ts';
import { findModel } from '../../../../web/core/engines/models/register.ts';
import { operatorAccountOnly } from '../../../../web/core/engines/replicate/accounts.ts';
import { workKey } from '../../../../web/core/engines/work-key.ts';
import { encodeRasterPng } from '../../../../web/core/image/prepared.ts';
import {
  createWorld,
  defaultParams,
  makeRequest,
  paidRuns,
  quickSettings,
  shopId,
  type World,
} from './harness.ts';

const worlds: World[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

async function open(options: Parameters<typeof createWorld>[0] = {}): Promise<World> {
  const world = await createWorld(options);
  worlds.push(world);
  return world;
}

const quiet = (): { signal: AbortSignal } => ({ signal: new AbortController().signal });

type Request = Awaited<ReturnType<typeof makeRequest>>;

function workOf(request: Request, enhancementId = '0193b0a0-0000-7000-8000-00000000000a') {
  const { widthPx, heightPx } = request.input.rgb;
  const key = workKey({
    preparedDigest: request.inputDigest,
    preparedSize: { widthPx, heightPx },
    params: request.params,
    model: findModel(request.model),
    targetLongestSidePx: null,
  });
  return { shopId, enhancementId, workKey: key };
}

async function failure(promise: Promise<unknown>): Promise<EngineError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof EngineError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('a run that goes well', () => {
  test('gives the picture ×4 with where it came from and what it cost', async () => {
    const world = await open({ runMs: 30 });
    const request = await makeRequest();
    const seen: number[] = [];
    const result = await world.service.engine.enhance(
      { ...request, work: workOf(request) },
      {
        ...quiet(),
        onProgress: (share) => seen.push(share),
      },
    );
    expect(result.rgb).toMatchObject({ widthPx: 256, heightPx: 192, channels: 3 });
    expect(result.scale).toBe(4);
    const [attempt] = await world.predictions.attempts(shopId, workOf(request).workKey);
    expect(attempt).toMatchObject({ state: 'copied', attempt: 1, engine: 'replicate', account: 'operator' });
    expect(result.provenance).toMatchObject({
      engine: 'replicate',
      model: 'zf-kbot/invsr',
      modelVersion: '868a98921d08f03f2ff0683ea3d387f3f6d44cacc24fefea68d715fcd1e80357',
      licence: 'NTU S-Lab License 1.0',
      predictionId: attempt?.remoteId,
      predictMs: attempt?.predictMs,
      ignoredParams: {},
    });
    expect(result.costMicros).toBe(Math.ceil(((attempt?.predictMs ?? 0) / 1000) * 1525));
    expect(world.budget.spentMicros()).toBe(result.costMicros);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(1);
  });

  test.each(['zsyoaoa/invsr', 'nightmareai/real-esrgan', 'recraft-ai/recraft-crisp-upscale'])(
    '%s is asked by its own schema',
    async (model) => {
      const world = await open();
      const request = await makeRequest(1, { model });
      const result = await world.service.engine.enhance(request, quiet());
      expect(result.rgb.widthPx).toBe(256);
      expect(result.provenance.model).toBe(model);
      expect([...world.sandbox.account.runs.values()][0]?.model.name).toBe(model);
    },
  );

  test('a large input goes through the Files API, a small one inside the request', async () => {
    const world = await open();
    await world.service.engine.enhance(await makeRequest(1), quiet());
    expect(world.sandbox.account.files.size).toBe(0);
    const noise = await makeRequest(1, { widthPx: 400, heightPx: 300 });
    const random = createRandom(1);
    noise.input.rgb.data.forEach((_, index, data) => {
      data[index] = random() * 256;
    });
    const inputPng = await encodeRasterPng(noise.input.rgb);
    expect(inputPng.length).toBeGreaterThan(256_000);
    await world.service.engine.enhance({ ...noise, inputPng }, quiet());
    expect(world.sandbox.account.files.size).toBe(1);
  });

  test('the same work is paid once, however often and by however many it is asked for', async () => {
    const world = await open({ runMs: 20 });
    const request = await makeRequest();
    const others = [world.service, world.another(), world.another()];
    const results = await Promise.all(
      others.map((service, index) =>
        service.engine.enhance(
          { ...request, work: workOf(request, `0193b0a0-0000-7000-8000-0000000000b${index}`) },
          {
            ...quiet(),
          },
        ),
      ),
    );
    const again = await world.service.engine.enhance(
      { ...request, work: workOf(request, '0193b0a0-0000-7000-8000-0000000000c0') },
      {
        ...quiet(),
      },
    );
    expect(world.sandbox.account.runs.size).toBe(1);
    expect(again.costMicros).toBe(0);
    expect(results.map((result) => result.costMicros).filter((cost) => cost > 0)).toHaveLength(1);
  });
});

describe('a create whose answer does not come', () => {
  test.each([
    ['reset after it was accepted', 'create.reset', { accepted: true }, 1],
    ['reset before it was read', 'create.reset', {}, 1],
    ['a server error after it was accepted', 'create.serverError', { accepted: true }, 1],
    ['a server error', 'create.serverError', {}, 1],
    ['an answer that is no JSON', 'create.html', {}, 1],
  ] as const)('%s: one paid run, found or made again', async (_what, fault, details, runs) => {
    const world = await open();
    world.sandbox.faults.arm(fault, details);
    const request = await makeRequest();
    const result = await world.service.engine.enhance({ ...request, work: workOf(request) }, quiet());
    expect(result.rgb.widthPx).toBe(256);
    expect(world.sandbox.account.runs.size).toBe(runs);
    const attempts = await world.predictions.attempts(shopId, workOf(request).workKey);
    const accepted = attempts.filter((attempt) => attempt.remoteId !== null);
    expect(accepted).toHaveLength(1);
    expect(accepted[0]?.state).toBe('copied');
  });

  test('one that turns up after it was given up is canceled, and its cost is counted', async () => {
    const world = await open({ runMs: 100 });
    world.sandbox.faults.arm('create.reset', { accepted: true });
    world.sandbox.faults.arm('list.lagging', { lagMs: 60_000, times: 20 });
    const request = await makeRequest();
    await world.service.engine.enhance({ ...request, work: workOf(request) }, quiet());
    expect(world.sandbox.account.runs.size).toBe(2);
    world.sandbox.faults.clear();
    const summary = await world.service.sweep(new AbortController().signal);
    expect(summary.late).toBe(1);
    const attempts = await world.predictions.attempts(shopId, workOf(request).workKey);
    expect(attempts.map(({ state }) => state)).toEqual(['copied', 'canceled']);
    expect(attempts.every(({ remoteId }) => remoteId !== null)).toBe(true);
    const spent = attempts.reduce((sum, { costMicros }) => sum + costMicros, 0);
    expect(world.budget.spentMicros()).toBe(spent);
  });
});

describe('being turned away', () => {
  test.each([
    ['Retry-After', { retryAfterSeconds: 0.05 }],
    ['the text', { resetSeconds: 0.05 }],
    ['neither', {}],
  ])('a 429 that names its wait in %s is waited out, not hammered', async (_where, details) => {
    const world = await open();
    world.sandbox.faults.arm('create.throttled', { ...details, times: 2 });
    const request = await makeRequest();
    await world.service.engine.enhance(request, quiet());
    expect(world.sandbox.faults.struck('create.throttled')).toBe(2);
    expect(world.sandbox.account.runs.size).toBe(1);
  });

  test('a wait that is too long goes back to the queue, nothing owed, and works later', async () => {
    const world = await open();
    world.sandbox.faults.arm('create.throttled', { retryAfterSeconds: 600 });
    const request = await makeRequest();
    const context = { ...request, work: workOf(request) };
    const error = await failure(world.service.engine.enhance(context, quiet()));
    expect(error).toMatchObject({ code: 'replicate-throttled', isRetriable: true });
    expect(world.budget.spentMicros()).toBe(0);
    const later = world.another();
    expect((await later.engine.enhance(context, quiet())).rgb.widthPx).toBe(256);
    expect(world.sandbox.account.runs.size).toBe(1);
  });

  test('without credit the circuit opens: nothing more is asked, and the merchant reads why', async () => {
    const world = await open();
    world.sandbox.faults.arm('create.paymentRequired', { times: Infinity });
    const first = await failure(world.service.engine.enhance(await makeRequest(1), quiet()));
    expect(first.code).toBe('replicate-payment-required');
    const second = await failure(world.service.engine.enhance(await makeRequest(2), quiet()));
    expect(second.code).toBe('engine-circuit-open');
    expect(second.sentence).toContain('credit');
    expect(world.sandbox.faults.struck('create.paymentRequired')).toBe(1);
    expect(world.breakers.troubled()).toMatchObject([{ key: 'replicate operator', state: 'open' }]);
  });

  test('a storm of 429 opens the circuit', async () => {
    const world = await open();
    world.sandbox.faults.arm('create.throttled', { retryAfterSeconds: 600, times: Infinity });
    const codes: string[] = [];
    for (let seed = 1; seed <= 5; seed += 1) {
      codes.push((await failure(world.another().engine.enhance(await makeRequest(seed), quiet()))).code);
    }
    expect(codes).toEqual([
      'replicate-throttled',
      'replicate-throttled',
      'replicate-throttled',
      'engine-circuit-open',
      'engine-circuit-open',
    ]);
  });

  test('a refused token is named, and appears nowhere', async () => {
    const world = await open();
    const token = 'r8_ThisTokenIsNotAGoodOneAtAll0000000';
    const service = world.another({ accounts: operatorAccountOnly(token, null) });
    const error = await failure(service.engine.enhance(await makeRequest(), quiet()));
    expect(error.code).toBe('replicate-token-refused');
    expect(error.sentence).toContain('api-tokens');
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(token);
    expect(JSON.stringify(world.log.lines)).not.toContain(token);
  });

  test('without a token the sentence says where to enter one', async () => {
    const world = await open();
    const service = world.another({ accounts: operatorAccountOnly(null, null) });
    const error = await failure(service.engine.enhance(await makeRequest(), quiet()));
    expect(error.code).toBe('replicate-no-token');
  });

  test('settings that the model does not take never reach Replicate', async () => {
    const world = await open();
    for (const num_steps of [0, 10_000]) {
      const request = await makeRequest(1, { params: { ...defaultParams, num_steps } });
      const error = await failure(world.service.engine.enhance(request, quiet()));
      expect(error.code).toBe('engine-param');
      expect(error.sentence).toContain(String(num_steps));
    }
    expect(world.sandbox.account.runs.size).toBe(0);
  });
});

describe('a run that ends badly', () => {
  test('a failure of the model is told, counted, and not repeated for the same enhancement', async () => {
    const world = await open({ runMs: 20 });
    world.sandbox.faults.arm('run.failed', { error: 'CUDA out of memory' });
    const request = await makeRequest();
    const context = { ...request, work: workOf(request) };
    const error = await failure(world.service.engine.enhance(context, quiet()));
    expect(error).toMatchObject({ code: 'replicate-run-failed', isRetriable: false });
    expect(error.sentence).toContain('CUDA out of memory');
    expect(world.budget.spentMicros()).toBeGreaterThan(0);
    expect((await failure(world.service.engine.enhance(context, quiet()))).code).toBe('replicate-run-failed');
    expect(world.sandbox.account.runs.size).toBe(1);
    const asked = { ...request, work: workOf(request, '0193b0a0-0000-7000-8000-0000000000ff') };
    expect((await world.service.engine.enhance(asked, quiet())).rgb.widthPx).toBe(256);
  });

  test('an aborted run cost nothing and is made again', async () => {
    const world = await open();
    world.sandbox.faults.arm('run.aborted');
    const request = await makeRequest();
    const result = await world.service.engine.enhance({ ...request, work: workOf(request) }, quiet());
    expect(result.rgb.widthPx).toBe(256);
    const attempts = await world.predictions.attempts(shopId, workOf(request).workKey);
    expect(attempts.map(({ state, costMicros }) => [state, costMicros > 0])).toEqual([
      ['copied', result.costMicros > 0],
      ['aborted', false],
    ]);
  });

  test('a run that never ends is canceled at its deadline and counted', async () => {
    const world = await open({ deps: { settings: { ...quickSettings, wholeDeadlineMs: 120 } } });
    world.sandbox.faults.arm('run.never');
    const request = await makeRequest();
    const error = await failure(world.service.engine.enhance({ ...request, work: workOf(request) }, quiet()));
    expect(error.code).toBe('replicate-took-too-long');
    expect([...world.sandbox.account.runs.values()].map(({ status }) => status)).toEqual(['canceled']);
    expect(world.budget.spentMicros()).toBeGreaterThan(0);
  });

  test.each([
    ['output.wrongSize', 'replicate-output-unusable'],
    ['output.notAnImage', 'replicate-output-unusable'],
    ['output.elsewhere', 'replicate-output-elsewhere'],
    ['output.missing', 'replicate-run-failed'],
  ] as const)('%s: refused as %s, nothing is stored', async (fault, code) => {
    const world = await open();
    world.sandbox.faults.arm(fault, {});
    const error = await failure(world.service.engine.enhance(await makeRequest(), quiet()));
    expect(error.code).toBe(code);
    expect(world.outputs.bytes.size).toBe(0);
    expect(paidRuns(world.sandbox)).toBe(1);
  });

  test.each(['delivery.serverError', 'delivery.truncated', 'read.serverError', 'read.reset'] as const)(
    '%s passes by itself',
    async (fault) => {
      const world = await open();
      world.sandbox.faults.arm(fault, { times: 2 });
      const result = await world.service.engine.enhance(await makeRequest(), quiet());
      expect(result.rgb.widthPx).toBe(256);
      expect(world.sandbox.account.runs.size).toBe(1);
    },
  );
});

describe('stopping', () => {
  test('the merchant’s stop cancels the run, and what it cost is counted', async () => {
    const world = await open();
    world.sandbox.faults.arm('run.never');
    const request = await makeRequest();
    const stop = new AbortController();
    const going = failure(
      world.service.engine.enhance({ ...request, work: workOf(request) }, { signal: stop.signal }),
    );
    await expect.poll(() => paidRuns(world.sandbox), { interval: 5 }).toBe(1);
    await expect
      .poll(async () => (await world.predictions.attempts(shopId, workOf(request).workKey))[0]?.startedAt, {
        interval: 5,
      })
      .toBeTruthy();
    stop.abort(new EngineStopError());
    expect((await going).code).toBe('engine-stopped');
    expect([...world.sandbox.account.runs.values()].map(({ status }) => status)).toEqual(['canceled']);
    const [attempt] = await world.predictions.attempts(shopId, workOf(request).workKey);
    expect(attempt).toMatchObject({ state: 'canceled', error: 'replicate-run-canceled' });
    expect(world.budget.spentMicros()).toBe(attempt?.costMicros);
    expect(attempt?.costMicros).toBeGreaterThan(0);
  });

  test('a shutdown cancels nothing: the next process takes the run up', async () => {
    const world = await open({ runMs: 150 });
    const request = await makeRequest();
    const first = world.another();
    const going = first.engine.enhance({ ...request, work: workOf(request) }, quiet()).then(
      () => 'made',
      () => 'handed over',
    );
    await expect.poll(() => paidRuns(world.sandbox), { interval: 5 }).toBe(1);
    await first.engine.close();
    expect(await going).toBe('handed over');
    expect([...world.sandbox.account.runs.values()].map(({ status }) => status)).toEqual(['processing']);
    const result = await world.service.engine.enhance({ ...request, work: workOf(request) }, quiet());
    expect(result.rgb.widthPx).toBe(256);
    expect(world.sandbox.account.runs.size).toBe(1);
  });
});
