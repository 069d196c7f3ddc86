import { Session } from '@shopify/shopify-api';
import type { Prisma } from '../../core/store/records.ts';
import type { Seal } from '../../core/store/seal.ts';
import { findShopByDomain, installShop } from '../../core/store/shops.ts';
import type { Store } from '../../core/store/store.ts';
import { NotConnectedError, TokenGrantError } from './errors.ts';
import type { Oauth, TokenGrant } from './oauth.ts';
import { createSessionStorage, type SessionStorage } from './session-storage.ts';

export interface AccessTokensDeps {
  readonly store: Store;
  readonly seal: Seal;
  readonly oauth: Oauth;
  /** What a shop begins with that is installed for the first time. */
  readonly settingsOfNewShop?: Prisma.InputJsonObject;
}

/** The offline tokens of all shops. */
export interface AccessTokens {
  /**
   * A token that is good now, renewed when it is about to end or when it is the one that Shopify has just refused.
   * Throws NotConnectedError when the merchant must open the app, TokenGrantError when Shopify is down.
   */
  get(shopDomain: string, refusedToken?: string): Promise<string>;
  /** As get, for a client that only says whether the last token it was given was refused. */
  sourceFor(shopDomain: string): (isRefused: boolean) => Promise<string>;
  /** Makes sure that the shop is installed with a living token, by a verified session token. Idempotent. */
  connect(shopDomain: string, sessionToken: string): Promise<{ readonly shopId: string }>;
  /** Renews ahead of time, so that a shop that rests does not lose its refresh token. Null: nothing to renew. */
  renew(shopDomain: string): Promise<string | null>;
}

/** Renewed this long before its end: longer than any single piece of work that was given the token. */
const marginMs = 5 * 60_000;
export function offlineSessionId(shopDomain: string): string {
  return `offline_${shopDomain}`;
}

/**
 * Renewing is done under a lock of the database: a refresh token is good for one use, and two processes that use it
 * at the same time would leave the shop without any.
 */
export function createAccessTokens({
  store,
  seal,
  oauth,
  settingsOfNewShop = {},
}: AccessTokensDeps): AccessTokens {
  const { db, now } = store;
  const sessions = createSessionStorage({ db, seal, now });
  const underLock = <T>(shopDomain: string, work: () => Promise<T>): Promise<T> =>
    store.withLock(`token:${shopDomain}`, work);

  async function load(shopDomain: string): Promise<Session> {
    const session = await sessions.loadSession(offlineSessionId(shopDomain));
    if (session?.accessToken === undefined) throw new NotConnectedError();
    return session;
  }

  /** Every call of the panel asks this: two indexed reads and no lock. */
  async function findConnected(shopDomain: string): Promise<{ readonly shopId: string } | null> {
    const shop = await findShopByDomain(db, shopDomain);
    if (shop?.status !== 'installed') return null;
    const session = await sessions.loadSession(offlineSessionId(shopDomain));
    return session !== undefined && canServe(session, now()) ? { shopId: shop.id } : null;
  }

  async function renewNow(session: Session): Promise<Session> {
    const { refreshToken, refreshTokenExpires } = session;
    if (refreshToken === undefined || (refreshTokenExpires !== undefined && refreshTokenExpires <= now())) {
      throw new NotConnectedError({ detail: 'there is no living refresh token' });
    }
    let grant: TokenGrant;
    try {
      grant = await oauth.refresh(session.shop, refreshToken);
    } catch (error) {
      if (error instanceof TokenGrantError && !error.isTemporary)
        throw new NotConnectedError({ cause: error });
      throw error;
    }
    return keep(sessions, session.shop, grant);
  }

  async function get(shopDomain: string, refusedToken?: string): Promise<string> {
    const good = (session: Session): string | null => {
      const token = session.accessToken ?? '';
      return token !== refusedToken && isGoodFor(session, marginMs, now()) ? token : null;
    };
    const token = good(await load(shopDomain));
    if (token !== null) return token;
    return underLock(shopDomain, async () => {
      // Read again: whoever had the lock before may have renewed it.
      const session = await load(shopDomain);
      return good(session) ?? (await renewNow(session)).accessToken ?? '';
    });
  }

  return {
    get,
    sourceFor(shopDomain) {
      let last: string | undefined;
      return async (isRefused) => {
        last = await get(shopDomain, isRefused ? last : undefined);
        return last;
      };
    },
    async connect(shopDomain, sessionToken) {
      return (
        (await findConnected(shopDomain)) ??
        underLock(shopDomain, async () => {
          const connected = await findConnected(shopDomain);
          if (connected !== null) return connected;
          const session = await keep(sessions, shopDomain, await oauth.exchange(shopDomain, sessionToken));
          const installed = await installShop(db, shopDomain, session.scope ?? '', now(), settingsOfNewShop);
          return { shopId: installed.id };
        })
      );
    },
    renew(shopDomain) {
      return underLock(shopDomain, async () => {
        const session = await sessions.loadSession(offlineSessionId(shopDomain));
        if (session?.refreshToken === undefined) return null;
        return (await renewNow(session)).accessToken ?? null;
      });
    },
  };
}

async function keep(sessions: SessionStorage, shopDomain: string, grant: TokenGrant): Promise<Session> {
  const session = new Session({
    id: offlineSessionId(shopDomain),
    shop: shopDomain,
    state: '',
    isOnline: false,
    scope: grant.scope,
    accessToken: grant.accessToken,
    ...(grant.expiresAt === null ? {} : { expires: grant.expiresAt }),
    ...(grant.refreshToken === null ? {} : { refreshToken: grant.refreshToken }),
    ...(grant.refreshExpiresAt === null ? {} : { refreshTokenExpires: grant.refreshExpiresAt }),
  });
  await sessions.storeSession(session);
  return session;
}

/** A token without an end stays good until Shopify refuses it. */
function isGoodFor(session: Session, spanMs: number, now: Date): boolean {
  return session.expires === undefined || session.expires.getTime() - spanMs > now.getTime();
}

/** Good now, or to be renewed without the merchant. */
function canServe(session: Session, now: Date): boolean {
  if (isGoodFor(session, marginMs, now)) return true;
  const { refreshToken, refreshTokenExpires } = session;
  return refreshToken !== undefined && (refreshTokenExpires === undefined || refreshTokenExpires > now);
}
