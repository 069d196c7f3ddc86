import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadGraph } from '../../../../web/core/engines/local/graph-cache.ts';
import { readKerasModel } from '../../../../web/core/engines/local/keras-model.ts';
import { findWeights } from '../../../../web/core/engines/local/weights.ts';

let cacheDir = '';
beforeEach(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'vitrine-graphs-'));
});
afterEach(() => rm(cacheDir, { recursive: true, force: true }));

const model = await readKerasModel(findWeights('local/slim', 2));
const options = { name: 'slim-x2', white: 1 };

async function graphPath(): Promise<string> {
  const name = (await readdir(cacheDir)).find((file) => file.endsWith('.onnx'));
  return join(cacheDir, name ?? 'none');
}

describe('loadGraph', () => {
  test('converts once and reads the same bytes from the cache afterwards', async () => {
    const log: string[] = [];
    const first = await loadGraph(model, options, { cacheDir, log: (line) => log.push(line) });
    const { mtimeMs } = await stat(await graphPath());
    const second = await loadGraph(model, options, { cacheDir, log: (line) => log.push(line) });
    expect(Buffer.compare(first, second)).toBe(0);
    expect((await stat(await graphPath())).mtimeMs).toBe(mtimeMs);
    expect(log).toHaveLength(1);
  });

  test.each([
    ['cut short', (bytes: Buffer) => bytes.subarray(0, bytes.length - 100)],
    ['with one bit flipped', (bytes: Buffer) => bytes.map((byte, at) => (at === 5000 ? byte ^ 1 : byte))],
    ['empty', () => Buffer.alloc(0)],
  ])('a cached graph that is %s is made again', async (_, damage) => {
    const whole = await loadGraph(model, options, { cacheDir });
    const path = await graphPath();
    await writeFile(path, damage(await readFile(path)));
    expect(Buffer.compare(await loadGraph(model, options, { cacheDir }), whole)).toBe(0);
    expect(Buffer.compare(await readFile(path), whole)).toBe(0);
  });

  test('other weights never share a cached graph', async () => {
    await loadGraph(model, options, { cacheDir });
    await loadGraph({ ...model, digest: 'f'.repeat(64) }, options, { cacheDir });
    expect((await readdir(cacheDir)).filter((file) => file.endsWith('.onnx'))).toHaveLength(2);
  });

  test('a folder that cannot be written costs the cache only, and says so', async () => {
    const file = join(cacheDir, 'a-file');
    await writeFile(file, '');
    const log: string[] = [];
    const bytes = await loadGraph(model, options, {
      cacheDir: join(file, 'below'),
      log: (line) => log.push(line),
    });
    expect(bytes.length).toBeGreaterThan(500_000);
    expect(log[0]).toMatch(/could not keep/);
  });

  test('many at once leave one whole graph and nothing half written', async () => {
    await Promise.all(Array.from({ length: 4 }, () => loadGraph(model, options, { cacheDir })));
    expect((await readdir(cacheDir)).filter((file) => file.endsWith('.part'))).toEqual([]);
  });
});

describe('readKerasModel', () => {
  test('says in a sentence that weights cannot be read', async () => {
    await expect(readKerasModel(join(cacheDir, 'nowhere'))).rejects.toMatchObject({
      code: 'local-weights',
      sentence: expect.stringMatching(/weights .* cannot be read/),
    });
  });

  test('refuses shards that are shorter than the manifest tells', async () => {
    const source = findWeights('local/slim', 2);
    await writeFile(join(cacheDir, 'model.json'), await readFile(join(source, 'model.json')));
    const shard = await readFile(join(source, 'group1-shard1of1.bin'));
    await writeFile(join(cacheDir, 'group1-shard1of1.bin'), shard.subarray(0, shard.length - 4));
    await expect(readKerasModel(cacheDir)).rejects.toMatchObject({ code: 'local-weights' });
  });
});
