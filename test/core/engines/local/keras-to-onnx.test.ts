import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { EngineError } from '../../../../web/core/engines/errors.ts';
import type { KerasLayer, KerasModel, KerasWeight } from '../../../../web/core/engines/local/keras-model.ts';
import { convertKerasToOnnx } from '../../../../web/core/engines/local/keras-to-onnx.ts';
import { largestDifference, testPicture } from './pictures.ts';

const plain = {
  padding: 'same',
  data_format: 'channels_last',
  activation: 'linear',
  groups: 1,
  strides: [1, 1],
  dilation_rate: [1, 1],
};

/** Weights without order, yet always the same; between −0.5 and 0.5. */
function weights(...shape: number[]): KerasWeight {
  const length = shape.reduce((product, side) => product * side, 1);
  return { shape, values: Float32Array.from({ length }, (_, at) => ((at * 7919 + 31) % 1009) / 1009 - 0.5) };
}

function model(layers: KerasLayer[], kernels: Record<string, KerasWeight>): KerasModel {
  const biases = Object.entries(kernels).map(([name, { shape }]): [string, KerasWeight] => [
    `${name}/bias`,
    weights(shape[3] as number),
  ]);
  const named = Object.entries(kernels).map(([name, kernel]): [string, KerasWeight] => [
    `${name}/kernel`,
    kernel,
  ]);
  return {
    layers,
    weights: new Map([...named, ...biases]),
    outputLayer: layers.at(-1)?.name ?? '',
    digest: 'of a test',
  };
}

const layer = (
  kind: string,
  name: string,
  inputs: string[],
  config: KerasLayer['config'] = {},
): KerasLayer => ({
  kind,
  name,
  inputs,
  config,
});

/** What Keras would compute, layer by layer, in the plainest way: channels last, zero padding. */
interface Planes {
  w: number;
  h: number;
  c: number;
  at(x: number, y: number, channel: number): number;
}

function evaluate(net: KerasModel, input: Planes): Planes {
  const values = new Map<string, Planes>();
  for (const { kind, name, inputs, config } of net.layers) {
    const given = inputs.map((one) => values.get(one) as Planes);
    const [first] = given as [Planes];
    if (kind === 'InputLayer') values.set(name, input);
    else if (kind === 'Conv2D') values.set(name, kept(convolved(first, net, name)));
    else if (kind === 'Activation')
      values.set(name, { ...first, at: (x, y, c) => Math.max(0, first.at(x, y, c)) });
    else if (kind === 'Add') {
      values.set(name, { ...first, at: (x, y, c) => given.reduce((sum, one) => sum + one.at(x, y, c), 0) });
    } else if (kind === 'MultiplyBeta') {
      values.set(name, { ...first, at: (x, y, c) => first.at(x, y, c) * (config['beta'] as number) });
    } else if (kind === 'Concatenate') {
      const [, second] = given as [Planes, Planes];
      const at = (x: number, y: number, c: number) =>
        c < first.c ? first.at(x, y, c) : second.at(x, y, c - first.c);
      values.set(name, { ...first, c: first.c + second.c, at });
    } else if (kind === 'UpSampling2D') {
      const [s] = config['size'] as [number];
      const at = (x: number, y: number, c: number) => first.at(Math.floor(x / s), Math.floor(y / s), c);
      values.set(name, { w: first.w * s, h: first.h * s, c: first.c, at });
    } else {
      const s = config['scale'] as number;
      const c = first.c / (s * s);
      const at = (x: number, y: number, channel: number) =>
        first.at(Math.floor(x / s), Math.floor(y / s), ((y % s) * s + (x % s)) * c + channel);
      values.set(name, { w: first.w * s, h: first.h * s, c, at });
    }
  }
  return values.get(net.outputLayer) as Planes;
}

function convolved(input: Planes, net: KerasModel, name: string): Planes {
  const { shape, values } = net.weights.get(`${name}/kernel`) as KerasWeight;
  const bias = (net.weights.get(`${name}/bias`) as KerasWeight).values;
  const [rows, columns, ins, outs] = shape as [number, number, number, number];
  const at = (x: number, y: number, out: number) => {
    let sum = bias[out] as number;
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) {
        const [px, py] = [x + column - (columns >> 1), y + row - (rows >> 1)];
        if (px < 0 || py < 0 || px >= input.w || py >= input.h) continue;
        for (let channel = 0; channel < ins; channel++) {
          sum +=
            input.at(px, py, channel) *
            (values[((row * columns + column) * ins + channel) * outs + out] as number);
        }
      }
    return sum;
  };
  return { w: input.w, h: input.h, c: outs, at };
}

/** Computed once, so that the next layer does not ask for everything again. */
function kept(planes: Planes): Planes {
  const { w, h, c } = planes;
  const data = Float64Array.from({ length: w * h * c }, (_, i) =>
    planes.at(Math.floor(i / c) % w, Math.floor(i / c / w), i % c),
  );
  return { w, h, c, at: (x, y, channel) => data[(y * w + x) * c + channel] as number };
}

async function compare(net: KerasModel, white: number): Promise<{ difference: number; distinct: number }> {
  const picture = testPicture(13, 9);
  const session = await InferenceSession.create(convertKerasToOnnx(net, { white }));
  const { enlarged } = await session.run({ tile: new Tensor('uint8', picture.data, [9, 13, 3]) });
  const expected = evaluate(net, {
    w: 13,
    h: 9,
    c: 3,
    at: (x, y, c) => ((picture.data[(y * 13 + x) * 3 + c] as number) * white) / 255,
  });
  expect(enlarged?.dims).toEqual([expected.h, expected.w, 3]);
  const bytes = Float64Array.from({ length: expected.w * expected.h * 3 }, (_, i) => {
    const value = expected.at(Math.floor(i / 3) % expected.w, Math.floor(i / 3 / expected.w), i % 3);
    return Math.min(255, Math.max(0, Math.round((value * 255) / white)));
  });
  await session.release();
  return {
    difference: largestDifference(enlarged?.data as Uint8Array, bytes),
    distinct: new Set(bytes).size,
  };
}

describe('convertKerasToOnnx', () => {
  test.each([
    [2, 3, 1],
    [3, 3, 1],
    [4, 3, 255],
    [4, 5, 1],
    [2, 5, 1],
  ])(
    'a nearest ×%i enlargement folded into a %i-wide convolution gives what Keras gives',
    async (s, k, white) => {
      const net = model(
        [
          layer('InputLayer', 'in', []),
          layer('Conv2D', 'a', ['in'], plain),
          layer('UpSampling2D', 'up', ['a'], { size: [s, s], interpolation: 'nearest' }),
          layer('Conv2D', 'out', ['up'], plain),
        ],
        { a: weights(3, 3, 3, 4), out: weights(k, k, 4, 3) },
      );
      const { difference, distinct } = await compare(net, white);
      expect(distinct).toBeGreaterThan(20);
      expect(difference).toBeLessThanOrEqual(1);
    },
  );

  test('an enlargement that two layers read stays as it is', async () => {
    const net = model(
      [
        layer('InputLayer', 'in', []),
        layer('UpSampling2D', 'up', ['in'], { size: [2, 2], interpolation: 'nearest' }),
        layer('Conv2D', 'a', ['up'], plain),
        layer('Add', 'out', ['up', 'a']),
      ],
      { a: weights(3, 3, 3, 3) },
    );
    expect((await compare(net, 1)).difference).toBeLessThanOrEqual(1);
  });

  test('dense blocks, scaled residuals and pixel shuffle give what Keras gives', async () => {
    const net = model(
      [
        layer('InputLayer', 'in', []),
        layer('Conv2D', 'a', ['in'], plain),
        layer('Activation', 'relu', ['a'], { activation: 'relu' }),
        layer('Concatenate', 'both', ['in', 'relu'], { axis: 3 }),
        layer('Conv2D', 'point', ['both'], { ...plain, padding: 'valid' }),
        layer('MultiplyBeta', 'less', ['point'], { beta: 0.2 }),
        layer('Add', 'sum', ['less', 'a', 'point']),
        layer('Conv2D', 'deep', ['sum'], plain),
        layer('PixelShuffle2x', 'out', ['deep'], { scale: 2 }),
      ],
      { a: weights(3, 3, 3, 4), point: weights(1, 1, 7, 4), deep: weights(3, 3, 4, 12) },
    );
    const { difference, distinct } = await compare(net, 1);
    expect(distinct).toBeGreaterThan(20);
    expect(difference).toBeLessThanOrEqual(1);
  });

  test.each([
    layer('Conv2D', 'out', ['in'], { ...plain, strides: [2, 2] }),
    layer('Conv2D', 'out', ['in'], { ...plain, padding: 'valid' }),
    layer('Activation', 'out', ['in'], { activation: 'tanh' }),
    layer('Dense', 'out', ['in']),
  ])('refuses a layer that it cannot write exactly', (odd) => {
    const net = model([layer('InputLayer', 'in', []), odd], { out: weights(3, 3, 3, 3) });
    expect(() => convertKerasToOnnx(net, { white: 1 })).toThrow(EngineError);
  });
});

test('a halved graph gives half the size and keeps a flat image flat up to its border', async () => {
  const net = model(
    [
      layer('InputLayer', 'in', []),
      layer('UpSampling2D', 'up', ['in'], { size: [4, 4], interpolation: 'nearest' }),
    ],
    {},
  );
  const session = await InferenceSession.create(convertKerasToOnnx(net, { white: 1, isHalved: true }));
  const flat = new Uint8Array(5 * 3 * 3).fill(77);
  const { enlarged } = await session.run({ tile: new Tensor('uint8', flat, [3, 5, 3]) });
  await session.release();
  expect(enlarged?.dims).toEqual([6, 10, 3]);
  expect(new Set(enlarged?.data as Uint8Array)).toEqual(new Set([77]));
});
