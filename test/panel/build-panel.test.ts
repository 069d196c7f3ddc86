import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildPanel } from '../../scripts/build-panel.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vitrine-build-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('the panel is built once, within 80 kB of script, and again only when something changed', async () => {
  const outDir = join(folder, 'panel');
  const first = await buildPanel({ outDir });
  expect(first.isFresh).toBe(true);
  expect(first.scriptBytes).toBeLessThan(80_000);
  expect(await buildPanel({ outDir })).toEqual({ ...first, isFresh: false });
  await writeFile(join(outDir, '.sources'), 'of an older panel');
  expect((await buildPanel({ outDir })).isFresh).toBe(true);
  expect(await readdir(folder)).toEqual(['panel']);
});

test('its files are named by their content, and no other page is needed to start it', async () => {
  const outDir = join(folder, 'named');
  await buildPanel({ outDir });
  const names = await readdir(join(outDir, 'assets'));
  expect(names.every((name) => /^main-[\w-]{8}\.(js|css)$/.test(name))).toBe(true);
  const script = await readFile(
    join(outDir, 'assets', names.find((name) => name.endsWith('.js')) ?? ''),
    'utf8',
  );
  // Dev builds carry checks and warnings that a merchant should not load.
  expect(script).not.toMatch(/process\.env|preact\/debug|import\s*\(/);
});
