import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { type CogSandboxOptions, startCogSandbox } from '../../../../sandbox/cog/sandbox.ts';
import { type CogEngineDeps, createCogEngine } from '../../../../web/core/engines/cog/engine.ts';
import type { Engine } from '../../../../web/core/engines/contract.ts';
import { EngineError } from '../../../../web/core/engines/errors.ts';
import { createBreakers } from '../../../../web/core/engines/router/breaker.ts';
import { createGuardedFetch } from '../../../../web/core/net/guarded-fetch.ts';
import { newId } from '../../../../web/core/store/ids.ts';
import { createTestLog, defaultParams, hurriedClock, makeRequest } from '../replicate/harness.ts';

type Sandbox = Awaited<ReturnType<typeof startCogSandbox>>;
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function gpu(options: CogSandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startCogSandbox(options);
  closers.push(() => sandbox.close());
  return sandbox;
}

function engineOn(
  urls: readonly string[],
  change: Partial<CogEngineDeps> = {},
  token: string | null = null,
): Engine {
  const engine = createCogEngine({
    instances: urls.map((url) => ({ url, token })),
    fetch,
    download: null,
    clock: hurriedClock,
    log: createTestLog(),
    breakers: createBreakers({ clock: hurriedClock }),
    newId,
    settings: { restMs: 50, callDeadlineMs: 2000, waitDeadlineMs: 20_000 },
    ...change,
  });
  closers.push(() => engine.close());
  return engine;
}

const quiet = () => ({ signal: new AbortController().signal });

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
  test('gives the picture ×4 and costs nothing', async () => {
    const sandbox = await gpu({ runMs: 20 });
    const result = await engineOn([sandbox.url]).enhance(await makeRequest(), quiet());
    expect(result).toMatchObject({ scale: 4, costMicros: 0, rgb: { widthPx: 256, heightPx: 192 } });
    expect(result.provenance).toMatchObject({
      engine: 'cog',
      model: 'zf-kbot/invsr',
      licence: 'NTU S-Lab License 1.0',
    });
    expect(result.provenance.predictMs).toBeGreaterThanOrEqual(19);
  });

  test('an output on the upload host is fetched from there', async () => {
    const sandbox = await gpu({ hasUploadUrl: true });
    const net = createGuardedFetch({
      allowHosts: [],
      sandboxOrigin: sandbox.url,
      maxBytes: 10_000_000,
      deadlineMs: 5000,
    });
    closers.push(() => net.close());
    const request = await makeRequest();
    const result = await engineOn([sandbox.url], { download: net.download }).enhance(request, quiet());
    expect(result.rgb.widthPx).toBe(256);
    const error = await failure(engineOn([sandbox.url]).enhance(request, quiet()));
    expect(error.code).toBe('cog-output-unusable');
  });

  test('images that come at once take turns on one GPU, and are shared out between two', async () => {
    const [one, two] = [await gpu({ runMs: 30 }), await gpu({ runMs: 30 })];
    const engine = engineOn([one.url, two.url]);
    const requests = await Promise.all([1, 2, 3, 4, 5, 6].map((seed) => makeRequest(seed)));
    const results = await Promise.all(requests.map((request) => engine.enhance(request, quiet())));
    expect(results).toHaveLength(6);
    expect(one.seen.runs + two.seen.runs).toBe(6);
    expect(Math.min(one.seen.runs, two.seen.runs)).toBeGreaterThanOrEqual(2);
    expect(one.seen.conflicts + two.seen.conflicts).toBe(0);
  });

  test('the token goes along', async () => {
    const sandbox = await gpu({ token: 'gpu-secret' });
    const request = await makeRequest();
    const result = await engineOn([sandbox.url], {}, 'gpu-secret').enhance(request, quiet());
    expect(result.scale).toBe(4);
    const error = await failure(engineOn([sandbox.url], {}, 'wrong').enhance(request, quiet()));
    expect(error.code).toBe('cog-refused');
  });
});

describe('a GPU that is not ready', () => {
  test('one that is still setting up is waited for', async () => {
    const sandbox = await gpu({ setupMs: 60 });
    expect(sandbox.status()).toBe('STARTING');
    const result = await engineOn([sandbox.url]).enhance(await makeRequest(), quiet());
    expect(result.scale).toBe(4);
    expect(sandbox.seen.runs).toBe(1);
  });

  test('one that never gets ready sends the image back to the queue', async () => {
    const sandbox = await gpu({ setupMs: 60_000 });
    const engine = engineOn([sandbox.url], { settings: { restMs: 10, waitDeadlineMs: 30 } });
    const error = await failure(engine.enhance(await makeRequest(), quiet()));
    expect(error).toMatchObject({ code: 'cog-busy', isRetriable: true, isReported: false });
  });

  test('a 409 of somebody else’s run is waited out', async () => {
    const sandbox = await gpu({ runMs: 100 });
    const stranger = makeRequest(9).then(({ inputPng }) =>
      fetch(`${sandbox.url}/predictions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          input: { in_path: `data:image/png;base64,${Buffer.from(inputPng).toString('base64')}` },
        }),
      }),
    );
    await expect.poll(() => sandbox.status(), { interval: 2 }).toBe('BUSY');
    const result = await engineOn([sandbox.url]).enhance(await makeRequest(), quiet());
    expect(result.scale).toBe(4);
    expect((await stranger).status).toBe(200);
  });

  test('a failed setup is told with where to look, and opens the circuit', async () => {
    const sandbox = await gpu();
    sandbox.faults.setupFails = true;
    const engine = engineOn([sandbox.url], { settings: { restMs: 1, maxRuns: 1, waitDeadlineMs: 100 } });
    const codes: string[] = [];
    for (let seed = 1; seed <= 4; seed += 1) {
      codes.push((await failure(engine.enhance(await makeRequest(seed), quiet()))).code);
    }
    expect(codes).toEqual([
      'cog-setup-failed',
      'cog-setup-failed',
      'cog-setup-failed',
      'engine-circuit-open',
    ]);
  });

  test('a dead GPU is left out while another works', async () => {
    const alive = await gpu();
    const engine = engineOn(['http://127.0.0.1:1', alive.url]);
    const results = await Promise.all(
      [1, 2, 3].map(async (seed) => engine.enhance(await makeRequest(seed), quiet())),
    );
    expect(results).toHaveLength(3);
  });

  test('without a GPU the sentence says what to set', async () => {
    const error = await failure(engineOn([]).enhance(await makeRequest(), quiet()));
    expect(error).toMatchObject({ code: 'cog-not-configured', isReported: false });
  });
});

describe('a run that ends badly', () => {
  test('a connection that breaks off is run again: nothing was paid for', async () => {
    const sandbox = await gpu({ runMs: 20 });
    sandbox.faults.resetsDuringRun = true;
    const result = await engineOn([sandbox.url]).enhance(await makeRequest(), quiet());
    expect(result.scale).toBe(4);
    expect(sandbox.seen.runs).toBe(2);
  });

  test('a model’s exception comes as HTTP 200 and is an error all the same', async () => {
    const sandbox = await gpu();
    sandbox.faults.failWith = 'CUDA out of memory';
    const error = await failure(engineOn([sandbox.url]).enhance(await makeRequest(), quiet()));
    expect(error).toMatchObject({ code: 'cog-run-failed', isRetriable: false });
    expect(error.sentence).toContain('CUDA out of memory');
  });

  test('an output that is no image is refused', async () => {
    const sandbox = await gpu();
    sandbox.faults.outputIsNoImage = true;
    const error = await failure(engineOn([sandbox.url]).enhance(await makeRequest(), quiet()));
    expect(error.code).toBe('cog-output-unusable');
  });

  test('another model than the chosen one is noticed before anything runs', async () => {
    const sandbox = await gpu({ model: 'nightmareai/real-esrgan' });
    const error = await failure(engineOn([sandbox.url]).enhance(await makeRequest(), quiet()));
    expect(error.code).toBe('cog-other-model');
    expect(sandbox.seen.runs).toBe(0);
  });

  test('a run past its deadline is canceled on the GPU', async () => {
    const sandbox = await gpu({ runMs: 60_000 });
    const engine = engineOn([sandbox.url], { settings: { runDeadlineMs: 150 } });
    const error = await failure(engine.enhance(await makeRequest(), quiet()));
    expect(error.code).toBe('cog-took-too-long');
    await expect.poll(() => sandbox.status(), { interval: 5 }).toBe('READY');
    expect(sandbox.seen.canceled).toBe(1);
  });

  test('a stop sets the GPU free', async () => {
    const sandbox = await gpu({ runMs: 60_000 });
    const stop = new AbortController();
    const going = engineOn([sandbox.url]).enhance(await makeRequest(), { signal: stop.signal });
    const outcome = going.then(
      () => 'made',
      (error: unknown) => error,
    );
    await expect.poll(() => sandbox.status(), { interval: 2 }).toBe('BUSY');
    const reason = new Error('stopped');
    stop.abort(reason);
    expect(await outcome).toBe(reason);
    await expect.poll(() => sandbox.status(), { interval: 5 }).toBe('READY');
  });

  test('an address that answers like something else is told', async () => {
    const server = createServer((_request, response) => response.end('<html>router</html>'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => new Promise((resolve) => server.close(resolve)));
    closers.push(async () => server.closeAllConnections());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const error = await failure(engineOn([url]).enhance(await makeRequest(), quiet()));
    expect(error.code).toBe('cog-output-unusable');
  });

  test('settings that the model does not take never reach the GPU', async () => {
    const sandbox = await gpu();
    const request = await makeRequest(1, { params: { ...defaultParams, num_steps: 0 } });
    expect((await failure(engineOn([sandbox.url]).enhance(request, quiet()))).code).toBe('engine-param');
    expect(sandbox.seen.runs).toBe(0);
  });
});
