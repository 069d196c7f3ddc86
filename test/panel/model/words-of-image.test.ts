import { expect, test } from 'vitest';
import { imageStatuses } from '../../../web/core/store/records.ts';
import { overviewOf, whatHappened } from '../../../web/panel/model/words-of-image.ts';
import { createWords } from '../../../web/panel/strings.ts';
import { imageRow } from '../image-rows.ts';

const words = createWords('en');
const [small, large] = [
  { widthPx: 540, heightPx: 400 },
  { widthPx: 2160, heightPx: 1600 },
];

test.each([
  [imageRow('a', { status: 'enhanced', before: small, shown: large }), '4 times the pixels on each side.'],
  [imageRow('a', { status: 'enhanced', before: large, shown: large }), 'Made sharper at the same size.'],
  [imageRow('a', { status: 'working', progress: 0 }), 'Work has begun.'],
  [imageRow('a', { status: 'working', progress: 0.42 }), '42% done'],
  [imageRow('a', { status: 'working', progress: 1 }), 'Checking the result against the original.'],
  [imageRow('a', { status: 'skipped', reason: 'It is animated.' }), 'It is animated.'],
  [imageRow('a', { status: 'restored' }), 'The shop shows the original again.'],
])('$status is told in a sentence', (image, sentence) => {
  expect(whatHappened(image, words)).toBe(sentence);
});

test('every status has a sentence of its own', () => {
  const sentences = imageStatuses.map((status) => whatHappened(imageRow('a', { status }), words));
  expect(new Set(sentences).size).toBe(imageStatuses.length);
});

const none = Object.fromEntries(imageStatuses.map((status) => [status, 0])) as Record<
  (typeof imageStatuses)[number],
  number
>;

test.each([
  [{ total: 0, byStatus: none }, 'Waiting for your first product photo', 0, false],
  [{ total: 4, byStatus: { ...none, working: 1, enhanced: 3 } }, 'One image is being sharpened', 0.75, true],
  [{ total: 4, byStatus: { ...none, queued: 2, good: 2 } }, '2 images are being sharpened', 0.5, true],
  [{ total: 1200, byStatus: { ...none, enhanced: 1200 } }, 'All 1,200 images are up to date', 1, false],
])('the overview of %o', (summary, heading, done, isBusy) => {
  expect(overviewOf(summary, words)).toMatchObject({ heading, done, isBusy });
});

test('before anything is sharp, the promise stands alone', () => {
  const { text } = overviewOf({ total: 2, byStatus: { ...none, queued: 2 } }, words);
  expect(text).toBe('Nothing is changed without keeping the original.');
});

test('what waits for the merchant is said', () => {
  const { text } = overviewOf({ total: 2, byStatus: { ...none, enhanced: 1, review: 1 } }, words);
  expect(text).toBe('One image sharpened so far. Every original is kept. One waits for your look.');
});
