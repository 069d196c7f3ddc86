/**
 * Builds the panel into dist/panel when its sources are newer than what is there, told apart by a digest of them all.
 * As a program: `node scripts/build-panel.ts [--force]`. As a function: `buildPanel()`, for whatever starts a server.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Where the server looks for it. */
export const panelDir = join(root, 'dist', 'panel');
const sourceDir = join(root, 'web', 'panel');
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
export async function buildPanel({ isForced = false, outDir = panelDir } = {}): Promise<BuiltPanel> {
  const digest = await digestOfSources();
  const stamp = await readFile(join(outDir, '.sources'), 'utf8').catch(() => '');
  if (!isForced && stamp === digest) return { isFresh: false, scriptBytes: await sizeOfScripts(outDir) };
  // Beside its place and then into it: whoever builds or serves at the same moment sees a whole panel.
  const workDir = `${outDir}.${process.pid}`;
  try {
    await bundleInto(workDir);
    const scriptBytes = await sizeOfScripts(workDir);
    if (scriptBytes > maxScriptBytes) {
      throw new Error(`The panel's scripts are ${scriptBytes} bytes gzipped; ${maxScriptBytes} is the most.`);
    }
    await writeFile(join(workDir, '.sources'), digest);
    await rm(outDir, { recursive: true, force: true });
    await rename(workDir, outDir);
    return { isFresh: true, scriptBytes };
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

async function bundleInto(outDir: string): Promise<void> {
  const { build } = await import('vite');
  await build({
    configFile: false,
    root: sourceDir,
    logLevel: 'warn',
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      outDir,
      emptyOutDir: true,
      manifest: true,
      target: 'es2023',
      modulePreload: false,
      rolldownOptions: { input: join(sourceDir, 'main.tsx') },
    },
  });
}

async function sizeOfScripts(outDir: string): Promise<number> {
  const folder = join(outDir, 'assets');
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
