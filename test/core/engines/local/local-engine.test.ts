import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine, EngineParams, EnhanceRequest } from '../../../../web/core/engines/contract.ts';
import { EngineParamError } from '../../../../web/core/engines/errors.ts';
import { createLocalEngine } from '../../../../web/core/engines/local/local-engine.ts';
import type { Raster } from '../../../../web/core/image/types.ts';
import { largestDifference, psnr, testPicture } from './pictures.ts';

let cacheDir = '';
let engine: Engine;
beforeAll(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'vitrine-engine-'));
  engine = createLocalEngine({ cacheDir });
});
afterAll(async () => {
  await engine.close();
  await rm(cacheDir, { recursive: true, force: true });
});

const params: EngineParams = {
  num_steps: 1,
  chopping_size: null,
  seed: null,
  resize: null,
  output_format: 'png',
};

function request(rgb: Raster<3>, changes: Partial<EngineParams> = {}, model = 'local/slim'): EnhanceRequest {
  return {
    input: { rgb, alpha: null, jpeg: null },
    inputPng: new Uint8Array(),
    inputDigest: 'not read by this engine',
    params: { ...params, ...changes },
    model,
    targetLongestSidePx: null,
  };
}

const calm = () => ({ signal: new AbortController().signal });

describe('createLocalEngine', () => {
  test.each(['local/slim', 'local/medium'])(
    '%s: tiled output is the untiled one within 2/255',
    async (model) => {
      const picture = testPicture(150, 110);
      const whole = await engine.enhance(request(picture, {}, model), calm());
      const tiled = await engine.enhance(request(picture, { chopping_size: 48 }, model), calm());
      expect(whole.tileLines).toEqual({ x: [], y: [] });
      expect(tiled.tileLines.x.length).toBeGreaterThan(2);
      expect(tiled.tileLines.y.length).toBeGreaterThan(1);
      expect(largestDifference(whole.rgb.data, tiled.rgb.data)).toBeLessThanOrEqual(2);
    },
  );

  test('tile lines are in output pixels, inside the image', async () => {
    const { tileLines, rgb, scale } = await engine.enhance(
      request(testPicture(100, 40), { chopping_size: 58 }),
      calm(),
    );
    expect(scale).toBe(4);
    expect([rgb.widthPx, rgb.heightPx]).toEqual([400, 160]);
    expect(tileLines).toEqual({ x: [200], y: [] });
  });

  test('the same input gives the same bytes, whatever the seed, and the provenance says so', async () => {
    const picture = testPicture(70, 50);
    const first = await engine.enhance(request(picture, { seed: 1, num_steps: 3 }), calm());
    const second = await engine.enhance(request(picture, { seed: 99, num_steps: 3 }), calm());
    expect(Buffer.compare(first.rgb.data, second.rgb.data)).toBe(0);
    expect(first.provenance.ignoredParams.seed).toMatch(/deterministic/);
    expect(first.provenance).toMatchObject({ engine: 'local', model: 'local/slim', licence: 'MIT' });
    expect(first.provenance.modelVersion).toMatch(/^[0-9a-f]{64}\.\d+$/);
    expect(first.costMicros).toBe(0);
  });

  test('each further step agrees better with the input', async () => {
    const truth = testPicture(192, 160);
    const small = await sharp(truth.data, { raw: { width: 192, height: 160, channels: 3 } })
      .resize(48, 40, { kernel: 'cubic' })
      .raw()
      .toBuffer();
    const input: Raster<3> = { data: small, widthPx: 48, heightPx: 40, channels: 3 };
    const agreement: number[] = [];
    for (const num_steps of [1, 2, 4, 8]) {
      const { rgb } = await engine.enhance(request(input, { num_steps }), calm());
      const back = await sharp(rgb.data, { raw: { width: 192, height: 160, channels: 3 } })
        .resize(48, 40, { kernel: 'cubic' })
        .raw()
        .toBuffer();
      agreement.push(psnr(back, small));
    }
    expect(agreement).toEqual(agreement.toSorted((a, b) => a - b));
    expect((agreement.at(-1) as number) - (agreement[0] as number)).toBeGreaterThan(3);
  });

  test('progress never falls and ends at the whole', async () => {
    const shares: number[] = [];
    await engine.enhance(request(testPicture(120, 90), { chopping_size: 48, num_steps: 3 }), {
      ...calm(),
      onProgress: (share) => shares.push(share),
    });
    expect(shares.length).toBeGreaterThan(8);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares[0]).toBeGreaterThan(0);
    expect(shares.at(-1)).toBe(1);
  });

  test('cancelling between tiles rejects with the reason and leaves the engine usable', async () => {
    const controller = new AbortController();
    const reason = new Error('the merchant pressed cancel');
    let tiles = 0;
    const cancelled = engine.enhance(request(testPicture(200, 200), { chopping_size: 40 }), {
      signal: controller.signal,
      onProgress: () => {
        tiles += 1;
        if (tiles === 2) controller.abort(reason);
      },
    });
    await expect(cancelled).rejects.toBe(reason);
    expect(tiles).toBe(2);
    const after = await engine.enhance(request(testPicture(20, 20)), calm());
    expect(after.rgb.widthPx).toBe(80);
  });

  test('cancelling within the rounds rejects with the reason', async () => {
    const controller = new AbortController();
    const reason = new Error('stop');
    const shares: number[] = [];
    const cancelled = engine.enhance(request(testPicture(60, 60), { num_steps: 8 }), {
      signal: controller.signal,
      onProgress: (share) => {
        shares.push(share);
        if (shares.length === 3) controller.abort(reason);
      },
    });
    await expect(cancelled).rejects.toBe(reason);
  });

  test('an already cancelled job does not begin', async () => {
    await expect(
      engine.enhance(request(testPicture(20, 20)), { signal: AbortSignal.abort(new Error('too late')) }),
    ).rejects.toThrow('too late');
  });

  test('a small image is not kept waiting by a large one', async () => {
    const order: string[] = [];
    const large = engine
      .enhance(request(testPicture(300, 200), { chopping_size: 64 }), calm())
      .then(() => order.push('large'));
    const small = engine.enhance(request(testPicture(40, 40)), calm()).then(() => order.push('small'));
    await Promise.all([large, small]);
    expect(order).toEqual(['small', 'large']);
  });

  test.each([
    [1, 1],
    [3, 2],
    [17, 33],
  ])('an image of %i×%i px is enlarged like any other', async (widthPx, heightPx) => {
    const { rgb } = await engine.enhance(request(testPicture(widthPx, heightPx), { num_steps: 3 }), calm());
    expect([rgb.widthPx, rgb.heightPx, rgb.data.length]).toEqual([
      widthPx * 4,
      heightPx * 4,
      widthPx * heightPx * 16 * 3,
    ]);
  });

  test('makes no more pixels than the target needs', async () => {
    const towards = async (targetLongestSidePx: number) =>
      (await engine.enhance({ ...request(testPicture(50, 30)), targetLongestSidePx }, calm())).scale;
    expect([await towards(100), await towards(101), await towards(151), await towards(4000)]).toEqual([
      2, 3, 4, 4,
    ]);
  });

  test('resize sets the longest side of the input', async () => {
    const { rgb } = await engine.enhance(request(testPicture(80, 40), { resize: 20 }), calm());
    expect([rgb.widthPx, rgb.heightPx]).toEqual([80, 40]);
  });

  test('a tile larger than the memory allows is made smaller, and the provenance says so', async () => {
    const tight = createLocalEngine({ cacheDir, memoryBudgetBytes: 3600 * 64 * 64 });
    const { tileLines, provenance } = await tight.enhance(
      request(testPicture(120, 60), { chopping_size: 512 }),
      calm(),
    );
    await tight.close();
    expect(tileLines.x.length).toBeGreaterThan(0);
    expect(provenance.ignoredParams.chopping_size).toMatch(/at most 64 px/);
  });

  test.each([
    ['num_steps', 0],
    ['num_steps', 1.5],
    ['num_steps', Number.NaN],
    ['num_steps', 1e9],
    ['chopping_size', 0],
    ['chopping_size', -128],
    ['chopping_size', 31],
    ['chopping_size', Number.NaN],
    ['chopping_size', Number.POSITIVE_INFINITY],
    ['seed', 0.5],
    ['seed', Number.NaN],
    ['resize', 0],
    ['resize', Number.NaN],
    ['resize', 100_000],
  ] as const)('refuses %s = %d with a sentence', async (name, value) => {
    const refusal = engine.enhance(request(testPicture(8, 8), { [name]: value }), calm());
    await expect(refusal).rejects.toBeInstanceOf(EngineParamError);
    await expect(refusal).rejects.toMatchObject({ sentence: expect.stringContaining(`${name} must be`) });
  });

  test('refuses a model that it does not have', async () => {
    await expect(engine.enhance(request(testPicture(8, 8), {}, 'local/huge'), calm())).rejects.toThrow(
      /model must be one of local\/slim, local\/medium, local\/thick; it is local\/huge/,
    );
  });

  test('closing ends running work with a reason, may be done twice, and nothing starts afterwards', async () => {
    const brief = createLocalEngine({ cacheDir });
    const running = brief.enhance(request(testPicture(200, 200), { chopping_size: 40 }), calm());
    const outcome = expect(running).rejects.toMatchObject({ code: 'local-closed', isRetriable: true });
    await Promise.all([brief.close(), brief.close()]);
    await outcome;
    await expect(brief.enhance(request(testPicture(8, 8)), calm())).rejects.toMatchObject({
      code: 'local-closed',
    });
  });
});
