import { describe, expect, test } from 'vitest';
import type { Engine, EnhancedImage, EnhanceRequest } from '../../../../web/core/engines/contract.ts';
import { EngineError } from '../../../../web/core/engines/errors.ts';
import { drawContactSheet } from '../../../../web/core/engines/ladder/contact-sheet.ts';
import { climb, quoteLadder, type Rung } from '../../../../web/core/engines/ladder/ladder.ts';
import { widthOf, writeText } from '../../../../web/core/engines/ladder/pixel-font.ts';
import { ladderTable } from '../../../../web/core/engines/ladder/table.ts';
import { resizeRaster } from '../../../../web/core/image/resize.ts';
import { defaultParams, makeRequest } from '../replicate/harness.ts';

/** Enlarges by plain interpolation and remembers what it was asked. */
function recorder(failsAt: number | null = null) {
  const asked: EnhanceRequest[] = [];
  const engine: Engine = {
    id: 'replicate',
    async enhance(request): Promise<EnhancedImage> {
      asked.push(request);
      const { num_steps } = request.params;
      if (num_steps === failsAt)
        throw new EngineError('replicate-run-failed', 'The model failed on this photo.');
      const { widthPx, heightPx } = request.input.rgb;
      return {
        rgb: await resizeRaster(request.input.rgb, widthPx * 4, heightPx * 4),
        scale: 4,
        tileLines: { x: [], y: [] },
        costMicros: 1500 * num_steps,
        provenance: {
          engine: 'replicate',
          model: request.model,
          modelVersion: '1',
          licence: 'x',
          params: request.params,
          ignoredParams: {},
          predictionId: null,
          elapsedMs: 2000,
          predictMs: 1000 * num_steps,
        },
      };
    },
    close: async () => undefined,
  };
  return { engine, asked };
}

const inspect = async ({ rgb, provenance }: EnhancedImage) => ({
  repaired: rgb,
  report: {
    version: 1,
    measures: [{ name: 'lrPsnr', value: 30 - provenance.params.num_steps, unit: 'dB', meaning: '' }],
    badPlaces: [],
    text: [],
    textStatus: 'skipped' as const,
  },
  verdict: {
    kind: provenance.params.num_steps > 3 ? ('hold' as const) : ('publish' as const),
    profile: 'normal' as const,
    reasons: provenance.params.num_steps > 3 ? [{ code: 'x', sentence: 'The texture was invented.' }] : [],
  },
});

const never = new AbortController().signal;

describe('climbing', () => {
  test('each step count is tried once, from few to many, on the same photo', async () => {
    const { engine, asked } = recorder();
    const request = await makeRequest();
    const seen: number[] = [];
    const rungs = await climb(
      { engine, request, steps: [5, 1, 3, 5], inspect, onRung: ({ steps }) => seen.push(steps) },
      never,
    );
    expect(rungs.map(({ steps, kind }) => [steps, kind])).toEqual([
      [1, 'made'],
      [3, 'made'],
      [5, 'made'],
    ]);
    expect(seen).toEqual([1, 3, 5]);
    expect(new Set(asked.map(({ inputDigest }) => inputDigest)).size).toBe(1);
    expect(rungs[2]).toMatchObject({ costMicros: 7500, predictMs: 5000, verdict: { kind: 'hold' } });
  });

  test('each rung is paid work of its own, so that one made before is not paid for again', async () => {
    const { engine, asked } = recorder();
    const request = await makeRequest(1, { work: { shopId: 's', enhancementId: 'e', workKey: 'all' } });
    const workOf = ({ params }: EnhanceRequest) => ({
      shopId: 's',
      enhancementId: 'e',
      workKey: `steps ${params.num_steps}`,
    });
    await climb({ engine, request, steps: [1, 2], inspect, workOf }, never);
    expect(asked.map(({ work }) => work?.workKey)).toEqual(['steps 1', 'steps 2']);
    await climb({ engine, request, steps: [1], inspect }, never);
    expect(asked[2]).not.toHaveProperty('work');
  });

  test('a rung that fails is told, and the others are made', async () => {
    const { engine } = recorder(3);
    const rungs = await climb({ engine, request: await makeRequest(), steps: [1, 3, 5], inspect }, never);
    expect(rungs.map(({ kind }) => kind)).toEqual(['made', 'failed', 'made']);
    expect(rungs[1]).toMatchObject({ code: 'replicate-run-failed' });
  });

  test.each([
    [[1, 10_000], 'engine-param'],
    [[0], 'engine-param'],
    [[], 'engine-param'],
    [[1, 2, 3, 4, 5, 6, 7, 8, 9], 'engine-param'],
  ])('%o is refused before anything is paid for', async (steps, code) => {
    const { engine, asked } = recorder();
    const going = climb({ engine, request: await makeRequest(), steps, inspect }, never);
    await expect(going).rejects.toMatchObject({ code });
    expect(asked).toHaveLength(0);
  });

  test('a model without steps has no ladder', async () => {
    const { engine } = recorder();
    const request = await makeRequest(1, { model: 'nightmareai/real-esrgan' });
    await expect(climb({ engine, request, steps: [1, 3], inspect }, never)).rejects.toMatchObject({
      code: 'ladder-one-step',
    });
  });

  test('a stop between two rungs ends it', async () => {
    const { engine, asked } = recorder();
    const stop = new AbortController();
    const going = climb(
      {
        engine,
        request: await makeRequest(),
        steps: [1, 2, 3],
        inspect,
        onRung: () => stop.abort(new Error('stop')),
      },
      stop.signal,
    );
    await expect(going).rejects.toThrow('stop');
    expect(asked).toHaveLength(1);
  });

  test('its price is known before: that of all rungs together', async () => {
    const { engine } = recorder();
    const request = await makeRequest(1, { params: defaultParams });
    const [one, both] = [[1], [1, 5]].map((steps) => quoteLadder({ engine, request, steps }));
    expect(both?.mostMicros).toBeGreaterThan(one?.mostMicros ?? 0);
    expect(both?.expectedMicros).toBeLessThanOrEqual(both?.mostMicros ?? 0);
  });
});

describe('what is shown', () => {
  async function rungsOf(failsAt: number | null): Promise<readonly Rung[]> {
    const { engine } = recorder(failsAt);
    return climb({ engine, request: await makeRequest(), steps: [1, 3, 5], inspect }, never);
  }

  test('the table has a row a rung, with verdict, fidelity, time and price, and says why one was held', async () => {
    const lines = ladderTable(await rungsOf(3)).split('\n');
    expect(lines[0]).toMatch(/steps \| +verdict \| +LR-PSNR dB \| +time \| +billed \| +price/);
    expect(lines[2]).toMatch(/1 \| publish \| +29\.00 \| 2\.0 s \| 1\.00 s \| \$0\.0015/);
    expect(lines[3]).toMatch(/3 \| +failed/);
    expect(lines.slice(-3)).toEqual([
      '- 3: The model failed on this photo.',
      '- 5: The texture was invented.',
      '',
    ]);
  });

  test('the sheet shows the input and each rung that was made, whatever the photo’s size', async () => {
    const { input } = await makeRequest();
    const sheet = await drawContactSheet(input.rgb, await rungsOf(null));
    expect(sheet.widthPx).toBe(12 + 4 * 372);
    expect(sheet.data).toHaveLength(sheet.widthPx * sheet.heightPx * 3);
    const missing = await drawContactSheet(input.rgb, await rungsOf(3));
    expect(missing.widthPx).toBe(12 + 3 * 372);
  });

  test('letters are drawn where they are told, in capitals, and cut off at the edge', () => {
    const raster = { data: new Uint8Array(12 * 9 * 3), widthPx: 12, heightPx: 9, channels: 3 as const };
    writeText(raster, 'i?W', { xPx: 0, yPx: 1, dotPx: 1 }, 255);
    const rows = Array.from({ length: 9 }, (_, y) =>
      Array.from({ length: 5 }, (__, x) => (raster.data[(y * 12 + x) * 3] === 255 ? '#' : '.')).join(''),
    );
    expect(rows).toEqual(['.....', '.###.', '..#..', '..#..', '..#..', '..#..', '..#..', '.###.', '.....']);
    expect(widthOf('i?W', 2)).toBe(36);
  });
});
