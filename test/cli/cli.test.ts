import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodePhoto } from '../../sandbox/photos/photo-files.ts';
import { renderPhoto } from '../../sandbox/photos/render.ts';
import { scenes } from '../../sandbox/photos/scenes.ts';

let folder: string;
const path = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-'));
  const mug = scenes.find(({ id }) => id === 'stoneware-mug');
  if (mug === undefined) throw new Error('the scene is gone');
  await writeFile(path('mug.png'), await encodePhoto(renderPhoto(mug, 96), { extension: 'png' }));
  await writeFile(path('page.jpg'), '<html></html>');
});
afterAll(() => rm(folder, { recursive: true }));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function vitrine(...args: string[]): Promise<Ended> {
  const main = join(import.meta.dirname, '../../web/cli/main.ts');
  // Converted graphs are shared by all runs on this machine, as in the other tests.
  const env = {
    ...process.env,
    VITRINE_DATA: path('data'),
    REPLICATE_API_TOKEN: '',
    VITRINE_CONFIRMED_LICENCES: '',
  };
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

describe('vitrine enhance', () => {
  test('makes a PNG of four times the side, as transparent as the original, and a report', async () => {
    const { code, stderr } = await vitrine(
      ...['enhance', path('mug.png'), '-o', path('out.png'), '--tier', 'fast', '--no-text'],
      ...['--report', path('report.json'), '--profile', 'lenient'],
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringContaining('vitrine:') });
    const made = await sharp(path('out.png')).metadata();
    expect([made.width, made.height, made.hasAlpha]).toEqual([384, 384, true]);
    const report = JSON.parse(await readFile(path('report.json'), 'utf8'));
    expect(report).toMatchObject({
      verdict: 'publish',
      provenance: { engine: 'local', model: 'local/slim', licence: 'MIT' },
    });
  });

  test.each([
    ['a file that is not there', ['no-such.jpg'], 2, 'cannot be read'],
    ['a file that is not an image', ['page.jpg'], 3, 'not an image'],
    ['zero steps', ['mug.png', '--steps', '0'], 2, 'whole number from 1'],
    [
      'an engine that does not exist',
      ['mug.png', '--engine', 'magic'],
      2,
      'Allowed choices are local, replicate, cog',
    ],
    ['a model that does not exist', ['mug.png', '--model', 'local/huge'], 2, 'choose one of'],
    [
      'a model of another engine',
      ['mug.png', '--model', 'zf-kbot/invsr'],
      2,
      'does not run on the local engine',
    ],
    ['a licence that nobody confirmed', ['mug.png', '--engine', 'replicate'], 2, '--confirm-licence'],
    ['an output in another format', ['mug.png', '-o', 'mug.jpg'], 2, '--format jpg'],
  ])('ends with its own code and one sentence for %s', async (_, [input = '', ...rest], code, said) => {
    const before = await readdir(folder);
    const ended = await vitrine('enhance', path(input), ...rest);
    expect(ended).toMatchObject({ code, stdout: '' });
    expect(ended.stderr).toContain(said);
    expect((await readdir(folder)).filter((name) => name !== 'data')).toEqual(
      before.filter((name) => name !== 'data'),
    );
  });

  test('asks for a licence once: confirmed, the next thing that is missing is the token', async () => {
    const args = ['enhance', path('mug.png'), '--engine', 'replicate', '--no-text', '-o', path('r.png')];
    expect((await vitrine(...args, '--confirm-licence')).stderr).toContain('no Replicate API token');
    expect(await vitrine(...args)).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('no Replicate API token'),
    });
  });
});

test('every command explains itself', async () => {
  const { stdout, code } = await vitrine('--help');
  expect(code).toBe(0);
  for (const command of ['enhance', 'inspect', 'serve', 'rollback', 'review', 'audit']) {
    expect(stdout).toContain(command);
    const help = await vitrine(command, '--help');
    expect([command, help.code]).toEqual([command, 0]);
    expect(help.stdout).toContain('Usage:');
  }
});
