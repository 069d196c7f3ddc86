/**
 * Builds the panel into dist/panel when its sources are newer than what is there, told apart by a digest of them all.
 * As a program: `node scripts/build-panel.ts [--force]`. As a function: `buildPanel()`, for whatever starts a server.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const root = fileURLToPath(new URL('..', import.meta.url));
export const panelDir = join(root, 'dist', 'panel');
const sourceDir = join(root, 'web', 'panel');
const stampPath = join(panelDir, '.sources');
/** What a merchant's browser may have to load of our own. */
const maxScriptBytes = 80_000;

/** SHA-256 over every file that the result depends on, names included. */
async function digestOfSources(): Promise<string> {
  const entries = await readdir(sourceDir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  files.push(fileURLToPath(import.meta.url), join(root, 'package-lock.json'));
  const hash = createHash('sha256');
  for (const file of files.sort())
    hash
      .update(relative(root, file))
      .update('\0')
      .update(await readFile(file))
      .update('\0');
  return hash.digest('hex');
}

export interface BuiltPanel {
  readonly isFresh: boolean;
  /** Gzipped size of all scripts. */
  readonly scriptBytes: number;
}

/** Throws what the bundler throws, and where the scripts grow past 80 kB gzipped. */
export async function buildPanel({ isForced = false } = {}): Promise<BuiltPanel> {
  const digest = await digestOfSources();
  const stamp = await readFile(stampPath, 'utf8').catch(() => '');
  const isFresh = isForced || stamp !== digest;
  if (isFresh) {
    const { build } = await import('vite');
    await rm(panelDir, { recursive: true, force: true });
    await build({
      configFile: false,
      root: sourceDir,
      logLevel: 'warn',
      oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
      build: {
        outDir: panelDir,
        emptyOutDir: true,
        manifest: true,
        target: 'es2023',
        modulePreload: false,
        rolldownOptions: { input: join(sourceDir, 'main.tsx') },
      },
    });
  }
  const scriptBytes = await sizeOfScripts();
  if (scriptBytes > maxScriptBytes) {
    throw new Error(`The panel's scripts are ${scriptBytes} bytes gzipped; ${maxScriptBytes} is the most.`);
  }
  if (isFresh) await writeFile(stampPath, digest);
  return { isFresh, scriptBytes };
}

async function sizeOfScripts(): Promise<number> {
  const folder = join(panelDir, 'assets');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.js'));
  const sizes = await Promise.all(
    names.map(async (name) => gzipSync(await readFile(join(folder, name))).length),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

if (import.meta.main) {
  const { isFresh, scriptBytes } = await buildPanel({ isForced: process.argv.includes('--force') });
  console.log(
    `panel ${isFresh ? 'built' : 'up to date'}: ${(scriptBytes / 1000).toFixed(1)} kB of script gzipped`,
  );
}
