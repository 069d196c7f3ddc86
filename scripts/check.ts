/** Types, lint and format, floors: what must hold before a commit. Ends 1 when anything does not. */
import { spawnSync } from 'node:child_process';

const checks: readonly (readonly [string, string, readonly string[]])[] = [
  ['types', 'tsc', ['--noEmit']],
  ['lint and format', 'biome', ['ci', '--error-on-warnings', '.']],
  ['floors', 'vitest', ['run', 'test/architecture.test.ts']],
];

let failed = 0;
for (const [name, command, args] of checks) {
  console.log(`\n# ${name}`);
  const { status } = spawnSync(command, args, { stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) failed += 1;
}
console.log(`\n${checks.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
