import { readFile } from 'node:fs/promises';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { readKerasModel } from '../../../../web/core/engines/local/keras-model.ts';
import { convertKerasToOnnx } from '../../../../web/core/engines/local/keras-to-onnx.ts';
import { localModels, netScales } from '../../../../web/core/engines/local/tiers.ts';
import { findWeights } from '../../../../web/core/engines/local/weights.ts';
import { largestDifference, testPicture } from './pictures.ts';

/** Made by TensorFlow.js from the same weights; see bench/image/net-values.ts. */
const { widthPx, heightPx, nets } = z
  .object({ widthPx: z.number(), heightPx: z.number(), nets: z.record(z.string(), z.string()) })
  .parse(JSON.parse(await readFile(new URL('net-values.json', import.meta.url), 'utf8')));

test.each(localModels.flatMap((model) => netScales.map((scale) => [model, scale] as const)))(
  '%s ×%i gives what TensorFlow.js gives, within 1/255',
  async (model, scale) => {
    const graph = convertKerasToOnnx(await readKerasModel(findWeights(model, scale)), { white: 1 });
    // Without the optimiser, which would take longer than the run itself.
    const session = await InferenceSession.create(graph, { graphOptimizationLevel: 'basic' });
    const tile = new Tensor('uint8', testPicture(widthPx, heightPx).data, [heightPx, widthPx, 3]);
    const { enlarged } = await session.run({ tile });
    await session.release();
    const expected = Buffer.from(nets[`${model} ×${scale}`] ?? '', 'base64');
    expect(expected).toHaveLength(widthPx * heightPx * scale * scale * 3);
    expect(new Set(expected).size).toBeGreaterThan(100);
    expect(largestDifference(enlarged?.data as Uint8Array, expected)).toBeLessThanOrEqual(1);
  },
);
