import { jwtVerify } from 'jose';
import { z } from 'zod';
import type { Secret } from '../secret.ts';
import { SessionTokenError } from './errors.ts';
import { parseShopDomain } from './shop-domain.ts';

/** Who sends a request from inside the admin. */
export interface SessionClaims {
  readonly shopDomain: string;
  readonly userId: string;
  readonly expiresAt: Date;
}

export interface SessionTokenOptions {
  readonly apiKey: string;
  readonly secrets: readonly Secret[];
  readonly now: () => Date;
}

export type VerifySessionToken = (token: string) => Promise<SessionClaims>;

const claimsSchema = z.object({
  aud: z.string(),
  iss: z.string(),
  dest: z.string(),
  sub: z.string(),
  exp: z.number(),
  nbf: z.number(),
});
/** As in @shopify/shopify-api: the clocks of Shopify and of this machine may differ by so much. */
const clockToleranceSeconds = 10;

/**
 * Verifies App Bridge's session tokens: HS256 with one of our secrets, in its time, for this app, and issued by the
 * shop that it names. @shopify/shopify-api checks neither `iss` nor `dest`, knows one secret only, and its error
 * repeats the token, so the JWT is read here. Throws SessionTokenError.
 */
export function createSessionTokenVerifier(options: SessionTokenOptions): VerifySessionToken {
  const { apiKey, secrets, now } = options;
  const keys = secrets.map((secret) => new TextEncoder().encode(secret.reveal()));
  return async (token) => {
    const claims = claimsSchema.safeParse(await verifyWithAny(token, keys, now()));
    if (!claims.success) throw new SessionTokenError('a claim is missing');
    const { aud, iss, dest, sub, exp } = claims.data;
    if (aud !== apiKey) throw new SessionTokenError('aud names another app');
    const shopDomain = shopOfUrl(dest, '/');
    if (shopDomain === null) throw new SessionTokenError('dest is not a shop');
    if (shopOfUrl(iss, '/admin') !== shopDomain) throw new SessionTokenError('iss and dest differ');
    return { shopDomain, userId: sub, expiresAt: new Date(exp * 1000) };
  };
}

async function verifyWithAny(
  token: string,
  keys: readonly Uint8Array[],
  currentDate: Date,
): Promise<unknown> {
  let reason = 'no key';
  for (const key of keys) {
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms: ['HS256'],
        clockTolerance: clockToleranceSeconds,
        currentDate,
      });
      return payload;
    } catch (error) {
      // Only jose's code, such as ERR_JWT_EXPIRED: its message could grow to hold more.
      reason = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    }
  }
  throw new SessionTokenError(reason);
}

function shopOfUrl(text: string, path: string): string | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  const isPlain =
    url.protocol === 'https:' && url.port === '' && url.username === '' && url.pathname === path;
  return isPlain ? parseShopDomain(url.hostname) : null;
}
