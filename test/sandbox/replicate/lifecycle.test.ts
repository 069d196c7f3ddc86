import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { type ReplicateSandboxOptions, startReplicateSandbox } from '../../../sandbox/replicate/sandbox.ts';
import { createManualClock } from '../../../sandbox/store/clock/clock.ts';
import { isWebhookGenuine } from '../../../web/core/engines/replicate/webhook-signature.ts';
import { makeRequest } from '../../core/engines/replicate/harness.ts';

const hourMs = 3_600_000;
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function open(options: ReplicateSandboxOptions = {}) {
  const clock = createManualClock();
  const sandbox = await startReplicateSandbox({ clock, ...options });
  closers.push(() => sandbox.close());
  const image = `data:image/png;base64,${Buffer.from((await makeRequest()).inputPng).toString('base64')}`;
  async function ask(path: string, init: RequestInit = {}) {
    const response = await fetch(`${sandbox.apiUrl()}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${sandbox.tokens[0]}`, ...init.headers },
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }
  const create = (change: object = {}, headers: Record<string, string> = {}) =>
    ask('/predictions', {
      method: 'POST',
      headers,
      body: JSON.stringify({
        version: '868a98921d08f03f2ff0683ea3d387f3f6d44cacc24fefea68d715fcd1e80357',
        input: { in_path: image },
        ...change,
      }),
    });
  const run = () => [...sandbox.account.runs.values()].at(-1);
  const until = (status: string) => expect.poll(() => run()?.status, { interval: 2 }).toBe(status);
  return { sandbox, clock, ask, create, run, until };
}

describe('a prediction', () => {
  test('waits for a machine, boots, runs, and ends with its time', async () => {
    const { clock, create, run, until } = await open({ coldBootMs: 60_000, runMs: 4000 });
    expect((await create()).body).toMatchObject({ status: 'starting', output: null, data_removed: false });
    await expect.poll(() => clock.nextDueMs(), { interval: 2 }).not.toBeNull();
    clock.advance(59_999);
    expect(run()?.status).toBe('starting');
    clock.advance(1);
    await until('processing');
    clock.advance(4000);
    await until('succeeded');
    expect(run()?.predictSeconds).toBe(4);
  });

  test('an hour after its end its data is gone, and so is the file', async () => {
    const { clock, ask, create, run, until } = await open();
    await create();
    await expect
      .poll(
        () => {
          clock.advance(1);
          return run()?.status;
        },
        { interval: 2 },
      )
      .toBe('succeeded');
    const output = run()?.output ?? '';
    expect((await fetch(output)).status).toBe(200);
    clock.advance(hourMs - 1000);
    expect((await ask(`/predictions/${run()?.id}`)).body).toMatchObject({ output, data_removed: false });
    clock.advance(1000);
    expect((await ask(`/predictions/${run()?.id}`)).body).toMatchObject({
      status: 'succeeded',
      output: null,
      data_removed: true,
      input: {},
    });
    expect((await fetch(output)).status).toBe(404);
    await until('succeeded');
  });

  test.each([
    ['90s', 89_999, 90_000],
    ['5m', 299_999, 300_000],
    ['1h30m', 1_799_999, 5_400_000],
  ])(
    'Cancel-After %s before it started ends it aborted, and it is not charged',
    async (header, before, at) => {
      const { sandbox, clock, create, run } = await open({ coldBootMs: 10 * hourMs });
      await create({}, { 'cancel-after': header });
      clock.advance(before);
      expect(run()?.status).toBe('starting');
      clock.advance(at - before);
      expect(run()).toMatchObject({ status: 'aborted', startedMs: null, predictSeconds: null });
      expect(sandbox.account.chargedMicros()).toBe(0);
    },
  );

  test('Cancel-After while it runs ends it canceled, and it is charged', async () => {
    const { sandbox, clock, create, run, until } = await open();
    sandbox.faults.arm('run.never');
    await create({}, { 'cancel-after': '1m' });
    await until('processing');
    clock.advance(60_000);
    expect(run()).toMatchObject({ status: 'canceled', predictSeconds: 60 });
    expect(sandbox.account.chargedMicros()).toBe(84_000);
  });

  test('nothing runs for more than half an hour', async () => {
    const { sandbox, clock, create, run, until } = await open();
    sandbox.faults.arm('run.never');
    await create();
    await until('processing');
    clock.advance(30 * 60_000);
    expect(run()?.status).toBe('canceled');
  });

  test('a machine takes one run at a time, the others wait in turn', async () => {
    const { sandbox, clock, create } = await open({ machines: 1, runMs: 1000 });
    for (let count = 0; count < 3; count += 1) await create();
    const statuses = () => [...sandbox.account.runs.values()].map(({ status }) => status);
    await expect.poll(statuses, { interval: 2 }).toEqual(['processing', 'starting', 'starting']);
    clock.advance(1000);
    await expect.poll(statuses, { interval: 2 }).toEqual(['succeeded', 'processing', 'starting']);
  });

  test('Prefer: wait answers when it is over, or when the time is', async () => {
    const { clock, create, until } = await open({ runMs: 1000 });
    const patient = create({}, { prefer: 'wait=30' });
    await until('processing');
    clock.advance(1000);
    expect(await patient).toMatchObject({ status: 201, body: { status: 'succeeded' } });
    const hasty = create({}, { prefer: 'wait=1' });
    await until('processing');
    clock.advance(999);
    clock.advance(1);
    expect((await hasty).body['status']).toMatch(/processing|succeeded/);
  });

  test.each([
    [{ version: 'a'.repeat(64) }, 'Invalid version or not permitted'],
    [{ input: { in_path: 'x', num_steps: 0 } }, 'Input validation failed'],
    [{ input: { in_path: 'x', num_steps: 1.5 } }, 'Input validation failed'],
    [{ input: { in_path: 'x', output_format: 'webp' } }, 'Input validation failed'],
    [{ input: { in_path: 'x', sharpness: 3 } }, 'Input validation failed'],
    [{ input: {} }, 'Input validation failed'],
  ])('%o is refused with 422: %s', async (change, title) => {
    const { sandbox, create } = await open();
    expect(await create(change)).toMatchObject({ status: 422, body: { title, status: 422 } });
    expect(sandbox.account.runs.size).toBe(0);
  });
});

test('the list gives a hundred a page, newest first, and goes on where it stopped', async () => {
  const { ask, create, sandbox, clock } = await open({ machines: 0 });
  for (let count = 0; count < 120; count += 1) {
    await create();
    clock.advance(1000);
  }
  const ids = [...sandbox.account.runs.keys()].reverse();
  const first = (await ask('/predictions')).body as { results: { id: string }[]; next: string };
  expect(first.results.map(({ id }) => id)).toEqual(ids.slice(0, 100));
  const rest = (await ask(first.next.slice(sandbox.apiUrl().length))).body as typeof first;
  expect(rest.results.map(({ id }) => id)).toEqual(ids.slice(100));
  expect(rest.next).toBeNull();
  const since = new Date(clock.nowMs() - 10_000).toISOString();
  const newest = (await ask(`/predictions?created_after=${since}`)).body as typeof first;
  expect(newest.results.map(({ id }) => id)).toEqual(ids.slice(0, 10));
});

describe('webhooks', () => {
  async function listen(answers: readonly number[]) {
    const got: { id: string; event: unknown; isGenuine: (secret: string, now: Date) => boolean }[] = [];
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const rawBody = Buffer.concat(chunks);
      const header = (name: string) => String(request.headers[name]);
      const webhook = {
        id: header('webhook-id'),
        timestamp: header('webhook-timestamp'),
        signature: header('webhook-signature'),
        rawBody,
      };
      got.push({
        id: webhook.id,
        event: JSON.parse(rawBody.toString()).status,
        isGenuine: (secret, now) => isWebhookGenuine(webhook, secret, now),
      });
      response.writeHead(answers[got.length - 1] ?? 200).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => new Promise((resolve) => server.close(resolve)));
    closers.push(async () => server.closeAllConnections());
    return { got, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` };
  }

  test('are sent for the events that were asked for, signed so that the app’s own check accepts them', async () => {
    const { got, url } = await listen([]);
    const { sandbox, clock, create, until } = await open({ runMs: 100 });
    await create({ webhook: url, webhook_events_filter: ['start', 'completed'] });
    await until('processing');
    await sandbox.account.webhooks.idle();
    clock.advance(100);
    await until('succeeded');
    await sandbox.account.webhooks.idle();
    expect(got.map(({ event }) => event)).toEqual(['processing', 'succeeded']);
    const now = new Date(clock.nowMs());
    expect(got.every(({ isGenuine }) => isGenuine(sandbox.webhookSecret, now))).toBe(true);
    expect(got.some(({ isGenuine }) => isGenuine(`whsec_${'A'.repeat(43)}=`, now))).toBe(false);
  });

  test('of the end are repeated for about a minute, those of the start are not', async () => {
    const { got, url } = await listen([500, 500, 500, 500, 500, 500, 500, 500, 500]);
    const { sandbox, clock, create, until } = await open({ runMs: 100 });
    await create({ webhook: url });
    await until('processing');
    await sandbox.account.webhooks.idle();
    clock.advance(100);
    await until('succeeded');
    for (let second = 0; second < 120; second += 1) {
      await sandbox.account.webhooks.idle();
      clock.advance(1000);
    }
    await sandbox.account.webhooks.idle();
    expect(got.map(({ event }) => event)).toEqual(['processing', ...Array(6).fill('succeeded')]);
    expect(new Set(got.slice(1).map(({ id }) => id)).size).toBe(1);
  });
});
