import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { EngineError } from '../errors.ts';

/** One layer of a Keras functional model; `inputs` names the layers it reads. */
export interface KerasLayer {
  readonly name: string;
  readonly kind: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly inputs: readonly string[];
}

export interface KerasWeight {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export interface KerasModel {
  /** In an order in which every layer comes after those it reads. */
  readonly layers: readonly KerasLayer[];
  /** By the name in the manifest, such as `F_0/kernel`. */
  readonly weights: ReadonlyMap<string, KerasWeight>;
  readonly outputLayer: string;
  /** SHA-256 (hex) of model.json and its shards in order. */
  readonly digest: string;
}

const layerReference = z.tuple([z.string(), z.number(), z.number()]).rest(z.unknown());
const modelJson = z.object({
  format: z.literal('layers-model'),
  modelTopology: z.object({
    model_config: z.object({
      class_name: z.literal('Functional'),
      config: z.object({
        layers: z.array(
          z.object({
            class_name: z.string(),
            name: z.string(),
            config: z.record(z.string(), z.unknown()),
            inbound_nodes: z.array(z.array(layerReference)),
          }),
        ),
        output_layers: z.array(layerReference),
      }),
    }),
  }),
  weightsManifest: z.array(
    z.object({
      paths: z.array(z.string().regex(/^[\w.-]+$/)),
      weights: z.array(
        z.object({
          name: z.string(),
          shape: z.array(z.int().positive()),
          dtype: z.literal('float32'),
          quantization: z.undefined().optional(),
        }),
      ),
    }),
  ),
});

/**
 * Reads a TensorFlow.js layers model (model.json beside its weight shards) with one input and one output.
 * @throws EngineError `local-weights` when a file is missing, cut short or of another kind.
 */
export async function readKerasModel(folder: string): Promise<KerasModel> {
  try {
    return await readFrom(folder);
  } catch (cause) {
    throw new EngineError(
      'local-weights',
      'The weights of the local network cannot be read; run the installation again to restore them.',
      { cause, detail: `weights in ${folder}: ${String(cause)}` },
    );
  }
}

async function readFrom(folder: string): Promise<KerasModel> {
  const text = await readFile(join(folder, 'model.json'));
  const hash = createHash('sha256').update(text);
  const { modelTopology, weightsManifest } = modelJson.parse(JSON.parse(text.toString('utf8')));
  const weights = new Map<string, KerasWeight>();
  for (const group of weightsManifest) {
    const shards = await Promise.all(group.paths.map((path) => readFile(join(folder, path))));
    for (const shard of shards) hash.update(shard);
    takeWeights(Buffer.concat(shards), group.weights, weights);
  }
  const { layers, output_layers } = modelTopology.model_config.config;
  const output = output_layers[0];
  if (output === undefined || output_layers.length !== 1) throw new Error('one output is expected');
  return {
    layers: sortByNeed(
      layers.map((layer) => ({
        name: layer.name,
        kind: layer.class_name,
        config: layer.config,
        inputs: (layer.inbound_nodes[0] ?? []).map(([name]) => name),
      })),
    ),
    weights,
    outputLayer: output[0],
    digest: hash.digest('hex'),
  };
}

function takeWeights(
  bytes: Buffer,
  specs: readonly { name: string; shape: number[] }[],
  into: Map<string, KerasWeight>,
): void {
  // A copy of its own, so that the floats are aligned whatever the buffer's place in its pool.
  const { buffer } = Uint8Array.from(bytes);
  let at = 0;
  for (const { name, shape } of specs) {
    const length = shape.reduce((product, side) => product * side, 1);
    into.set(name, { shape, values: new Float32Array(buffer, at, length) });
    at += length * Float32Array.BYTES_PER_ELEMENT;
  }
  if (at !== bytes.length)
    throw new Error(`the shards hold ${bytes.length} bytes, the manifest tells of ${at}`);
}

function sortByNeed(layers: readonly KerasLayer[]): KerasLayer[] {
  const waiting = new Map(layers.map((layer) => [layer.name, layer]));
  const sorted: KerasLayer[] = [];
  while (waiting.size > 0) {
    const ready = [...waiting.values()].filter(({ inputs }) => !inputs.some((name) => waiting.has(name)));
    if (ready.length === 0) throw new Error('the layers read each other in a circle');
    for (const layer of ready) {
      waiting.delete(layer.name);
      sorted.push(layer);
    }
  }
  return sorted;
}
