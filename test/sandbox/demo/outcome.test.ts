import { expect, test } from 'vitest';
import { faultsOf, type Outcome, tableRow } from '../../../sandbox/demo/outcome.ts';
import { isSettled, progressOf, StalledError, waitUntilSettled } from '../../../sandbox/demo/settle.ts';
import type { Upload } from '../../../sandbox/demo/uploads.ts';
import { imageStatuses } from '../../../web/core/store/records.ts';
import type { ImageRow, ImageStatus } from '../../../web/server/http/api/schemas.ts';

const row = (status: ImageStatus, more: Partial<ImageRow> = {}): ImageRow => ({
  id: '0195b0f0-0000-7000-8000-000000000001',
  mediaId: 'gid://shopify/MediaImage/1',
  productId: 'gid://shopify/Product/1',
  productTitle: 'Mug',
  fileName: 'mug.png',
  alt: null,
  status,
  reasonCode: null,
  reason: null,
  progress: 0,
  before: { widthPx: 512, heightPx: 512 },
  shown: { widthPx: 2048, heightPx: 2048 },
  shownBytes: 1,
  thumbnailUrl: null,
  canRestore: false,
  updatedAt: '2026-01-01T00:00:00.000Z',
  ...more,
});

function outcome(
  status: ImageStatus,
  {
    kind = 'small' as Upload['kind'],
    reason = null as string | null,
    entries = status === 'enhanced' ? 1 : 0,
  } = {},
): Outcome {
  return {
    upload: { title: 'Mug', fileName: 'mug.png', bytes: new Uint8Array(), widthPx: 512, heightPx: 512, kind },
    mediaId: 'gid://shopify/MediaImage/1',
    detail: {
      image: row(status, { reason }),
      before: null,
      after: null,
      attempt: {
        id: '0195b0f0-0000-7000-8000-000000000002',
        state: 'done',
        step: 'record',
        engine: 'local',
        model: 'local/medium',
        licence: null,
        steps: 1,
        costMicros: 0,
        startedAt: '2026-01-01T00:00:00.000Z',
        finishedAt: '2026-01-01T00:00:04.250Z',
        measures: [{ name: 'lrPsnr', value: 41.26, unit: 'dB', meaning: '' }],
        verdict: null,
      },
      history: Array.from({ length: entries }, (_, i) => ({
        seq: i + 1,
        kind: 'enhanced',
        at: '2026-01-01T00:00:00.000Z',
        by: 'automation',
      })),
    },
  };
}

test('the demo ends well with enhanced photos and with those left alone for a reason', () => {
  const outcomes = [
    outcome('enhanced'),
    outcome('good', { kind: 'large-enough', reason: 'It is large enough.' }),
    outcome('skipped', { kind: 'unusable', reason: 'It is a GIF.' }),
    outcome('skipped', { reason: 'The result was not better.' }),
  ];
  expect(faultsOf(outcomes, 1)).toEqual([]);
});

test.each([
  [
    'a failed photo',
    [outcome('enhanced'), outcome('failed', { reason: 'Because.' })],
    1,
    /ended "failed": Because/,
  ],
  ['a photo held for review', [outcome('enhanced'), outcome('review')], 1, /ended "review"/],
  ['a skip without a reason', [outcome('enhanced'), outcome('skipped')], 1, /without a reason/],
  [
    'a large photo that was worked on',
    [outcome('enhanced'), outcome('enhanced', { kind: 'large-enough' })],
    2,
    /ended/,
  ],
  ['nothing enhanced', [outcome('good', { reason: 'Large.' })], 0, /No photo was enhanced/],
  ['two entries for one photo', [outcome('enhanced', { entries: 2 })], 1, /2 entries/],
  ['no entry in the ledger', [outcome('enhanced', { entries: 0 })], 1, /0 entries/],
  ['own writes that started work', [outcome('enhanced')], 2, /written 2 times for 1/],
])('%s is a fault', (_, outcomes, writes, sentence) => {
  expect(faultsOf(outcomes, writes).join('\n')).toMatch(sentence);
});

test('the table shows sizes, consistency and time of what was enhanced, and the reason of what was not', () => {
  expect(tableRow(outcome('enhanced'))).toEqual([
    'Mug',
    '512×512',
    '2048×2048',
    '41.3 dB',
    '4.3 s',
    'enhanced',
  ]);
  expect(tableRow(outcome('skipped', { reason: 'It is a GIF.' }))).toEqual([
    'Mug',
    '512×512',
    '',
    '',
    '',
    'skipped: It is a GIF.',
  ]);
});

test('every status is either under way or an end', () => {
  expect(imageStatuses.filter((status) => !isSettled(status))).toEqual(['queued', 'working']);
});

test('progress counts ends, parts of work, and photos that the app has not heard of', () => {
  const media = ['a', 'b', 'c', 'd'];
  const rows = [
    row('enhanced', { mediaId: 'a' }),
    row('working', { mediaId: 'b', progress: 0.5 }),
    row('enhanced', { mediaId: 'of another product' }),
  ];
  expect(progressOf(rows, media)).toEqual({ share: 0.375, done: 1, total: 4, now: 'Mug' });
});

test('many at once are named in one line', () => {
  const rows = ['a', 'b', 'c', 'd'].map((mediaId) => row('working', { mediaId, productTitle: mediaId }));
  expect(progressOf(rows, ['a', 'b', 'c', 'd']).now).toBe('a, b and 2 more');
});

const never = new Promise<never>(() => undefined);

test('waiting ends with the last photo', async () => {
  const pages = [
    [row('queued', { mediaId: 'a' })],
    [row('working', { mediaId: 'a' })],
    [row('good', { mediaId: 'a' })],
  ];
  const shares: number[] = [];
  const rows = await waitUntilSettled({
    mediaIds: ['a'],
    read: async () => pages.shift() ?? [],
    onProgress: ({ share }) => shares.push(share),
    broken: never,
    stallMs: 60_000,
    pollMs: 1,
  });
  expect(rows[0]?.status).toBe('good');
  expect(shares).toEqual([0, 0, 1]);
});

test('waiting ends with a sentence when nothing moves, and at once when the app breaks', async () => {
  const stuck = {
    mediaIds: ['a', 'b'],
    read: async () => [row('working', { mediaId: 'a' })],
    onProgress: () => undefined,
    broken: never,
    stallMs: 0,
    pollMs: 5,
  };
  await expect(waitUntilSettled(stuck)).rejects.toThrow(StalledError);
  await expect(waitUntilSettled(stuck)).rejects.toThrow(/mug\.png \(working\), and 1 that it never heard of/);
  const broken = Promise.reject(new Error('The app ended.'));
  await expect(waitUntilSettled({ ...stuck, stallMs: 60_000, broken })).rejects.toThrow('The app ended.');
});

test('a photo that the gate holds is a fair end only with an engine that invents, and only with a reason', () => {
  const held = [outcome('enhanced'), outcome('review', { reason: 'Texture was invented.' })];
  expect(faultsOf(held, 1)).toHaveLength(1);
  expect(faultsOf(held, 1, true)).toEqual([]);
  expect(faultsOf([outcome('enhanced'), outcome('review')], 1, true)).toHaveLength(1);
});
