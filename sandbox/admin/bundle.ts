/** Turns the browser code of this folder into single scripts, in memory, once per process. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RawManifest, readManifest } from './polaris/manifest.ts';

const here = dirname(fileURLToPath(import.meta.url));
export const scripts = {
  'polaris.js': join(here, 'polaris', 'main.ts'),
  'app-bridge.js': join(here, 'bridge', 'main.ts'),
  'frame.js': join(here, 'frame', 'main.ts'),
} as const;
export type ScriptName = keyof typeof scripts;

/** The manifest of Shopify's elements, from the package that ships it. */
export async function loadManifest(): Promise<RawManifest> {
  const path = createRequire(import.meta.url).resolve('@shopify/polaris-types/custom-elements');
  return JSON.parse(await readFile(path, 'utf8'));
}

/** One classic script (no imports, no exports) of the named entry. Throws what the bundler throws. */
export async function bundle(name: ScriptName): Promise<string> {
  const { build } = await import('vite');
  const wanted = 'virtual:polaris-manifest';
  const result = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      minify: true,
      target: 'es2023',
      lib: { entry: scripts[name], formats: ['iife'], name: `sandbox_${name.replace(/\W/g, '_')}` },
    },
    plugins: [
      {
        name: 'polaris-manifest',
        resolveId: (id: string) => (id === wanted ? `\0${wanted}` : null),
        load: async (id: string) =>
          id === `\0${wanted}`
            ? `export default ${JSON.stringify(readManifest(await loadManifest()))};`
            : null,
      },
    ],
  });
  const [first] = Array.isArray(result) ? result : [result];
  if (first === undefined || !('output' in first)) throw new Error(`The bundler gave nothing for ${name}.`);
  return first.output[0].code;
}

/** `bundle`, remembered: the first reader waits, the others share. A failure is not remembered. */
export function createBundles(): (name: ScriptName) => Promise<string> {
  const made = new Map<ScriptName, Promise<string>>();
  return (name) => {
    const known = made.get(name);
    if (known) return known;
    const making = bundle(name);
    made.set(name, making);
    making.catch(() => made.delete(name));
    return making;
  };
}
