import type { RequestHandler } from 'express';
import type { StoreLog } from '../../core/store/store.ts';
import type { AccessTokens } from '../shopify/access-tokens.ts';
import type { VerifySessionToken } from '../shopify/session-token.ts';

export interface ConnectShopDeps {
  readonly verify: VerifySessionToken;
  readonly tokens: AccessTokens;
  readonly log: StoreLog;
}

/**
 * On the app's page the admin hands over `id_token`: managed installation needs nothing more to connect the shop. The
 * page itself holds no data, so it is served even when that fails, for example because the address was reloaded after
 * the token's minute: the panel's first call brings a fresh token and connects then.
 */
export function connectShop({ verify, tokens, log }: ConnectShopDeps): RequestHandler {
  return async function connectShop(request, _response, next) {
    const { id_token: token } = request.query;
    if (typeof token === 'string' && token !== '') {
      try {
        const { shopDomain } = await verify(token);
        await tokens.connect(shopDomain, token);
      } catch (error) {
        log.info({ err: error }, 'not connected by the page; the panel will try');
      }
    }
    next();
  };
}
