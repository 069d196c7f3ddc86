// Runs UpscalerJS on TensorFlow.js' WASM backend over one raw image, in a process of its own.
// node run.mjs WEIGHTS_DIR WIDTH HEIGHT PATCH REPEATS IN.raw OUT.raw → one JSON line. PATCH 0: as one piece.
// Its packages are not the product's: they live in this folder's own node_modules.
import { createReadStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { runInThisContext } from 'node:vm';

const [weightsDir, width, height, patch, repeats, inPath, outPath] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const tf = require('@tensorflow/tfjs');
require('@tensorflow/tfjs-backend-wasm');
await tf.setBackend('wasm');
await tf.ready();
// The package's ES build imports folders, which Node refuses, and its Node build wants libtensorflow. The browser
// bundle runs as it is, as a script of a page that has TensorFlow.js.
globalThis.tf = tf;
const bundle = join(import.meta.dirname, 'node_modules/upscaler/dist/browser/umd/upscaler.min.js');
runInThisContext(await readFile(bundle, 'utf8'), { filename: bundle });
const { Upscaler } = globalThis;

// TensorFlow.js reads models over HTTP only, so the weights are served to this process.
const server = createServer((request, response) => {
  const file = createReadStream(join(weightsDir, (request.url ?? '').split('/').at(-1)));
  file.on('error', () => response.writeHead(404).end());
  file.pipe(response);
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address();

const scale = Number(/x(\d)$/.exec(weightsDir)[1]);
const isThick = /thick/.test(weightsDir);
if (isThick) registerLayers();
// The ranges that the packages themselves declare; another one is only for comparing numbers.
const white = Number(process.env.WHITE ?? (isThick ? 1 : 255));
const upscaler = new Upscaler({
  model: {
    path: `http://127.0.0.1:${port}/model.json`,
    scale,
    modelType: 'layers',
    inputRange: [0, white],
    outputRange: [0, white],
  },
});
const pixels = await readFile(inPath);
const input = tf.tensor3d(Uint8Array.from(pixels), [Number(height), Number(width), 3], 'int32');
const options = { output: 'tensor', ...(patch === '0' ? {} : { patchSize: Number(patch), padding: 4 }) };
await upscaler.ready;
await upscaler.warmup([{ patchSize: 32 }]);
const elapsedMs = [];
let output;
for (let round = 0; round < Number(repeats); round++) {
  const startedMs = performance.now();
  output = await upscaler.execute(input, options);
  await output.data();
  elapsedMs.push(performance.now() - startedMs);
}
const bytes = Uint8Array.from(await output.data(), (value) => Math.min(255, Math.max(0, Math.round(value))));
await writeFile(outPath, bytes);
console.log(
  JSON.stringify({
    elapsedMs,
    backend: tf.getBackend(),
    hasSimd: tf.env().get('WASM_HAS_SIMD_SUPPORT'),
    // TensorFlow.js turns its threads off in Node.
    hasThreads: tf.env().get('WASM_HAS_MULTITHREAD_SUPPORT'),
  }),
);
server.close();
process.exit(0);

/** The two layers that the thick network brings along, as its package defines them. */
function registerLayers() {
  class MultiplyBeta extends tf.layers.Layer {
    static className = 'MultiplyBeta';
    constructor() {
      super({});
      this.beta = 0.2;
    }
    call(inputs) {
      return tf.mul(Array.isArray(inputs) ? inputs[0] : inputs, this.beta);
    }
  }
  class PixelShuffle extends tf.layers.Layer {
    static className = `PixelShuffle${scale}x`;
    constructor() {
      super({});
    }
    computeOutputShape(shape) {
      return [shape[0], shape[1], shape[2], 3];
    }
    call(inputs) {
      return tf.depthToSpace(Array.isArray(inputs) ? inputs[0] : inputs, scale, 'NHWC');
    }
  }
  for (const layer of [MultiplyBeta, PixelShuffle]) tf.serialization.registerClass(layer);
}
