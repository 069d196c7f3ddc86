import { expect, test } from 'vitest';
import { addressOf, routeOf } from '../../web/panel/router.ts';

const id = '0199a1b2-0000-7000-8000-000000000001';

test.each([
  ['/', '', { page: 'images', status: null }],
  ['/images', '?status=work', { page: 'images', status: 'work' }],
  [`/images/${id}`, '', { page: 'image', id }],
  ['/images/../../etc', '', { page: 'unknown' }],
  ['/nowhere', '', { page: 'unknown' }],
])('%s%s is a page', (path, search, route) => {
  expect(routeOf(path, search)).toEqual(route);
});

test('what Shopify needs after a reload of the frame stays in the address, tokens do not', () => {
  const search = '?embedded=1&shop=a.myshopify.com&host=aG9zdA&id_token=secret&hmac=1&locale=de';
  const address = new URL(addressOf('/?status=good', search), 'https://app.example.com');
  expect(Object.fromEntries(address.searchParams)).toEqual({
    status: 'good',
    embedded: '1',
    shop: 'a.myshopify.com',
    host: 'aG9zdA',
    locale: 'de',
  });
});

test.each(['https://evil.example.com/x', '//evil.example.com/x'])('%s stays inside the panel', (href) => {
  expect(addressOf(href, '')).toBe('/x');
});
