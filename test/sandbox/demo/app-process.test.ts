import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AppProcess, findFreePort, startApp } from '../../../sandbox/demo/app-process.ts';

let folder: string;
let app: AppProcess | null = null;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vitrine-app-'));
});
afterEach(async () => {
  await app?.stop();
  app = null;
  await rm(folder, { recursive: true, force: true });
});

async function start(script: string): Promise<AppProcess> {
  const port = await findFreePort();
  return startApp({
    command: [process.execPath, '-e', script],
    cwd: folder,
    env: { PORT: String(port) },
    origin: `http://127.0.0.1:${port}`,
    logPath: join(folder, 'app.log'),
  });
}

const serving = `require('node:http').createServer((_, answer) => answer.end('ok')).listen(process.env.PORT);`;
const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test('an app that answers is ready, and is gone after stop', async () => {
  app = await start(serving);
  await app.waitUntilReady('/', 30_000);
  expect(isAlive(app.pid)).toBe(true);
  await app.stop();
  expect(isAlive(app.pid)).toBe(false);
  await expect(app.ended).resolves.toMatch(/ended/);
});

test('an app that ends before it answers is told at once, with its last words in the log', async () => {
  app = await start(`for (let i = 1; i <= 9; i++) console.error('line ' + i); process.exitCode = 7;`);
  await expect(app.waitUntilReady('/', 30_000)).rejects.toThrow('The app ended with code 7.');
  expect(app.logTail(2)).toBe('line 8\nline 9');
});

test('an app that never answers is given up at the deadline', async () => {
  app = await start('setInterval(() => {}, 1000);');
  await expect(app.waitUntilReady('/', 1)).rejects.toThrow(/did not answer/);
});

test('a program that is not there is named', async () => {
  app = startApp({
    command: [join(folder, 'no-such-program')],
    cwd: folder,
    env: {},
    origin: 'http://127.0.0.1:9',
    logPath: join(folder, 'app.log'),
  });
  await expect(app.waitUntilReady('/', 30_000)).rejects.toThrow(/could not be started/);
});
