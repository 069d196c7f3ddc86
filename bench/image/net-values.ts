// node bench/image/net-values.ts → test/core/engines/local/net-values.json: what TensorFlow.js makes of a small picture
// with each network. Run once; the test compares the converted graphs with it and needs no TensorFlow.js.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { testPicture } from '../../test/core/engines/local/pictures.ts';
import { localModels, netScales } from '../../web/core/engines/local/tiers.ts';
import { findWeights } from '../../web/core/engines/local/weights.ts';
import { installUpscalerJs } from './upscalerjs.ts';

const root = join(import.meta.dirname, '..', '..');
const [widthPx, heightPx] = [14, 12];
await installUpscalerJs((line) => console.error(line));
const scratch = await mkdtemp(join(tmpdir(), 'vitrine-net-values-'));
const [input, output] = [join(scratch, 'in.raw'), join(scratch, 'out.raw')];
await writeFile(input, testPicture(widthPx, heightPx).data);
const nets: Record<string, string> = {};
for (const model of localModels) {
  for (const scale of netScales) {
    await promisify(execFile)(
      process.execPath,
      [
        join(root, 'bench/upscalerjs/run.mjs'),
        findWeights(model, scale),
        String(widthPx),
        String(heightPx),
        '0',
        '1',
        input,
        output,
      ],
      { env: { ...process.env, WHITE: '1' } },
    );
    nets[`${model} ×${scale}`] = (await readFile(output)).toString('base64');
  }
}
await rm(scratch, { recursive: true });
const madeBy = 'TensorFlow.js 4.11.0, WASM backend; bench/image/net-values.ts';
const path = join(root, 'test/core/engines/local/net-values.json');
await writeFile(path, `${JSON.stringify({ madeBy, widthPx, heightPx, nets }, null, 2)}\n`);
