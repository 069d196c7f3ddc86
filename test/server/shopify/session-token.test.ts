import { SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { Secret } from '../../../web/server/secret.ts';
import { SessionTokenError } from '../../../web/server/shopify/errors.ts';
import { createSessionTokenVerifier } from '../../../web/server/shopify/session-token.ts';

const now = new Date('2026-11-01T12:00:00Z');
const seconds = now.getTime() / 1000;
const verify = createSessionTokenVerifier({
  apiKey: 'our-app',
  secrets: [new Secret('new'), new Secret('old')],
  now: () => now,
});
const good = {
  iss: 'https://a.myshopify.com/admin',
  dest: 'https://a.myshopify.com',
  aud: 'our-app',
  sub: '42',
  exp: seconds + 60,
  nbf: seconds,
};
const sign = (claims: object, secret = 'new', alg = 'HS256') =>
  new SignJWT({ ...claims })
    .setProtectedHeader({ alg })
    .sign(new TextEncoder().encode(secret.padEnd(64, secret)));
const signRaw = (claims: object, secret = 'new') =>
  new SignJWT({ ...claims }).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(secret));

describe('session tokens', () => {
  test.each(['new', 'old'])('one signed with the %s secret tells who asks', async (secret) => {
    await expect(verify(await signRaw(good, secret))).resolves.toEqual({
      shopDomain: 'a.myshopify.com',
      userId: '42',
      expiresAt: new Date('2026-11-01T12:01:00Z'),
    });
  });

  test('clocks may differ by ten seconds', async () => {
    await expect(
      verify(await signRaw({ ...good, nbf: seconds + 9, exp: seconds + 60 })),
    ).resolves.toBeDefined();
    await expect(verify(await signRaw({ ...good, exp: seconds - 9 }))).resolves.toBeDefined();
  });

  test.each<[string, () => Promise<string>]>([
    ['for another app', () => signRaw({ ...good, aud: 'their-app' })],
    ['for a list of apps', () => signRaw({ ...good, aud: ['our-app', 'their-app'] })],
    ['expired', () => signRaw({ ...good, exp: seconds - 11 })],
    ['not valid yet', () => signRaw({ ...good, nbf: seconds + 11 })],
    ['issued by another shop', () => signRaw({ ...good, iss: 'https://b.myshopify.com/admin' })],
    ['issued by no shop', () => signRaw({ ...good, iss: 'https://evil.example/admin' })],
    [
      'with an issuer that only begins like one',
      () => signRaw({ ...good, iss: 'https://a.myshopify.com.evil.example/admin' }),
    ],
    ['with a destination that is no shop', () => signRaw({ ...good, dest: 'https://evil.example' })],
    ['with a destination over http', () => signRaw({ ...good, dest: 'http://a.myshopify.com' })],
    ['with a destination behind a name', () => signRaw({ ...good, dest: 'https://x@a.myshopify.com' })],
    ['without an expiry', () => signRaw({ ...good, exp: undefined })],
    ['without a destination', () => signRaw({ ...good, dest: undefined })],
    ['signed with another secret', () => signRaw(good, 'theirs')],
    ['signed with another algorithm', () => sign(good, 'new', 'HS512')],
    ['not signed at all', async () => new UnsecuredJWT(good).encode()],
    ['that is no token', async () => 'eyJhbGciOiJIUzI1NiJ9.nonsense'],
    ['that is empty', async () => ''],
  ])('one %s is refused, and the error does not repeat it', async (_, make) => {
    const token = await make();
    const error = await verify(token).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(SessionTokenError);
    const { message, sentence } = error as SessionTokenError;
    if (token !== '') expect(`${message} ${sentence}`).not.toContain(token.slice(0, 12));
  });
});
