import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';

const child = fileURLToPath(new URL('./hostile-child.ts', import.meta.url));
const megabyte = 1e6;

interface Result {
  readonly name: string;
  readonly outcome: string;
  readonly peakBytes: number;
}

let files: (readonly [string, string])[] = [];

function run(args: readonly string[], input: string): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, [child, ...args], {
    input,
    encoding: 'utf8',
    maxBuffer: 100 * megabyte,
  });
  if (status !== 0) throw new Error(`child ended with ${status}: ${stderr}`);
  return stdout;
}

beforeAll(() => {
  files = JSON.parse(run(['make'], ''));
});

describe('a worker of its own', () => {
  test.each([
    ['bomb of 196 MP', 'image-too-many-pixels'],
    ['sides of 65,535', 'image-side-too-long'],
    ['text that inflates to 7 GB', 'taken'],
    ['profile that inflates to 100 MB', 'taken'],
    ['zeros of 20 MB', 'image-not-an-image'],
    ['marks of 20 MB', 'image-corrupt'],
    ['boxes of 20 MB', 'image-corrupt'],
    ['chunks of 20 MB', 'image-corrupt'],
    ['16-bit RGBA of 25 MP', 'taken'],
  ])('%s: %s, below 512 MB', (name, outcome) => {
    const results: Result[] = JSON.parse(run([], JSON.stringify(files.filter(([file]) => file === name))));
    expect(results.map((result) => [result.name, result.outcome])).toEqual([[name, outcome]]);
    expect(results[0]?.peakBytes).toBeLessThan(512 * megabyte);
  });
});

test('the process goes on after each of them', () => {
  const rest = files.filter(([name]) => !name.startsWith('16-bit'));
  const results: Result[] = JSON.parse(run([], JSON.stringify([...rest, ...rest])));
  expect(results).toHaveLength(rest.length * 2);
  expect(Math.max(...results.map((result) => result.peakBytes))).toBeLessThan(512 * megabyte);
});
