import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';

const main = new URL('../../../sandbox/main.ts', import.meta.url).pathname;

test('sandbox/main.ts prints its address, serves there, and ends when it is told to', async () => {
  const child = spawn(process.execPath, [main, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(child, 'exit');
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const origin = /^VITRINE_SANDBOX=(http:\/\/127\.0\.0\.1:\d+)$/.exec(line)?.[1] ?? '';
  const url = `${origin}/shops/vitrine-sandbox.myshopify.com/admin/api/2026-10/graphql.json`;
  expect((await fetch(url, { method: 'POST', body: '{}' })).status).toBe(401);
  child.kill('SIGTERM');
  expect(await exit).toEqual([0, null]);
});

test('sandbox/main.ts explains itself and refuses a port that is none', () => {
  const help = spawnSync(process.execPath, [main, '--help'], { encoding: 'utf8' });
  expect([help.status, help.stdout]).toEqual([0, expect.stringMatching(/^Usage: node sandbox\/main\.ts/)]);
  const wrong = spawnSync(process.execPath, [main, '--port', '99999'], { encoding: 'utf8' });
  expect([wrong.status, wrong.stderr]).toEqual([
    2,
    '--port takes a whole number from 0 to 65533, not 99999.\n',
  ]);
});
