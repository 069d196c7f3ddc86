import fc from 'fast-check';
import { expect, test } from 'vitest';
import { signBlobUrl, verifyBlobLink } from '../../../../web/server/http/api/signed-url.ts';

const key = Buffer.alloc(32, 1);
const shopId = '0199a1b2-0000-7000-8000-000000000001';
const digest = 'ab'.repeat(32);

function linkAt(now: Date) {
  const url = new URL(signBlobUrl(key, { shopId, digest }, now), 'http://x');
  const expires = Number(url.searchParams.get('expires'));
  return { link: { shopId, digest, expires }, signature: url.searchParams.get('signature') ?? '' };
}

test('an address holds for 15 to 30 minutes, whenever it is made', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4e9 }), (seconds) => {
      const now = new Date(seconds * 1000);
      const { link, signature } = linkAt(now);
      const lives = link.expires - seconds;
      expect(lives).toBeGreaterThan(900);
      expect(lives).toBeLessThanOrEqual(1800);
      expect(verifyBlobLink(key, link, signature, now)).toBe(true);
      expect(verifyBlobLink(key, link, signature, new Date(link.expires * 1000))).toBe(false);
    }),
  );
});

test('another key’s signature is refused', () => {
  const now = new Date('2026-11-01T10:00:00Z');
  const { link, signature } = linkAt(now);
  expect(verifyBlobLink(Buffer.alloc(32, 2), link, signature, now)).toBe(false);
});

test('whatever stands for a signature is compared without a throw', () => {
  const now = new Date('2026-11-01T10:00:00Z');
  const { link } = linkAt(now);
  fc.assert(fc.property(fc.string(), (text) => !verifyBlobLink(key, link, text, now)));
});
