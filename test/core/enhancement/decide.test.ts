import { expect, test } from 'vitest';
import type { ShopImage } from '../../../web/core/catalog/media.ts';
import { settingsSchema } from '../../../web/core/enhancement/settings.ts';
import { decide } from '../../../web/core/enhancement/steps/assess.ts';

const settings = settingsSchema.parse({});
const shown = (change: Partial<ShopImage> = {}): ShopImage => ({
  mediaId: 'gid://shopify/MediaImage/1',
  alt: 'A mug',
  updatedAt: '2026-11-01T12:00:00Z',
  fileStatus: 'READY',
  mimeType: 'image/png',
  widthPx: 540,
  heightPx: 720,
  url: 'https://cdn.shopify.com/s/files/1/1/files/mug.png?v=1',
  originalUrl: 'https://storage.googleapis.com/x/mug.png',
  originalBytes: 1000,
  errors: [],
  ...change,
});
const unasked = { isOwn: false, isAsked: false };

test('a small image that nobody has touched is worked on', () => {
  expect(decide(shown(), settings, unasked)).toBeNull();
});

test.each([
  ['large enough', shown({ widthPx: 1600, heightPx: 900 }), 'large-enough', 'good'],
  [
    'a GIF',
    shown({ url: 'https://cdn.shopify.com/s/files/1/1/files/mug.gif?v=1', mimeType: 'image/gif' }),
    'format-not-written',
    'skipped',
  ],
  [
    'without an extension',
    shown({ url: 'https://cdn.shopify.com/s/files/1/1/files/mug?v=1' }),
    'format-not-written',
    'skipped',
  ],
  ['smaller than anything can be built on', shown({ widthPx: 1, heightPx: 1 }), 'too-small', 'skipped'],
  [
    'FAILED at Shopify',
    shown({ fileStatus: 'FAILED', widthPx: null, heightPx: null, url: null }),
    'media-failed',
    'skipped',
  ],
])('an image that is %s is left alone, with a sentence', (_, image, code, imageStatus) => {
  expect(decide(image, settings, unasked)).toMatchObject({
    code,
    imageStatus,
    sentence: expect.stringMatching(/^[A-Z].*\.$/),
  });
});

test('one pixel below the rule there is work, at the rule there is none', () => {
  expect(decide(shown({ widthPx: 1599 }), settings, unasked)).toBeNull();
  expect(decide(shown({ widthPx: 1600 }), settings, unasked)?.code).toBe('large-enough');
});

test('what our own write left there starts no work', () => {
  expect(decide(shown(), settings, { isOwn: true, isAsked: false })?.code).toBe('own-write');
});

test('a person who asks for just this image gets it, large or enhanced already', () => {
  expect(decide(shown({ widthPx: 3000 }), settings, { isOwn: true, isAsked: true })).toBeNull();
});

test('even a person cannot have a GIF written', () => {
  const gif = shown({ url: 'https://cdn.shopify.com/s/files/1/1/files/mug.gif' });
  expect(decide(gif, settings, { isOwn: false, isAsked: true })?.code).toBe('format-not-written');
});

test.each(['UPLOADED', 'PROCESSING'] as const)(
  'an image that is still %s is looked at again',
  (fileStatus) => {
    const image = shown({ fileStatus, widthPx: null, heightPx: null, url: null });
    expect(() => decide(image, settings, unasked)).toThrow(
      expect.objectContaining({ code: 'media-not-ready', isRetriable: true }),
    );
  },
);
