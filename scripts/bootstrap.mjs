#!/usr/bin/env node
// Runs an npm script's real command on the pinned Node, right after a clone too.
// Plain JavaScript without dependencies: it must work on Node 20 before anything is installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bin = join(root, 'node_modules', '.bin');
const stampPath = join(root, 'node_modules', '.vitrine-installed');

const env = {
  ...process.env,
  PATH: bin + delimiter + (process.env.PATH ?? ''),
  // The CPU build of onnxruntime comes inside its package; its script would fetch CUDA parts from elsewhere.
  ONNXRUNTIME_NODE_INSTALL: 'skip',
};

function run(command, args, extraEnv = {}) {
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...env, ...extraEnv },
    shell: process.platform === 'win32',
  });
  if (result.error) {
    console.error(`vitrine: could not start ${command}: ${result.error.message}`);
    process.exit(1);
  }
  if (result.signal) {
    process.kill(process.pid, result.signal);
  }
  return result.status ?? 1;
}

function digestOf(paths) {
  const hash = createHash('sha256');
  for (const path of paths) {
    hash.update(readFileSync(join(root, path)));
  }
  return hash.digest('hex');
}

function installIfNeeded() {
  const wanted = digestOf(['package-lock.json', 'prisma/schema.prisma']);
  const isInstalled = existsSync(stampPath) && readFileSync(stampPath, 'utf8') === wanted;
  if (isInstalled && existsSync(join(root, 'web/core/store/generated/client.ts'))) {
    return;
  }
  console.log('Installing what is missing (once; it takes a minute or two) …');
  // --include=dev: NODE_ENV=production in the caller's shell would silently leave out the tools.
  const status = run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--include=dev']);
  if (status !== 0) {
    console.error(
      'vitrine: npm ci failed; see the lines above. Node 20 or later and access to the npm registry are needed.',
    );
    process.exit(status);
  }
  generateClient();
  buildPanel();
  writeFileSync(stampPath, wanted);
}

/** Prisma 7 generates without its schema engine; the variable only has to name something executable. */
function generateClient() {
  const status = run('prisma', ['generate'], {
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
  });
  if (status !== 0) {
    console.error('vitrine: prisma generate failed; see the lines above.');
    process.exit(status);
  }
}

/** What the server shows inside the admin. Whoever changes it builds it again: `npm start` and the demo do. */
function buildPanel() {
  const status = run('node', ['scripts/build-panel.ts']);
  if (status !== 0) {
    console.error('vitrine: the panel could not be built; see the lines above.');
    process.exit(status);
  }
}

const [command, ...args] = process.argv.slice(2);
installIfNeeded();
if (!statSync(bin).isDirectory() || command === undefined) {
  process.exit(command === undefined ? 0 : 1);
}
process.exit(run(command, args));
