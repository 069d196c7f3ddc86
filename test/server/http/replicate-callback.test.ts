import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, test } from 'vitest';
import type { PredictionRecord } from '../../../web/core/engines/ports.ts';
import { createMemoryPredictions } from '../../../web/core/engines/prediction-stores.ts';
import { newId } from '../../../web/core/store/ids.ts';
import { answerErrors } from '../../../web/server/http/errors.ts';
import { replicateCallbacks } from '../../../web/server/http/replicate-callback.ts';
import { silentLog } from '../../support/silent-log.ts';

const secret = `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`;
const shopId = newId();
const nonce = 'n'.repeat(43);
const body = JSON.stringify({ id: 'p1', status: 'succeeded' });
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function open(
  change: { state?: PredictionRecord['state']; secret?: string | null; input?: Uint8Array | null } = {},
) {
  let now = new Date('2026-11-23T10:00:00Z');
  const predictions = createMemoryPredictions(() => now);
  const planned = await predictions.plan(shopId, {
    id: newId(),
    enhancementId: newId(),
    workKey: 'k',
    attempt: 1,
    nonce,
    engine: 'replicate',
    model: 'zf-kbot/invsr',
    modelVersion: '8',
    account: 'operator',
  });
  await predictions.change(planned as PredictionRecord, { state: change.state ?? 'created' });
  const told: string[] = [];
  const app = express();
  app.use(
    replicateCallbacks({
      findByNonce: predictions.findByNonce,
      webhookSecretOf: async () => (change.secret === undefined ? secret : change.secret),
      tell: async (id) => void told.push(id),
      readInput: async () => (change.input === undefined ? new Uint8Array([1, 2, 3]) : change.input),
      now: () => now,
    }),
  );
  app.use(answerErrors(silentLog));
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => new Promise((resolve) => server.close(resolve)));
  closers.push(async () => server.closeAllConnections());
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const signedAt = (at: Date, id = 'msg_1', text = body) => ({
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, at, text),
  });
  const post = (headers: Record<string, string>, text = body, at = nonce) =>
    fetch(`${origin}/replicate/callback/${at}`, { method: 'POST', headers, body: text });
  const get = (file: string) => fetch(`${origin}/replicate/inputs/${file}`);
  return {
    told,
    post,
    get,
    signedAt,
    now: () => now,
    pass: (delayMs: number) => {
      now = new Date(now.getTime() + delayMs);
    },
    attemptId: (planned as PredictionRecord).id,
  };
}

describe('a webhook', () => {
  test('that is genuine is answered 200, and whoever waits is told', async () => {
    const { post, signedAt, now, told, attemptId } = await open();
    expect((await post(signedAt(now()))).status).toBe(200);
    await expect.poll(() => told, { interval: 2 }).toEqual([attemptId]);
  });

  test('that comes again is answered 200 and tells nobody', async () => {
    const { post, signedAt, now, told } = await open();
    for (let time = 0; time < 3; time += 1) expect((await post(signedAt(now()))).status).toBe(200);
    expect((await post(signedAt(now(), 'msg_2'))).status).toBe(200);
    await expect.poll(() => told.length, { interval: 2 }).toBe(2);
  });

  test('for an attempt whose result is copied tells nobody', async () => {
    const { post, signedAt, now, told } = await open({ state: 'copied' });
    expect((await post(signedAt(now()))).status).toBe(200);
    expect(told).toEqual([]);
  });

  test.each(['forged', 'replayed', 'changed', 'unsigned', 'of an account whose secret is not known'])(
    'that is %s is refused with 401 and a sentence',
    async (what) => {
      const { post, signedAt, now, told } = await open(what.startsWith('of') ? { secret: null } : {});
      const good = signedAt(now());
      const answer = await (what === 'forged'
        ? post({ ...good, 'webhook-signature': `v1,${Buffer.alloc(32).toString('base64')}` })
        : what === 'replayed'
          ? post(signedAt(new Date(now().getTime() - 6 * 60_000)))
          : what === 'changed'
            ? post(good, body.replace('succeeded', 'failed'))
            : what === 'unsigned'
              ? post({})
              : post(good));
      expect(answer.status).toBe(401);
      expect(await answer.json()).toMatchObject({ error: { code: 'webhook-forged' } });
      expect(told).toEqual([]);
    },
  );

  test.each(['m'.repeat(43), 'n'.repeat(42), '%2e%2e%2fetc'])(
    'for %s is answered like any unknown address',
    async (guess) => {
      const { post, signedAt, now } = await open();
      expect((await post(signedAt(now()), body, guess)).status).toBe(404);
    },
  );

  test('that is far too large is cut off', async () => {
    const { post, signedAt, now } = await open();
    expect((await post(signedAt(now()), 'x'.repeat(3 * 1024 * 1024))).status).toBe(413);
  });
});

describe('the input of an attempt', () => {
  test('is there while the attempt is under way, and is not kept by anybody in between', async () => {
    const { get } = await open();
    const answer = await get(`${nonce}.png`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('image/png');
    expect(answer.headers.get('cache-control')).toBe('private, no-store');
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(new Uint8Array([1, 2, 3]));
  });

  test.each(['planned', 'succeeded', 'copied', 'failed', 'canceled', 'aborted', 'lost'] as const)(
    'is gone when the attempt is %s',
    async (state) => {
      const { get } = await open({ state });
      expect((await get(`${nonce}.png`)).status).toBe(404);
    },
  );

  test('is gone after an hour, whatever became of the attempt', async () => {
    const { get, pass } = await open();
    pass(3_599_000);
    expect((await get(`${nonce}.png`)).status).toBe(200);
    pass(1_000);
    expect((await get(`${nonce}.png`)).status).toBe(404);
  });

  test.each([`${'m'.repeat(43)}.png`, nonce, `${nonce}.jpg`, '.png'])('%s leads nowhere', async (file) => {
    const { get } = await open();
    expect((await get(file)).status).toBe(404);
  });

  test('is 404, not an error, where the vault has it no more', async () => {
    const { get } = await open({ input: null });
    expect((await get(`${nonce}.png`)).status).toBe(404);
  });
});
