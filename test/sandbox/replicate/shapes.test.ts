import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startReplicateSandbox } from '../../../sandbox/replicate/sandbox.ts';
import {
  accountSchema,
  predictionPageSchema,
  remoteFileSchema,
  remotePredictionSchema,
  webhookSecretSchema,
} from '../../../web/core/engines/replicate/api.ts';
import { makeRequest } from '../../core/engines/replicate/harness.ts';
import exchanges from './exchanges.json' with { type: 'json' };

/** The published fields of a prediction: https://replicate.com/docs/reference/http#predictions.get */
const publishedFields = [
  'completed_at',
  'created_at',
  'data_removed',
  'error',
  'id',
  'input',
  'logs',
  'metrics',
  'model',
  'output',
  'source',
  'started_at',
  'status',
  'urls',
  'version',
  'webhook',
  'webhook_events_filter',
];

describe('the recorded shape of each endpoint is one that the engine reads', () => {
  test.each([
    ['predictions.create', remotePredictionSchema],
    ['predictions.get', remotePredictionSchema],
    ['predictions.get (data removed)', remotePredictionSchema],
    ['predictions.cancel', remotePredictionSchema],
    ['predictions.list', predictionPageSchema],
    ['files.create', remoteFileSchema],
    ['account.get', accountSchema],
    ['webhooks.default.secret.get', webhookSecretSchema],
  ] as const)('%s', (name, schema) => {
    expect(schema.safeParse(exchanges[name].response.body).error).toBeUndefined();
  });

  test('a recorded prediction has only published fields', () => {
    for (const name of ['predictions.create', 'predictions.get', 'predictions.cancel'] as const) {
      for (const field of Object.keys(exchanges[name].response.body))
        expect(publishedFields).toContain(field);
    }
  });
});

describe('the sandbox answers in the recorded shapes', () => {
  let sandbox: Awaited<ReturnType<typeof startReplicateSandbox>>;
  beforeAll(async () => {
    sandbox = await startReplicateSandbox();
  });
  afterAll(() => sandbox.close());

  async function ask(path: string, init: RequestInit = {}): Promise<{ status: number; body: unknown }> {
    const response = await fetch(`${sandbox.apiUrl()}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${sandbox.tokens[0]}`, ...init.headers },
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : JSON.parse(text) };
  }

  /** Field names, all the way down, without values; what a model's own input holds is its own affair. */
  function shapeOf(value: unknown): unknown {
    if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
    if (value === null || typeof value !== 'object') return 'value';
    return Object.fromEntries(
      Object.entries(value)
        .filter(([name]) => name !== 'input')
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, each]) => [name, shapeOf(each)]),
    );
  }

  async function create(): Promise<{ status: number; body: unknown; id: string }> {
    const { inputPng } = await makeRequest();
    const answer = await ask('/predictions', {
      method: 'POST',
      headers: { prefer: 'wait=10' },
      body: JSON.stringify({
        version: '868a98921d08f03f2ff0683ea3d387f3f6d44cacc24fefea68d715fcd1e80357',
        input: { in_path: `data:image/png;base64,${Buffer.from(inputPng).toString('base64')}` },
      }),
    });
    return { ...answer, id: (answer.body as { id: string }).id };
  }

  test('predictions: create, get, cancel, list', async () => {
    const created = await create();
    expect(created.status).toBe(201);
    const got = await ask(`/predictions/${created.id}`);
    expect(shapeOf(got.body)).toEqual(shapeOf(exchanges['predictions.get'].response.body));
    const canceled = await ask(`/predictions/${created.id}/cancel`, { method: 'POST' });
    expect(shapeOf(canceled.body)).toEqual(shapeOf(exchanges['predictions.cancel'].response.body));
    const listed = await ask('/predictions');
    expect(shapeOf(listed.body)).toEqual(shapeOf(exchanges['predictions.list'].response.body));
  });

  test('files, account and webhook secret', async () => {
    const form = new FormData();
    form.append('content', new Blob([new Uint8Array([1, 2, 3])], { type: 'image/png' }), 'a.png');
    const uploaded = await ask('/files', { method: 'POST', body: form });
    expect(uploaded.status).toBe(201);
    expect(shapeOf(uploaded.body)).toEqual(shapeOf(exchanges['files.create'].response.body));
    expect(shapeOf((await ask('/account')).body)).toEqual(shapeOf(exchanges['account.get'].response.body));
    const secret = await ask('/webhooks/default/secret');
    expect(shapeOf(secret.body)).toEqual(shapeOf(exchanges['webhooks.default.secret.get'].response.body));
  });

  test.each([
    ['an unknown version', 'errors.version'],
    ['a token that is not good', 'errors.token'],
    ['a throttle', 'errors.throttled'],
    ['no credit', 'errors.payment'],
  ] as const)('%s', async (what, name) => {
    const { response } = exchanges[name];
    if (what === 'a throttle') sandbox.faults.arm('create.throttled', { resetSeconds: 30 });
    if (what === 'no credit') sandbox.faults.arm('create.paymentRequired');
    const answer = await ask('/predictions', {
      method: 'POST',
      ...(what === 'a token that is not good' ? { headers: { authorization: 'Bearer r8_wrong' } } : {}),
      body: JSON.stringify({ version: 'a'.repeat(64), input: {} }),
    });
    expect(answer.status).toBe(response.status);
    expect(shapeOf(answer.body)).toEqual(shapeOf(response.body));
  });
});
