import { describe, expect, test } from 'vitest';
import type { EngineParams } from '../../../../web/core/engines/contract.ts';
import { EngineError, EngineParamError } from '../../../../web/core/engines/errors.ts';
import {
  checkRequest,
  defineModel,
  effectiveParams,
  sentSize,
} from '../../../../web/core/engines/models/entry.ts';
import {
  licenceLabel,
  needsConfirmation,
  requireLicenceConfirmed,
} from '../../../../web/core/engines/models/licence.ts';
import { costOf, quote } from '../../../../web/core/engines/models/price.ts';
import {
  defaultModels,
  findModel,
  findModelFor,
  models,
} from '../../../../web/core/engines/models/register.ts';
import { workKey } from '../../../../web/core/engines/work-key.ts';

const params: EngineParams = {
  num_steps: 1,
  chopping_size: null,
  seed: null,
  resize: null,
  output_format: 'png',
};
const size = { widthPx: 800, heightPx: 600 };

function thrown(work: () => unknown): EngineError {
  try {
    work();
  } catch (error) {
    if (error instanceof EngineError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

test('every model has its own id, and each engine a default that runs on it', () => {
  expect(new Set(models.map((model) => model.id)).size).toBe(models.length);
  for (const engine of ['local', 'replicate', 'cog'] as const) {
    expect(findModelFor(engine, defaultModels[engine]).engines).toContain(engine);
  }
  expect(defaultModels.replicate).toBe('zf-kbot/invsr');
});

test('a version that is not pinned cannot be registered for Replicate', () => {
  expect(() => defineModel({ ...findModel('zf-kbot/invsr'), version: 'latest' })).toThrow();
});

test.each([
  ['replicate', 'local/medium', 'engine-model-elsewhere'],
  ['local', 'zf-kbot/invsr', 'engine-model-elsewhere'],
  ['cog', 'recraft-ai/recraft-crisp-upscale', 'engine-model-elsewhere'],
  ['replicate', 'nobody/nothing', 'engine-model-unknown'],
] as const)('on %s, %s is refused with the choices that there are', (engine, id, code) => {
  const error = thrown(() => findModelFor(engine, id));
  expect(error.code).toBe(code);
  expect(error.sentence).toMatch(/choose one of .+\/.+/);
});

describe('what a merchant may ask of a model', () => {
  test.each([
    ['zf-kbot/invsr', { num_steps: 0 }, 'num_steps must be a whole number from 1 to 20'],
    ['zf-kbot/invsr', { num_steps: 10_000 }, 'it is 10000'],
    ['zf-kbot/invsr', { num_steps: 1.5 }, 'num_steps'],
    ['zf-kbot/invsr', { num_steps: Number.NaN }, 'num_steps'],
    ['zsyoaoa/invsr', { num_steps: 6 }, 'from 1 to 5'],
    ['zf-kbot/invsr', { chopping_size: 0 }, 'chopping_size'],
    ['zf-kbot/invsr', { chopping_size: -128 }, 'chopping_size'],
    ['zsyoaoa/invsr', { chopping_size: 200 }, 'one of 128, 256, 512'],
    ['zf-kbot/invsr', { seed: 0.5 }, 'seed'],
    ['zf-kbot/invsr', { seed: 2 ** 31 }, 'seed'],
    ['zf-kbot/invsr', { resize: 0 }, 'resize'],
    ['zf-kbot/invsr', { resize: 300.5 }, 'resize'],
    ['zf-kbot/invsr', { output_format: 'webp' as 'png' }, 'output_format'],
  ])('%s refuses %o and says what it takes', (id, change, words) => {
    const error = thrown(() => checkRequest(findModel(id), size, { ...params, ...change }));
    expect(error).toBeInstanceOf(EngineParamError);
    expect(error.sentence).toContain(words);
  });

  test.each([
    ['zf-kbot/invsr', { num_steps: 20, chopping_size: 64, seed: 0, resize: 100 }],
    ['zsyoaoa/invsr', { num_steps: 5, chopping_size: 512 }],
    ['nightmareai/real-esrgan', { num_steps: 10_000 }],
    ['local/thick', { num_steps: 4 }],
  ])('%s takes %o', (id, change) => {
    expect(() => checkRequest(findModel(id), size, { ...params, ...change })).not.toThrow();
  });

  test.each([
    ['zf-kbot/invsr', { widthPx: 1, heightPx: 900 }, {}],
    ['zf-kbot/invsr', { widthPx: 100, heightPx: 900 }, { chopping_size: 512 }],
    ['zf-kbot/invsr', { widthPx: 2500, heightPx: 900 }, {}],
    ['zf-kbot/invsr', { widthPx: 2000, heightPx: 60 }, { resize: 500 }],
    ['nightmareai/real-esrgan', { widthPx: 1500, heightPx: 1500 }, {}],
  ])('%s refuses a photo of %o with %o', (id, photo, change) => {
    const error = thrown(() => checkRequest(findModel(id), photo, { ...params, ...change }));
    expect(error.code).toBe('engine-input-size');
    expect(error.isReported).toBe(false);
  });

  test('a photo above the limit is taken when resize brings it below', () => {
    const photo = { widthPx: 4000, heightPx: 3000 };
    const model = findModel('zf-kbot/invsr');
    expect(() => checkRequest(model, photo, { ...params, resize: 1000 })).not.toThrow();
    expect(sentSize(model, photo, { ...params, resize: 1000 })).toEqual({ widthPx: 1000, heightPx: 750 });
  });
});

test('the model’s input has only what was set, by the model’s own names', () => {
  const invsr = findModel('zf-kbot/invsr');
  expect(invsr.toInput('https://x/i.png', params)).toEqual({
    in_path: 'https://x/i.png',
    num_steps: 1,
    output_format: 'png',
  });
  const all = {
    num_steps: 3,
    chopping_size: 256,
    seed: 7,
    resize: 640,
    output_format: 'jpg',
  } as const;
  expect(invsr.toInput('https://x/i.png', all)).toEqual({ in_path: 'https://x/i.png', ...all });
  expect(findModel('zsyoaoa/invsr').toInput('https://x/i.png', all)).not.toHaveProperty('resize');
  expect(findModel('nightmareai/real-esrgan').toInput('https://x/i.png', all)).toEqual({
    image: 'https://x/i.png',
    scale: 4,
    face_enhance: false,
  });
});

test('what has no effect is taken out and named with its reason', () => {
  const asked = {
    num_steps: 5,
    chopping_size: 256,
    seed: 7,
    resize: 640,
    output_format: 'jpg',
  } as const;
  const { params: sent, ignored } = effectiveParams(findModel('nightmareai/real-esrgan'), size, asked);
  expect(sent).toEqual(params);
  expect(Object.keys(ignored)).toEqual(['num_steps', 'chopping_size', 'seed', 'resize', 'output_format']);
  const small = effectiveParams(findModel('zf-kbot/invsr'), size, { ...params, resize: 1200 });
  expect(small).toEqual({ params, ignored: { resize: 'the photo is already as small' } });
});

describe('licences', () => {
  test.each([
    ['local/medium', false],
    ['nightmareai/real-esrgan', false],
    ['zf-kbot/invsr', true],
    ['zsyoaoa/invsr', true],
    ['recraft-ai/recraft-crisp-upscale', true],
  ])('%s has to be confirmed: %s', (id, isNeeded) => {
    expect(needsConfirmation(findModel(id).licence)).toBe(isNeeded);
  });

  test('a non-commercial model is refused until it is confirmed, and again when its licence changes', () => {
    const model = findModel('zf-kbot/invsr');
    const error = thrown(() => requireLicenceConfirmed(model, []));
    expect(error.code).toBe('engine-licence-unconfirmed');
    expect(error.sentence).toContain(model.licence.url);
    const by = { confirmedBy: 'owner', confirmedAt: '2026-11-23T00:00:00Z' };
    const current = { model: model.id, licence: model.licence.name, ...by };
    expect(() => requireLicenceConfirmed(model, [current])).not.toThrow();
    expect(() => requireLicenceConfirmed(model, [{ ...current, licence: 'older' }])).toThrow();
    expect(() => requireLicenceConfirmed(model, [{ ...current, model: 'zsyoaoa/invsr' }])).toThrow();
  });

  test('the record keeps the SPDX id where there is one', () => {
    expect(licenceLabel(findModel('local/slim').licence)).toBe('MIT');
    expect(licenceLabel(findModel('zf-kbot/invsr').licence)).toBe('NTU S-Lab License 1.0');
  });
});

describe('price', () => {
  const invsr = findModel('zf-kbot/invsr');

  test('the most that a run can cost covers what it is expected to', () => {
    for (const model of models) {
      for (const side of [64, 500, 1000, 2000]) {
        const price = quote(model, { widthPx: side, heightPx: side }, params);
        expect(price.mostMicros).toBeGreaterThanOrEqual(price.expectedMicros);
        expect(costOf(model, price.mostSeconds * 1000, true)).toBeLessThanOrEqual(price.mostMicros);
        expect(Number.isSafeInteger(price.mostMicros)).toBe(true);
      }
    }
  });

  test('a cap for the image shortens the run instead of being passed', () => {
    const free = quote(invsr, { widthPx: 256, heightPx: 256 }, params);
    const capped = quote(invsr, { widthPx: 256, heightPx: 256 }, params, 40_000);
    expect(free.mostMicros).toBeGreaterThan(40_000);
    expect(capped.mostMicros).toBeLessThanOrEqual(40_000);
    expect(capped.mostSeconds).toBe(26);
  });

  test('cost is engine time times rate, rounded up to a micro-dollar; an image price is owed for a result', () => {
    expect(costOf(invsr, 1234, true)).toBe(Math.ceil(1.234 * 1525));
    expect(costOf(invsr, null, false)).toBe(0);
    const recraft = findModel('recraft-ai/recraft-crisp-upscale');
    expect(costOf(recraft, 9999, true)).toBe(6000);
    expect(costOf(recraft, 9999, false)).toBe(0);
    expect(costOf(findModel('local/thick'), 9999, true)).toBe(0);
  });
});

describe('the name of a piece of work', () => {
  const work = {
    preparedDigest: 'a'.repeat(64),
    preparedSize: size,
    params,
    model: findModel('zf-kbot/invsr'),
    targetLongestSidePx: null,
  };
  const key = workKey(work);

  test.each([
    ['the photo', { preparedDigest: 'b'.repeat(64) }],
    ['the model', { model: findModel('zsyoaoa/invsr') }],
    ['the steps', { params: { ...params, num_steps: 2 } }],
    ['the chopping size', { params: { ...params, chopping_size: 256 } }],
    ['the seed', { params: { ...params, seed: 1 } }],
    ['a resize that makes it smaller', { params: { ...params, resize: 500 } }],
    ['the format', { params: { ...params, output_format: 'jpg' as const } }],
  ])('changes with %s', (_what, change) => {
    expect(workKey({ ...work, ...change })).not.toBe(key);
  });

  test('does not change with what has no effect', () => {
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    expect(workKey({ ...work, params: { ...params, resize: 900 } })).toBe(key);
    expect(workKey({ ...work, targetLongestSidePx: 2048 })).toBe(key);
    const local = { ...work, model: findModel('local/medium') };
    expect(workKey({ ...local, params: { ...params, seed: 9 } })).toBe(workKey(local));
    expect(workKey({ ...local, targetLongestSidePx: 2048 })).not.toBe(workKey(local));
  });
});
