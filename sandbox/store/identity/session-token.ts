/** App Bridge session tokens: JWT, HS256 under the client secret. Written by hand, so that bad ones can be made. */
import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';

export interface SessionTokenClaims {
  readonly iss: string;
  readonly dest: string;
  readonly aud: string;
  readonly sub: string;
  readonly exp: number;
  readonly nbf: number;
  readonly iat: number;
  readonly jti: string;
  readonly sid: string;
}

export interface SessionTokenOverrides extends Partial<SessionTokenClaims> {
  /** What the header says. `none` leaves the signature out; it is HS256 in any other case. */
  readonly alg?: string;
  /** Signs with another secret. */
  readonly secret?: string;
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const sign = (text: string, secret: string): string =>
  createHmac('sha256', secret).update(text).digest('base64url');

/** One minute of life, as App Bridge gives. */
export function issueSessionToken(
  app: { shop: string; clientId: string; clientSecret: string; nowMs: number; userId?: string },
  overrides: SessionTokenOverrides = {},
): string {
  const { alg = 'HS256', secret = app.clientSecret, ...claims } = overrides;
  const nowSeconds = Math.floor(app.nowMs / 1000);
  const body: SessionTokenClaims = {
    iss: `https://${app.shop}/admin`,
    dest: `https://${app.shop}`,
    aud: app.clientId,
    sub: app.userId ?? '42',
    exp: nowSeconds + 60,
    nbf: nowSeconds,
    iat: nowSeconds,
    jti: randomUUID(),
    sid: randomUUID(),
    ...claims,
  };
  const text = `${encode({ alg, typ: 'JWT' })}.${encode(body)}`;
  return `${text}.${alg === 'none' ? '' : sign(text, secret)}`;
}

/** The claims of a token for this shop and app that holds now, or the reason why it does not. */
export function readSessionToken(
  token: string,
  app: { shop: string; clientId: string; secrets: readonly string[]; nowMs: number },
): SessionTokenClaims | string {
  const [head, body, signature, ...rest] = token.split('.');
  if (head === undefined || body === undefined || signature === undefined || rest.length > 0)
    return 'not a JWT';
  let header: { alg?: unknown };
  let claims: SessionTokenClaims;
  try {
    header = JSON.parse(Buffer.from(head, 'base64url').toString('utf8'));
    claims = JSON.parse(Buffer.from(body, 'base64url').toString('utf8'));
  } catch {
    return 'not a JWT';
  }
  if (header.alg !== 'HS256') return 'the algorithm is not HS256';
  const given = Buffer.from(signature);
  const isSigned = app.secrets.some((secret) => {
    const wanted = Buffer.from(sign(`${head}.${body}`, secret));
    return wanted.length === given.length && timingSafeEqual(wanted, given);
  });
  if (!isSigned) return 'the signature is wrong';
  if (claims.aud !== app.clientId) return 'it is for another app';
  if (claims.dest !== `https://${app.shop}`) return 'it is for another shop';
  const nowSeconds = app.nowMs / 1000;
  if (claims.exp < nowSeconds) return 'it has expired';
  if (claims.nbf > nowSeconds + 5) return 'it is not valid yet';
  return claims;
}
