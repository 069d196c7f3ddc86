import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Sandbox, type StoreHandle, startSandbox } from '../../../sandbox/start.ts';
import type { FaultName } from '../../../sandbox/store/faults.ts';
import type { AdminClientDeps, RunOptions } from '../../../web/core/catalog/admin-client.ts';
import { ShopUnavailableError } from '../../../web/core/catalog/errors.ts';
import { clientOf, createHastyTimers } from './store-client.ts';

const shopSchema = z.object({ shop: z.object({ name: z.string() }) });

let sandbox: Sandbox;
let shop: StoreHandle;
beforeAll(async () => {
  sandbox = await startSandbox();
  shop = sandbox.shop();
});
afterAll(() => sandbox.close());
beforeEach(() => {
  sandbox.faults.clear();
  sandbox.clearLogs();
  shop.setStatus('active');
});

const ask = (change: Partial<AdminClientDeps> = {}, options: RunOptions = {}) => {
  const timers = createHastyTimers();
  const answer = clientOf(sandbox, shop, { timers, ...change }).run('shop', {}, shopSchema, options);
  return { answer, waitsMs: timers.waitsMs };
};
const carriedOut = () => sandbox.operations().filter(({ wasThrottled }) => !wasThrottled).length;

describe('what passes is tried again until it is answered', () => {
  test.each<[FaultName, object]>([
    ['api.throttled', {}],
    ['api.tooManyRequests', {}],
    ['api.serverError', { status: 500 }],
    ['api.serverError', { status: 502 }],
    ['api.serverError', { status: 503 }],
    ['api.connectionReset', {}],
    ['api.html', {}],
    ['api.truncatedJson', {}],
  ])('%s %j', async (fault, details) => {
    sandbox.faults.arm(fault, { ...details, times: 3 });
    const { answer, waitsMs } = ask();
    expect((await answer).shop.name).not.toBe('');
    expect(sandbox.faults.struck(fault)).toBeGreaterThanOrEqual(3);
    expect(waitsMs.length).toBeGreaterThanOrEqual(3);
    sandbox.faults.clear();
  });

  test('Retry-After is waited for in seconds, not in milliseconds', async () => {
    sandbox.faults.arm('api.tooManyRequests', { times: 1, retryAfterSeconds: 3 });
    const { answer, waitsMs } = ask();
    await answer;
    expect(waitsMs).toEqual([3000]);
  });

  test('THROTTLED is no failure: more of them than tries are waited out', async () => {
    sandbox.faults.arm('api.throttled', { times: 20 });
    await ask({ maxAttempts: 3 }).answer;
    expect(carriedOut()).toBe(1);
  });

  test('a failure that stays ends in an error that says so', async () => {
    sandbox.faults.arm('api.serverError', { times: Number.POSITIVE_INFINITY });
    await expect(ask({ maxAttempts: 4 }).answer).rejects.toMatchObject({
      code: 'shopify-unreachable',
      isRetriable: true,
    });
  });

  test('a call that must not be made twice is not, when the first may have been carried out', async () => {
    sandbox.faults.arm('api.connectionReset', { afterWork: true, times: 5 });
    await expect(ask({}, { isRepeatable: false }).answer).rejects.toMatchObject({
      code: 'shopify-unreachable',
    });
    expect(carriedOut()).toBe(1);
  });

  test('it is, when it was throttled and so was not carried out', async () => {
    sandbox.faults.arm('api.throttled', { times: 2 });
    await ask({}, { isRepeatable: false }).answer;
    expect(carriedOut()).toBe(1);
  });
});

describe('what does not pass is an error with a sentence', () => {
  test.each<[FaultName, string]>([
    ['api.nullData', 'shopify-error'],
    ['api.partialErrors', 'shopify-error'],
  ])('%s: nothing is read out of half an answer', async (fault, code) => {
    sandbox.faults.arm(fault);
    await expect(ask().answer).rejects.toMatchObject({ code });
  });

  test('an answer of another form is named as such', async () => {
    const call = clientOf(sandbox, shop).run('shop', {}, z.object({ shop: z.object({ moons: z.number() }) }));
    await expect(call).rejects.toMatchObject({ code: 'shopify-unexpected-answer' });
  });

  test.each([
    ['frozen', 402, 'shop-frozen', true],
    ['forbidden', 403, 'shop-access-denied', false],
    ['locked', 423, 'shop-locked', true],
  ] as const)('a shop that is %s (HTTP %i)', async (status, http, code, isRetriable) => {
    shop.setStatus(status);
    const { answer, waitsMs } = ask();
    const error = await answer.then(
      () => null,
      (cause: unknown) => cause,
    );
    expect(error).toBeInstanceOf(ShopUnavailableError);
    expect(error).toMatchObject({ status: http, code, isRetriable });
    expect((error as ShopUnavailableError).sentence).toMatch(/^[A-Z].+\.$/);
    expect(waitsMs).toEqual([]);
  });

  test('a shop that does not exist', async () => {
    const call = ask({ shopDomain: 'nobody.myshopify.com' }).answer;
    await expect(call).rejects.toMatchObject({ code: expect.stringMatching(/^shop/) });
  });
});

describe('401', () => {
  test('brings a new token, once, and goes on', async () => {
    const asked: boolean[] = [];
    const good = shop.issueAccessToken();
    const accessToken = async (isRefused: boolean) => {
      asked.push(isRefused);
      return isRefused ? good : 'shpat_stale';
    };
    await ask({ accessToken }).answer;
    expect(asked).toEqual([false, true]);
  });

  test('a new token is not asked for again because something else fails after it', async () => {
    const asked: boolean[] = [];
    const token = shop.issueAccessToken();
    sandbox.faults.arm('api.unauthorized', { times: 1 });
    const accessToken = async (isRefused: boolean) => {
      asked.push(isRefused);
      if (isRefused) sandbox.faults.arm('api.html', { times: 2 });
      return token;
    };
    await ask({ accessToken }).answer;
    expect(asked).toEqual([false, true, false, false]);
  });

  test('twice is the end', async () => {
    const call = ask({ accessToken: async () => 'shpat_wrong' }).answer;
    await expect(call).rejects.toMatchObject({ code: 'shopify-token-refused' });
  });

  test('a token that cannot be had leaves the way free for the next call', async () => {
    let isBroken = true;
    const token = shop.issueAccessToken();
    const client = clientOf(sandbox, shop, {
      accessToken: async () => {
        if (isBroken) throw new Error('no token');
        return token;
      },
    });
    await expect(client.run('shop', {}, shopSchema)).rejects.toThrow('no token');
    isBroken = false;
    await client.run('shop', {}, shopSchema);
  });
});

describe('an end to waiting', () => {
  test('an aborted signal ends a call under way with its own reason', async () => {
    sandbox.faults.arm('api.slow', { delayMs: 60_000 });
    const controller = new AbortController();
    const call = ask({}, { signal: controller.signal }).answer;
    setImmediate(() => controller.abort(new Error('the process ends')));
    await expect(call).rejects.toThrow('the process ends');
  });

  test('and a wait between two tries', async () => {
    sandbox.faults.arm('api.tooManyRequests', { retryAfterSeconds: 100 });
    const controller = new AbortController();
    const timers = {
      nowMs: Date.now,
      schedule: (delayMs: number) => {
        if (delayMs === 100_000) controller.abort(new Error('the process ends'));
        return () => {};
      },
    };
    await expect(ask({ timers }, { signal: controller.signal }).answer).rejects.toThrow('the process ends');
  });

  test('the deadline ends a server that takes the call and never answers', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const call = clientOf(sandbox, shop, { sandboxOrigin: origin, deadlineMs: 100 }).run(
      'shop',
      {},
      shopSchema,
    );
    await expect(call).rejects.toMatchObject({ code: 'shopify-unreachable' });
    silent.closeAllConnections();
    await new Promise((resolve) => silent.close(resolve));
  });

  test('the deadline ends a shop that only ever says THROTTLED', async () => {
    sandbox.faults.arm('api.throttled', { times: Number.POSITIVE_INFINITY });
    const call = clientOf(sandbox, shop, { deadlineMs: 100 }).run('shop', {}, shopSchema);
    await expect(call).rejects.toMatchObject({ code: 'shopify-throttled', isRetriable: true });
  });
});
