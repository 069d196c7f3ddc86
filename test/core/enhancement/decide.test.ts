import { expect, test } from 'vitest';
import type { ShopImage } from '../../../web/core/catalog/media.ts';
import { decide, decideByProduct, settingsFor } from '../../../web/core/enhancement/rules.ts';
import { settingsSchema } from '../../../web/core/enhancement/settings.ts';

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
const unasked = { isOwn: false, isAsked: false, fileName: 'mug.png' };

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
  expect(decide(shown(), settings, { ...unasked, isOwn: true })?.code).toBe('own-write');
});

test('a person who asks for just this image gets it, large or enhanced already', () => {
  expect(decide(shown({ widthPx: 3000 }), settings, { ...unasked, isOwn: true, isAsked: true })).toBeNull();
});

test('even a person cannot have a GIF written', () => {
  const gif = shown({ url: 'https://cdn.shopify.com/s/files/1/1/files/mug.gif' });
  expect(decide(gif, settings, { ...unasked, isAsked: true })?.code).toBe('format-not-written');
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

const product = {
  productId: 'gid://shopify/Product/1',
  title: 'Mug',
  status: 'DRAFT',
  tags: ['Summer', 'handmade'],
  vendor: 'Ceramics & Co',
  productType: 'Mugs',
  collections: ['Kitchen'],
  mediaIds: [],
  variants: [],
};
const rules = (leaveAlone: object) => settingsSchema.parse({ rules: { leaveAlone } });

test.each([
  ['tag', { tags: ['HANDMADE'] }, 'the tag “handmade”'],
  ['vendor', { vendors: ['ceramics & co'] }, 'vendor'],
  ['product type', { productTypes: ['mugs'] }, 'product type'],
  ['collection', { collections: ['kitchen'] }, 'collection'],
  ['status', { statuses: ['DRAFT'] }, 'draft'],
  ['alt text', { altTexts: ['a mu'] }, 'alt text'],
  ['file name', { fileNames: ['*.PNG'] }, 'file name'],
])(
  'a product or file that a rule names by its %s is left alone, and the sentence says which',
  (_, leaveAlone, said) => {
    const end = decideByProduct(product, shown(), rules(leaveAlone), unasked);
    expect(end).toMatchObject({ code: 'left-alone', sentence: expect.stringContaining(said) });
    expect(decideByProduct(product, shown(), rules(leaveAlone), { ...unasked, isAsked: true })).toBeNull();
  },
);

test.each([
  ['logo*', 'mug-logo.png', false],
  ['*logo*', 'mug-LOGO.png', true],
  ['mug*.png', 'mug-1.png', true],
  ['mug*mug', 'mug', false],
  ['a.b', 'aXb.png', false],
])('the pattern %s on the file name %s: %s', (pattern, fileName, isMatch) => {
  const end = decideByProduct(null, shown(), rules({ fileNames: [pattern] }), { ...unasked, fileName });
  expect(end !== null).toBe(isMatch);
});

test('nothing is left alone by a rule that names nothing of it', () => {
  expect(
    decideByProduct(product, shown(), rules({ tags: ['winter'], statuses: ['ARCHIVED'] }), unasked),
  ).toBeNull();
});

test('an app that is switched off works only when it is asked', () => {
  const off = settingsSchema.parse({ isOn: false });
  expect(decide(shown(), off, unasked)?.code).toBe('switched-off');
  expect(decide(shown(), off, { ...unasked, isAsked: true })).toBeNull();
});

test('the first override that fits a product holds for it, key by key', () => {
  const shop = settingsSchema.parse({
    model: 'local/slim',
    mode: 'approve-first',
    overrides: [
      { when: { collection: 'Kitchen' }, set: { model: 'local/thick', profile: 'strict' } },
      { when: { tag: 'summer' }, set: { model: 'local/medium' } },
    ],
  });
  expect(settingsFor(shop, product)).toMatchObject({
    model: 'local/thick',
    profile: 'strict',
    mode: 'approve-first',
  });
  expect(settingsFor(shop, { ...product, collections: [] }).model).toBe('local/medium');
  expect(settingsFor(shop, null).model).toBe('local/slim');
});

test('settings that nobody knows are refused, not ignored', () => {
  expect(() => settingsSchema.parse({ rulez: {} })).toThrow();
  expect(() => settingsSchema.parse({ overrides: [{ when: {}, set: {} }] })).toThrow(
    /tag or for a collection/,
  );
});
