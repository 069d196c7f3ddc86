import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findModel } from '../../../../web/core/engines/models/register.ts';
import { createReplicateClient } from '../../../../web/core/engines/replicate/client.ts';
import { redact } from '../../../../web/core/engines/replicate/errors.ts';
import { retryDelayMs, toldDelayMs } from '../../../../web/core/engines/replicate/retry-delay.ts';

const now = new Date('2026-11-23T10:00:00.000Z');

describe('how long to wait', () => {
  test.each([
    ['2', null, 2000],
    ['0', null, 0],
    ['1.5', null, 1500],
    ['Mon, 23 Nov 2026 10:00:07 GMT', null, 7000],
    ['Mon, 23 Nov 2026 09:59:00 GMT', null, 0],
    [null, 'Request was throttled. Your rate limit resets in ~30s.', 30_000],
    [null, 'Your rate limit resets in ~2m.', 120_000],
    [null, 'Your rate limit resets in ~500ms.', 500],
    ['4', 'Your rate limit resets in ~30s.', 4000],
    ['soon', 'Your rate limit resets in ~30s.', 30_000],
    [null, 'Request was throttled.', null],
    [null, null, null],
  ])('Retry-After %s with "%s": %s ms', (retryAfter, detail, delayMs) => {
    expect(toldDelayMs({ retryAfter, detail, now })).toBe(delayMs);
  });

  const outcome = { attempt: 1, retryAfter: null, detail: null, now, random: 0 };

  test.each([
    ['create', 429, true],
    ['create', null, false],
    ['create', 500, false],
    ['create', 502, false],
    ['create', 422, false],
    ['read', 429, true],
    ['read', null, true],
    ['read', 503, true],
    ['read', 404, false],
    ['repeat', null, true],
    ['repeat', 401, false],
  ] as const)('a %s that ended with %s is repeated: %s', (kind, status, isRepeated) => {
    expect(retryDelayMs({ ...outcome, kind, status }) !== null).toBe(isRepeated);
  });

  test('a create that may have been accepted is never repeated, whatever else is said', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.constant(null),
          fc.integer({ min: 400, max: 599 }).filter((status) => status !== 429),
        ),
        fc.integer({ min: 1, max: 9 }),
        fc.option(fc.nat(100).map(String)),
        (status, attempt, retryAfter) => {
          const told = {
            kind: 'create',
            status,
            attempt,
            retryAfter,
            detail: null,
            now,
            random: 0.5,
          } as const;
          expect(retryDelayMs(told)).toBeNull();
        },
      ),
    );
  });

  test('it doubles, is spread, and ends', () => {
    const delays = [1, 2, 3, 4, 5, 6].map((attempt) =>
      retryDelayMs({ ...outcome, kind: 'read', status: 503, attempt }),
    );
    expect(delays).toEqual([500, 1000, 2000, 4000, 8000, null]);
    expect(retryDelayMs({ ...outcome, kind: 'read', status: 503, random: 1 })).toBe(625);
  });
});

describe('behind the vendor’s client', () => {
  /** What is asked on the wire, answered in turn; the last answer goes on. */
  function clientOn(answers: readonly (() => Response)[], startMs = now.getTime()) {
    const asked: {
      method: string;
      url: string;
      atMs: number;
      headers: Record<string, string>;
      body: unknown;
    }[] = [];
    let nowMs = startMs;
    const client = createReplicateClient({
      baseUrl: 'https://api.replicate.com/v1',
      token: 'r8_secretSecretSecretSecret',
      random: () => 0,
      clock: {
        now: () => new Date(nowMs),
        async sleep(delayMs) {
          nowMs += delayMs;
        },
      },
      fetch: async (input, init) => {
        asked.push({
          method: init?.method ?? 'GET',
          url: String(input),
          atMs: nowMs - startMs,
          headers: init?.headers as Record<string, string>,
          body: typeof init?.body === 'string' ? JSON.parse(init.body) : null,
        });
        const answer = answers[Math.min(asked.length, answers.length) - 1];
        if (answer === undefined) throw new TypeError('fetch failed');
        return answer();
      },
    });
    return { client, asked };
  }
  const json = (status: number, body: object, headers: Record<string, string> = {}) =>
    Response.json(body, { status, headers });
  const prediction = { id: 'p1', status: 'starting', created_at: '2026-11-23T10:00:00Z', output: null };
  const wanted = {
    model: findModel('zf-kbot/invsr'),
    input: { in_path: 'https://x/1.png', num_steps: 1 },
    webhookUrl: 'https://x/hook',
    cancelAfterSeconds: 900,
  };

  test('a create is asked by pinned version, with its deadline, and only for the events that are needed', async () => {
    const { client, asked } = clientOn([() => json(201, prediction)]);
    await client.create(wanted);
    expect(asked).toMatchObject([
      {
        method: 'POST',
        url: 'https://api.replicate.com/v1/predictions',
        headers: { 'Cancel-After': '900s', Authorization: 'Bearer r8_secretSecretSecretSecret' },
        body: {
          version: '868a98921d08f03f2ff0683ea3d387f3f6d44cacc24fefea68d715fcd1e80357',
          input: { in_path: 'https://x/1.png', num_steps: 1 },
          webhook: 'https://x/hook',
          webhook_events_filter: ['start', 'completed'],
        },
      },
    ]);
  });

  test('a network error of a create reaches the wire once', async () => {
    const { client, asked } = clientOn([]);
    expect((await client.create(wanted)).kind).toBe('unknown');
    expect(asked).toHaveLength(1);
  });

  test.each([500, 502, 503, 504])('a create that ended with %d reaches the wire once', async (status) => {
    const { client, asked } = clientOn([() => json(status, { detail: 'oops' })]);
    expect((await client.create(wanted)).kind).toBe('unknown');
    expect(asked).toHaveLength(1);
  });

  test('a throttled create is repeated after the wait that was told, not six times at once', async () => {
    const throttled = () => json(429, { detail: 'Request was throttled. Your rate limit resets in ~10s.' });
    const { client, asked } = clientOn([throttled, throttled, () => json(201, prediction)]);
    expect((await client.create(wanted)).kind).toBe('created');
    expect(asked.map(({ atMs }) => atMs)).toEqual([0, 10_000, 20_000]);
  });

  test('a 429 holds back the account’s other creates as well, but no questions', async () => {
    const { client, asked } = clientOn([
      () => json(429, {}, { 'retry-after': '600' }),
      () => json(200, prediction),
    ]);
    await expect(client.create(wanted)).rejects.toMatchObject({ code: 'replicate-throttled' });
    await expect(client.create(wanted)).rejects.toMatchObject({
      code: 'replicate-throttled',
      retryAfterMs: 600_000,
    });
    expect(asked).toHaveLength(1);
    await client.get('p1');
    expect(asked).toHaveLength(2);
  });

  test('a question is repeated with growing waits', async () => {
    const { client, asked } = clientOn([
      () => json(502, {}),
      () => json(502, {}),
      () => json(200, prediction),
    ]);
    expect((await client.get('p1')).id).toBe('p1');
    expect(asked.map(({ atMs }) => atMs)).toEqual([0, 500, 1500]);
  });

  test('the list is read page by page, by the cursor alone: an address of the answer gets no token', async () => {
    const page = (id: string, next: string | null) => () =>
      json(200, { next, previous: null, results: [{ ...prediction, id }] });
    const { client, asked } = clientOn([page('a', 'https://evil.example/steal?cursor=abc'), page('b', null)]);
    const ids: string[] = [];
    for await (const each of client.list(now)) ids.push(each.id);
    expect(ids).toEqual(['a', 'b']);
    expect(asked.map(({ url }) => new URL(url).hostname)).toEqual(['api.replicate.com', 'api.replicate.com']);
    expect(new URL(asked[1]?.url ?? '').searchParams.get('cursor')).toBe('abc');
  });

  test.each([
    [401, { title: 'Unauthenticated', detail: 'no' }, 'replicate-token-refused'],
    [402, { title: 'Payment required', detail: 'no credit' }, 'replicate-payment-required'],
    [404, { detail: 'Not found' }, 'replicate-not-found'],
    [
      422,
      { title: 'Invalid version or not permitted', detail: 'The specified version does not exist' },
      'replicate-version-unknown',
    ],
    [
      422,
      { title: 'Input validation failed', detail: '- input.seed: must be integer' },
      'replicate-input-refused',
    ],
    [400, { detail: 'bad' }, 'replicate-input-refused'],
  ])('a create that ended with %d %o is %s', async (status, body, code) => {
    const { client, asked } = clientOn([() => json(status, body)]);
    await expect(client.create(wanted)).rejects.toMatchObject({ code });
    expect(asked).toHaveLength(1);
  });

  test('an error that repeats the token does not hand it on', async () => {
    const { client } = clientOn([() => json(400, { detail: 'token r8_secretSecretSecretSecret is odd' })]);
    await expect(client.get('p1')).rejects.toSatisfy(
      (error: Error) => !error.message.includes('r8_secret') && error.message.includes('[secret]'),
    );
  });
});

test.each([
  ['Bearer abcdefgh', ['abcdefgh'], 'Bearer [secret]'],
  ['r8_0123456789abcdef', [], '[secret]'],
  ['whsec_0123456789abcdef==', [], '[secret]'],
  ['nothing here', [null, ''], 'nothing here'],
])('%s without its secrets', (text, secrets, clean) => {
  expect(redact(text, secrets)).toBe(clean);
});
