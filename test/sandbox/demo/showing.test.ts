import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { createProgressLine, formatProgress } from '../../../sandbox/demo/progress-line.ts';
import { formatTable } from '../../../sandbox/demo/table.ts';

class Collector extends Writable {
  text = '';
  readonly isTTY: boolean;
  readonly columns = 60;
  constructor(isTTY: boolean) {
    super();
    this.isTTY = isTTY;
  }
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

const state = { share: 0.25, done: 3, total: 12, now: 'Mug' };

test.each([
  [0, 0],
  [0.5, 14],
  [1, 28],
  [7, 28],
  [-1, 0],
])('a share of %s fills %s blocks of the bar', (share, blocks) => {
  const line = formatProgress({ ...state, share }, 200);
  expect(line.split('█').length - 1).toBe(blocks);
  expect(line.split('░').length - 1).toBe(28 - blocks);
});

test('a line never grows past the terminal, where it could not be drawn again', () => {
  expect(formatProgress({ ...state, now: 'x'.repeat(300) }, 60)).toHaveLength(60);
});

test('on a terminal one line is drawn again and again, and only when it changed', () => {
  const out = new Collector(true);
  const line = createProgressLine(out, () => 0);
  line.show(state);
  line.show(state);
  line.show({ ...state, share: 0.5, done: 6 });
  line.end();
  expect(out.text.split('\r')).toHaveLength(3);
  expect(out.text.split('\n')).toHaveLength(2);
});

test('elsewhere there is a plain line for each photo that is done, and now and then while none is', () => {
  const out = new Collector(false);
  let nowMs = 0;
  const line = createProgressLine(out, () => nowMs);
  line.show(state);
  line.show({ ...state, share: 0.26 });
  line.show({ ...state, done: 4 });
  nowMs = 6000;
  line.show({ ...state, done: 4, share: 0.3 });
  expect(out.text).toBe(
    '  3 of 12 done, 25 %, now: Mug\n  4 of 12 done, 25 %, now: Mug\n  4 of 12 done, 30 %, now: Mug\n',
  );
});

test('columns are as wide as their widest cell, words to the left and figures to the right', () => {
  const columns = [
    { heading: 'product', align: 'left' },
    { heading: 'px', align: 'right' },
    { heading: 'status', align: 'left' },
  ] as const;
  const text = formatTable(columns, [
    ['Mug', '512', 'enhanced'],
    ['A long name', '2048', ''],
  ]);
  expect(text.split('\n')).toEqual([
    'product        px  status',
    '───────────  ────  ────────',
    'Mug           512  enhanced',
    'A long name  2048',
  ]);
});
