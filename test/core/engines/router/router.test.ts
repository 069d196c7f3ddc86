import { describe, expect, test } from 'vitest';
import type { Engine, EnhancedImage, EnhanceRequest } from '../../../../web/core/engines/contract.ts';
import { CircuitOpenError, EngineError } from '../../../../web/core/engines/errors.ts';
import { createRouter, isBetter, type RoutePolicy } from '../../../../web/core/engines/router/router.ts';
import type { VerdictKind } from '../../../../web/core/fidelity/types.ts';
import { defaultParams, makeRequest } from '../replicate/harness.ts';

/** An engine that makes nothing, to see who is asked and with what. */
function recorder(id: 'local' | 'replicate', failure: Error | null = null) {
  const asked: EnhanceRequest[] = [];
  const engine: Engine = {
    id,
    async enhance(request) {
      asked.push(request);
      if (failure !== null) throw failure;
      const image: EnhancedImage = {
        rgb: request.input.rgb,
        scale: 1,
        tileLines: { x: [], y: [] },
        costMicros: 0,
        provenance: {
          engine: id,
          model: request.model,
          modelVersion: '1',
          licence: 'MIT',
          params: request.params,
          ignoredParams: {},
          predictionId: null,
          elapsedMs: 0,
          predictMs: null,
        },
      };
      return image;
    },
    close: async () => undefined,
  };
  return { engine, asked };
}

const policy: RoutePolicy = {
  engine: 'replicate',
  localOnHold: 'local/medium',
  onOpenCircuit: { kind: 'local', model: 'local/slim' },
};
const quiet = () => ({ signal: new AbortController().signal });

async function route(
  verdicts: Readonly<Record<'local' | 'replicate', readonly [VerdictKind, number]>>,
  options: { policy?: Partial<RoutePolicy>; remote?: Error; local?: Error } = {},
) {
  const remote = recorder('replicate', options.remote ?? null);
  const local = recorder('local', options.local ?? null);
  const router = createRouter({ engines: { replicate: remote.engine, local: local.engine } });
  const request = await makeRequest(1, { params: { ...defaultParams, num_steps: 5, seed: 3 } });
  const going = router.enhance(
    { ...request, work: { shopId: 's', enhancementId: 'e', workKey: 'k' } },
    { ...policy, ...options.policy },
    async ({ provenance }) => {
      const [kind, score] = verdicts[provenance.engine as 'local' | 'replicate'];
      return { kind, score };
    },
    quiet(),
  );
  return { going, remote, local };
}

describe('after the gate', () => {
  test.each([
    ['publish', 0, 'publish', 9, 'replicate', 0],
    ['no_gain', 0, 'publish', 9, 'replicate', 0],
    ['hold', 0, 'publish', 0, 'local', 1],
    ['hold', 5, 'hold', 4, 'replicate', 1],
    ['hold', 4, 'hold', 5, 'local', 1],
    ['hold', 4, 'hold', 4, 'replicate', 1],
    ['hold', 0, 'no_gain', 9, 'replicate', 1],
  ] as const)(
    '%s (%d) against the local %s (%d): %s is chosen',
    async (first, a, second, b, chosen, localRuns) => {
      const { going, local } = await route({ replicate: [first, a], local: [second, b] });
      const routed = await going;
      expect(routed.chosen.image.provenance.engine).toBe(chosen);
      expect(local.asked).toHaveLength(localRuns);
      expect(routed.fellBackBecause).toBe(localRuns === 1 ? 'hold' : null);
      expect(routed.other === null).toBe(localRuns === 0);
    },
  );

  test('where the merchant does not allow it, a hold stays a hold', async () => {
    const { going, local } = await route(
      { replicate: ['hold', 0], local: ['publish', 1] },
      { policy: { localOnHold: null } },
    );
    expect((await going).chosen.judged.kind).toBe('hold');
    expect(local.asked).toHaveLength(0);
  });

  test('a local engine that fails does not lose the first result', async () => {
    const { going } = await route(
      { replicate: ['hold', 0], local: ['publish', 1] },
      { local: new EngineError('local-too-large', 'Too large.') },
    );
    expect((await going).chosen.image.provenance.engine).toBe('replicate');
  });

  test('a mistake in our own code is not hidden', async () => {
    const { going } = await route(
      { replicate: ['hold', 0], local: ['publish', 1] },
      { local: new TypeError('x is undefined') },
    );
    await expect(going).rejects.toBeInstanceOf(TypeError);
  });

  test('the local engine gets the same photo, one pass, and no paid work’s name', async () => {
    const { going, local } = await route({ replicate: ['hold', 0], local: ['publish', 1] });
    await going;
    expect(local.asked[0]).toMatchObject({ model: 'local/medium', params: { num_steps: 1, seed: null } });
    expect(local.asked[0]).not.toHaveProperty('work');
  });
});

describe('with an open circuit', () => {
  const open = new CircuitOpenError('Add credit.', new Date());

  test('the local model makes it where the merchant chose so', async () => {
    const { going, local } = await route({ replicate: ['hold', 0], local: ['hold', 1] }, { remote: open });
    const routed = await going;
    expect(routed.fellBackBecause).toBe('open-circuit');
    expect(local.asked.map(({ model }) => model)).toEqual(['local/slim']);
  });

  test('it waits where the merchant chose to wait', async () => {
    const { going, local } = await route(
      { replicate: ['hold', 0], local: ['hold', 1] },
      { remote: open, policy: { onOpenCircuit: { kind: 'wait' } } },
    );
    await expect(going).rejects.toBe(open);
    expect(local.asked).toHaveLength(0);
  });

  test('any other failure is the merchant’s to see', async () => {
    const failed = new EngineError('replicate-run-failed', 'The model failed.');
    const { going, local } = await route({ replicate: ['hold', 0], local: ['hold', 1] }, { remote: failed });
    await expect(going).rejects.toBe(failed);
    expect(local.asked).toHaveLength(0);
  });
});

test('a better verdict is decided by its kind first', () => {
  expect(isBetter({ kind: 'publish', score: 0 }, { kind: 'hold', score: 99 })).toBe(true);
  expect(isBetter({ kind: 'no_gain', score: 99 }, { kind: 'hold', score: 0 })).toBe(false);
});
