import { expect, test } from 'vitest';
import { readOptions, UsageError } from '../../../sandbox/demo/options.ts';

test('without arguments the medium net works on the sandbox shelf, and the panel stays open', () => {
  expect(readOptions([])).toEqual({
    isOnce: false,
    imagesDir: null,
    tier: 'balanced',
    engine: 'local',
    steps: null,
    port: 0,
    keepsData: false,
  });
});

test('every option is read', () => {
  const args = '--once --images photos --tier best --engine cog --steps 4 --port 4100 --keep-data'.split(' ');
  expect(readOptions(args)).toEqual({
    isOnce: true,
    imagesDir: 'photos',
    tier: 'best',
    engine: 'cog',
    steps: 4,
    port: 4100,
    keepsData: true,
  });
});

test.each([['--help'], ['-h']])('%s asks for the help text', (flag) => {
  expect(readOptions([flag])).toBe('help');
});

test.each([
  ['a word that is no option', ['photos']],
  ['an unknown option', ['--twice']],
  ['an option without its value', ['--images']],
  ['a value where none belongs', ['--once=1']],
  ['an unknown tier', ['--tier', 'huge']],
  ['an unknown engine', ['--engine', 'gpu']],
  ['no steps', ['--steps', '0']],
  ['too many steps', ['--steps', '9']],
  ['half a step', ['--steps', '1.5']],
  ['a port that no machine has', ['--port', '65536']],
  ['a negative port', ['--port=-1']],
  ['an empty port', ['--port', '']],
])('%s is refused with one sentence', (_, args) => {
  const read = (): unknown => readOptions(args);
  expect(read).toThrow(UsageError);
  expect(read).toThrow(/^[^\n]+\.$/);
});
