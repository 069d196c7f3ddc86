/** Access tokens of the app: offline, expiring, refreshed. */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock/clock.ts';
import type { Faults } from '../faults.ts';
import type { ShopState } from '../records.ts';
import { readSessionToken } from './session-token.ts';

const offlineLifeSeconds = 60 * 60;
const refreshLifeSeconds = 90 * 24 * 60 * 60;
/** How long a refresh token that was used can be used again, if the answer was lost (changelog of 2026-08-28). */
const retryLifeMs = 30 * 24 * 60 * 60 * 1000;
const onlineLifeSeconds = 24 * 60 * 60;
const exchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange';
const idTokenType = 'urn:ietf:params:oauth:token-type:id_token';
const tokenTypes = {
  offline: 'urn:shopify:params:oauth:token-type:offline-access-token',
  online: 'urn:shopify:params:oauth:token-type:online-access-token',
};

interface AccessToken {
  readonly shop: ShopState;
  readonly scopes: readonly string[];
  expiresAtMs: number;
}

interface RefreshToken {
  readonly shop: ShopState;
  /** The token that this one replaced, and that is retired as soon as this one is used. */
  readonly predecessor: string | null;
  firstUsedAtMs: number | null;
  expiresAtMs: number;
}

export interface TokenAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Tokens {
  /** POST /admin/oauth/access_token. */
  answer(shop: ShopState, request: Readonly<Record<string, string>>): TokenAnswer;
  /** The scopes that a token carries for this shop now; null if it is not good. */
  scopesOf(shop: ShopState, token: string): readonly string[] | null;
  /** An offline token, as if the app had asked for it. */
  issueOffline(shop: ShopState): string;
  /** Ends the life of the shop's access tokens; refresh tokens too if asked. */
  expire(shop: ShopState, alsoRefresh?: boolean): void;
  /** Uninstalling takes them all away. */
  revoke(shop: ShopState): void;
}

export interface TokenDeps {
  readonly clock: Clock;
  readonly faults: Faults;
  readonly clientId: string;
  readonly secrets: () => readonly string[];
}

const refused = (status: number, error: string, error_description: string): TokenAnswer => ({
  status,
  body: { error, error_description },
});

export function createTokens(deps: TokenDeps): Tokens {
  const { clock, faults } = deps;
  const access = new Map<string, AccessToken>();
  const refresh = new Map<string, RefreshToken>();

  function issue(shop: ShopState, lifeSeconds: number): string {
    const token = `shpat_${randomBytes(16).toString('hex')}`;
    access.set(token, { shop, scopes: [...shop.scopes], expiresAtMs: clock.nowMs() + lifeSeconds * 1000 });
    return token;
  }

  function issuePair(shop: ShopState, predecessor: string | null = null): Record<string, unknown> {
    const accessToken = issue(shop, offlineLifeSeconds);
    const refreshToken = `shprt_${randomBytes(16).toString('hex')}`;
    const expiresAtMs = clock.nowMs() + refreshLifeSeconds * 1000;
    refresh.set(refreshToken, { shop, predecessor, firstUsedAtMs: null, expiresAtMs });
    return {
      access_token: accessToken,
      scope: shop.scopes.join(','),
      expires_in: offlineLifeSeconds,
      refresh_token: refreshToken,
      refresh_token_expires_in: refreshLifeSeconds,
    };
  }

  function exchange(shop: ShopState, request: Readonly<Record<string, string>>): TokenAnswer {
    if (request['subject_token_type'] !== idTokenType) {
      return refused(400, 'invalid_request', 'subject_token_type must be an id_token');
    }
    const claims = readSessionToken(request['subject_token'] ?? '', {
      shop: shop.domain,
      clientId: deps.clientId,
      secrets: deps.secrets(),
      nowMs: clock.nowMs(),
    });
    if (typeof claims === 'string')
      return refused(400, 'invalid_subject_token', `The session token is refused: ${claims}`);
    if (!shop.isInstalled) return refused(400, 'app_not_installed', 'The app is not installed on this shop');
    const wanted = request['requested_token_type'];
    if (wanted === tokenTypes.online) {
      const body = {
        access_token: issue(shop, onlineLifeSeconds),
        scope: shop.scopes.join(','),
        expires_in: onlineLifeSeconds,
        associated_user_scope: shop.scopes.join(','),
        associated_user: {
          id: Number(claims.sub),
          first_name: 'Sam',
          last_name: 'Merchant',
          email: shop.email,
          email_verified: true,
          account_owner: true,
          locale: 'en',
          collaborator: false,
        },
      };
      return { status: 200, body };
    }
    if (wanted !== tokenTypes.offline)
      return refused(400, 'invalid_request', 'requested_token_type is not known');
    if (request['expiring'] === '1') return { status: 200, body: issuePair(shop) };
    const body = { access_token: issue(shop, Number.POSITIVE_INFINITY), scope: shop.scopes.join(',') };
    return { status: 200, body };
  }

  /** A refresh token can be used again until its replacement is used, for 30 days at most. */
  function renew(shop: ShopState, request: Readonly<Record<string, string>>): TokenAnswer {
    const given = request['refresh_token'] ?? '';
    const known = refresh.get(given);
    const isRefused = faults.strike('oauth.refreshRefused', { shop: shop.domain }) !== null;
    if (isRefused || known === undefined || known.shop !== shop || known.expiresAtMs < clock.nowMs()) {
      return refused(400, 'invalid_grant', 'The refresh token is not valid');
    }
    const nowMs = clock.nowMs();
    known.firstUsedAtMs ??= nowMs;
    if (nowMs - known.firstUsedAtMs > retryLifeMs) {
      return refused(400, 'invalid_grant', 'The refresh token was used too long ago');
    }
    if (known.predecessor !== null) refresh.delete(known.predecessor);
    const body = issuePair(shop, given);
    if (faults.strike('oauth.refreshWithoutExpiry', { shop: shop.domain }) !== null)
      delete body['expires_in'];
    return { status: 200, body };
  }

  return {
    answer(shop, request) {
      if (
        request['client_id'] !== deps.clientId ||
        !deps.secrets().includes(request['client_secret'] ?? '')
      ) {
        return refused(400, 'invalid_client', 'client_id or client_secret is wrong');
      }
      if (request['grant_type'] === exchangeGrant) return exchange(shop, request);
      if (request['grant_type'] === 'refresh_token') return renew(shop, request);
      return refused(400, 'unsupported_grant_type', 'grant_type is not known');
    },
    scopesOf(shop, token) {
      const known = access.get(token);
      if (known === undefined || known.shop !== shop || !shop.isInstalled) return null;
      return known.expiresAtMs < clock.nowMs() ? null : known.scopes;
    },
    issueOffline: (shop) => issue(shop, offlineLifeSeconds),
    expire(shop, alsoRefresh = false) {
      for (const token of access.values()) if (token.shop === shop) token.expiresAtMs = clock.nowMs() - 1;
      if (!alsoRefresh) return;
      for (const token of refresh.values()) if (token.shop === shop) token.expiresAtMs = clock.nowMs() - 1;
    },
    revoke(shop) {
      for (const [token, { shop: owner }] of access) if (owner === shop) access.delete(token);
      for (const [token, { shop: owner }] of refresh) if (owner === shop) refresh.delete(token);
    },
  };
}
