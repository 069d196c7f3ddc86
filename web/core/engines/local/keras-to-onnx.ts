import { EngineError } from '../errors.ts';
import { shrinkFilter } from './filters.ts';
import type { KerasLayer, KerasModel, KerasWeight } from './keras-model.ts';
import { attribute, dataType, encodeModel, type OnnxNode, type OnnxTensor } from './onnx-proto.ts';

/** Raised whenever the graphs that this file writes change, so that a cached graph is never taken for a newer one. */
export const converterVersion = '1';
/** Clip with tensor bounds, DepthToSpace with modes, and wide support: onnxruntime has known 13 since 2020. */
const operatorSet = 13;

export interface ConvertOptions {
  /** What 255 in a pixel is to the network, going in and coming out: 1 or 255. */
  readonly white: number;
  /** Whether the output is shrunk to half, by an antialiased cubic. */
  readonly isHalved?: boolean;
}

interface Graph {
  readonly nodes: OnnxNode[];
  readonly tensors: OnnxTensor[];
}

/**
 * Writes a Keras super-resolution network as an ONNX model.
 *
 * Input `tile`: uint8 [height, width, 3], RGB, any size. Output `enlarged`: uint8 [height·s, width·s, 3] (half of that when halved), clamped and
 * rounded to the nearest. Both sides lie in memory as images do, so that no pixel is touched outside of the runtime.
 *
 * A nearest-neighbour enlargement followed by a convolution is written as one convolution at the small size and a
 * depth-to-space: each of the s² phases sees its own folded kernel. The sums are the same (zero padding included),
 * while the s² times larger tensor between the two is never made, which was most of the memory and time.
 * @throws EngineError `local-graph` for a layer that these networks do not use.
 */
export function convertKerasToOnnx(
  model: KerasModel,
  { white, isHalved = false }: ConvertOptions,
): Uint8Array {
  const graph: Graph = { nodes: [], tensors: [] };
  const readers = countReaders(model);
  const merged = new Set<string>();
  for (const layer of model.layers) {
    const enlarged = layer.kind === 'Conv2D' ? enlargementBefore(layer, model, readers) : null;
    if (layer.kind === 'UpSampling2D' && readers.get(layer.name) === 1 && isMergeable(layer, model)) {
      merged.add(layer.name);
    } else if (enlarged !== null) {
      addFoldedConvolution(graph, layer, enlarged, model);
    } else {
      addLayer(graph, layer, model, white);
    }
  }
  addTensor(graph, 'zero', [], [0]);
  addTensor(graph, 'white', [], [white]);
  addTensor(graph, 'to-byte', [], [255 / white]);
  addTensor(graph, 'half', [], [0.5]);
  if (isHalved) addHalving(graph, model.outputLayer, 'halved');
  addNode(graph, 'Clip', 'clamped', [isHalved ? 'halved' : model.outputLayer, 'zero', 'white']);
  addNode(graph, 'Mul', 'byte-range', ['clamped', 'to-byte']);
  // The cast cuts off the fraction, so half a step more rounds to the nearest.
  addNode(graph, 'Add', 'byte-rounded', ['byte-range', 'half']);
  addNode(graph, 'Cast', 'byte-planes', ['byte-rounded'], [attribute.int('to', dataType.uint8)]);
  addNode(graph, 'Transpose', 'byte-batch', ['byte-planes'], [attribute.ints('perm', [0, 2, 3, 1])]);
  addNode(graph, 'Squeeze', 'enlarged', ['byte-batch', 'batch-axis']);
  return encodeModel(
    {
      name: 'super-resolution',
      node: graph.nodes,
      initializer: graph.tensors,
      input: [{ name: 'tile', elemType: dataType.uint8, dims: ['height', 'width', 3] }],
      output: [{ name: 'enlarged', elemType: dataType.uint8, dims: ['outputHeight', 'outputWidth', 3] }],
    },
    converterVersion,
    operatorSet,
  );
}

function addLayer(graph: Graph, layer: KerasLayer, model: KerasModel, white: number): void {
  const { name, kind, inputs, config } = layer;
  const pixelShuffle = /^PixelShuffle([2-8])x$/.exec(kind);
  if (kind === 'InputLayer') {
    addTensor(graph, 'from-byte', [], [white / 255]);
    graph.tensors.push(longs('batch-axis', [0]));
    addNode(graph, 'Unsqueeze', 'tile-batch', ['tile', 'batch-axis']);
    addNode(graph, 'Transpose', 'tile-planes', ['tile-batch'], [attribute.ints('perm', [0, 3, 1, 2])]);
    addNode(graph, 'Cast', 'tile-float', ['tile-planes'], [attribute.int('to', dataType.float)]);
    addNode(graph, 'Mul', name, ['tile-float', 'from-byte']);
  } else if (kind === 'Conv2D') {
    const { kernel, bias } = readConvolution(layer, model);
    addConvolution(graph, name, inputs, toOnnxKernel(kernel), bias);
  } else if (kind === 'Activation' && config['activation'] === 'relu') {
    addNode(graph, 'Relu', name, inputs);
  } else if (kind === 'Concatenate' && (config['axis'] === 3 || config['axis'] === -1)) {
    addNode(graph, 'Concat', name, inputs, [attribute.int('axis', 1)]);
  } else if (kind === 'Add') {
    addSum(graph, name, inputs);
  } else if (kind === 'MultiplyBeta' && typeof config['beta'] === 'number') {
    addTensor(graph, `${name}/beta`, [], [config['beta']]);
    addNode(graph, 'Mul', name, [...inputs, `${name}/beta`]);
  } else if (pixelShuffle !== null && Number(pixelShuffle[1]) === config['scale']) {
    addDepthToSpace(graph, name, inputs, Number(pixelShuffle[1]));
  } else if (kind === 'UpSampling2D' && config['interpolation'] === 'nearest') {
    const [y, x] = config['size'] as [number, number];
    addTensor(graph, `${name}/scales`, [4], [1, 1, y, x]);
    addNode(
      graph,
      'Resize',
      name,
      [...inputs, '', `${name}/scales`],
      [
        attribute.string('mode', 'nearest'),
        attribute.string('coordinate_transformation_mode', 'asymmetric'),
        attribute.string('nearest_mode', 'floor'),
      ],
    );
  } else {
    throw unknownLayer(layer);
  }
}

/** Keras adds any number of inputs, ONNX two. */
function addSum(graph: Graph, name: string, inputs: readonly string[]): void {
  let sum = inputs[0] as string;
  inputs.slice(1).forEach((input, index, rest) => {
    const isLast = index === rest.length - 1;
    const output = isLast ? name : `${name}/${index}`;
    addNode(graph, 'Add', output, [sum, input]);
    sum = output;
  });
}

function addDepthToSpace(graph: Graph, name: string, inputs: readonly string[], scale: number): void {
  // TensorFlow's depthToSpace on channels-last data is ONNX's DCR order.
  addNode(graph, 'DepthToSpace', name, inputs, [
    attribute.int('blocksize', scale),
    attribute.string('mode', 'DCR'),
  ]);
}

/** Each colour by itself through the shrinking filter; beyond the border the outermost pixels repeat. */
function addHalving(graph: Graph, input: string, output: string): void {
  const { taps, reach } = shrinkFilter(2);
  const side = taps.length;
  const plane = Array.from(taps).flatMap((row) => Array.from(taps, (column) => row * column));
  addTensor(graph, `${output}/kernel`, [3, 1, side, side], [...plane, ...plane, ...plane]);
  graph.tensors.push(longs(`${output}/pads`, [0, 0, reach, reach, 0, 0, reach, reach]));
  addNode(graph, 'Pad', `${output}/padded`, [input, `${output}/pads`], [attribute.string('mode', 'edge')]);
  addNode(
    graph,
    'Conv',
    output,
    [`${output}/padded`, `${output}/kernel`],
    [
      attribute.ints('kernel_shape', [side, side]),
      attribute.ints('strides', [2, 2]),
      attribute.int('group', 3),
    ],
  );
}

function addConvolution(
  graph: Graph,
  name: string,
  inputs: readonly string[],
  kernel: KerasWeight,
  bias: KerasWeight,
): void {
  const [, , rows, columns] = kernel.shape as [number, number, number, number];
  const [top, left] = [(rows - 1) / 2, (columns - 1) / 2];
  addTensor(graph, `${name}/kernel`, kernel.shape, kernel.values);
  addTensor(graph, `${name}/bias`, bias.shape, bias.values);
  addNode(
    graph,
    'Conv',
    name,
    [...inputs, `${name}/kernel`, `${name}/bias`],
    [attribute.ints('kernel_shape', [rows, columns]), attribute.ints('pads', [top, left, top, left])],
  );
}

function addFoldedConvolution(graph: Graph, layer: KerasLayer, before: KerasLayer, model: KerasModel): void {
  const { kernel, bias } = readConvolution(layer, model);
  const scale = (before.config['size'] as number[])[0] as number;
  const phases = scale * scale;
  const folded = foldIntoPhases(kernel, scale);
  const biases = Float32Array.from(
    { length: phases * bias.values.length },
    (_, index) => bias.values[index % bias.values.length] as number,
  );
  addConvolution(graph, `${layer.name}/phases`, before.inputs, folded, {
    shape: [biases.length],
    values: biases,
  });
  addDepthToSpace(graph, layer.name, [`${layer.name}/phases`], scale);
}

/**
 * kernel: [rows, columns, in, out], Keras order, for the enlarged image. Returns [scale²·out, in, reach, reach] for the
 * small one: the tap at distance t from an output pixel of phase p falls on the small pixel ⌊(p + t) / scale⌋ away.
 */
function foldIntoPhases(kernel: KerasWeight, scale: number): KerasWeight {
  const [rows, columns, inputs, outputs] = kernel.shape as [number, number, number, number];
  const radius = Math.max(rows, columns) >> 1;
  const reach = Math.ceil(radius / scale);
  const side = 2 * reach + 1;
  const values = new Float64Array(scale * scale * outputs * inputs * side * side);
  for (let phaseY = 0; phaseY < scale; phaseY++)
    for (let phaseX = 0; phaseX < scale; phaseX++)
      for (let row = 0; row < rows; row++)
        for (let column = 0; column < columns; column++) {
          const y = Math.floor((phaseY + row - (rows >> 1)) / scale) + reach;
          const x = Math.floor((phaseX + column - (columns >> 1)) / scale) + reach;
          for (let input = 0; input < inputs; input++)
            for (let output = 0; output < outputs; output++) {
              const from = ((row * columns + column) * inputs + input) * outputs + output;
              const channel = (phaseY * scale + phaseX) * outputs + output;
              const to = ((channel * inputs + input) * side + y) * side + x;
              values[to] = (values[to] as number) + (kernel.values[from] as number);
            }
        }
  return { shape: [scale * scale * outputs, inputs, side, side], values: Float32Array.from(values) };
}

/** The enlargement that this convolution alone reads, when the two can be folded. */
function enlargementBefore(
  layer: KerasLayer,
  model: KerasModel,
  readers: ReadonlyMap<string, number>,
): KerasLayer | null {
  const before = model.layers.find(({ name }) => name === layer.inputs[0]);
  if (before?.kind !== 'UpSampling2D' || readers.get(before.name) !== 1) return null;
  return isMergeable(before, model) ? before : null;
}

function isMergeable(layer: KerasLayer, model: KerasModel): boolean {
  const [y, x] = (layer.config['size'] ?? []) as number[];
  const reader = model.layers.find(({ inputs }) => inputs.includes(layer.name));
  return reader?.kind === 'Conv2D' && layer.config['interpolation'] === 'nearest' && y === x;
}

function readConvolution(layer: KerasLayer, model: KerasModel): { kernel: KerasWeight; bias: KerasWeight } {
  const { config } = layer;
  const kernel = model.weights.get(`${layer.name}/kernel`);
  const bias = model.weights.get(`${layer.name}/bias`);
  const isPoint = kernel?.shape[0] === 1 && kernel.shape[1] === 1;
  const isPlain =
    (config['padding'] === 'same' || isPoint) &&
    config['data_format'] === 'channels_last' &&
    config['activation'] === 'linear' &&
    (config['groups'] ?? 1) === 1 &&
    [...(config['strides'] as number[]), ...(config['dilation_rate'] as number[])].every((n) => n === 1);
  const isOdd = kernel?.shape.length === 4 && kernel.shape.slice(0, 2).every((side) => side % 2 === 1);
  if (!isPlain || !isOdd || kernel === undefined || bias === undefined) throw unknownLayer(layer);
  return { kernel, bias };
}

/** Keras: [rows, columns, in, out]; ONNX: [out, in, rows, columns]. */
function toOnnxKernel({ shape, values }: KerasWeight): KerasWeight {
  const [rows, columns, inputs, outputs] = shape as [number, number, number, number];
  const turned = new Float32Array(values.length);
  let to = 0;
  for (let output = 0; output < outputs; output++)
    for (let input = 0; input < inputs; input++)
      for (let place = 0; place < rows * columns; place++)
        turned[to++] = values[(place * inputs + input) * outputs + output] as number;
  return { shape: [outputs, inputs, rows, columns], values: turned };
}

function countReaders(model: KerasModel): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of model.layers.flatMap(({ inputs }) => inputs))
    counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function addNode(
  graph: Graph,
  opType: string,
  output: string,
  input: readonly string[],
  attributes: OnnxNode['attribute'] = [],
): void {
  graph.nodes.push({ name: output, opType, input, output: [output], attribute: attributes });
}

function addTensor(graph: Graph, name: string, dims: readonly number[], values: ArrayLike<number>): void {
  const floats = Float32Array.from(values);
  graph.tensors.push({ name, dims, dataType: dataType.float, rawData: new Uint8Array(floats.buffer) });
}

function longs(name: string, values: readonly number[]): OnnxTensor {
  const numbers = BigInt64Array.from(values, BigInt);
  return { name, dims: [values.length], dataType: dataType.int64, rawData: new Uint8Array(numbers.buffer) };
}

function unknownLayer({ name, kind }: KerasLayer): EngineError {
  return new EngineError('local-graph', 'The local network has a layer that this version cannot run.', {
    detail: `layer ${name} of kind ${kind}`,
  });
}
