import type { RequestHandler, Response } from 'express';
import type { AccessTokens } from '../shopify/access-tokens.ts';
import { SessionTokenError } from '../shopify/errors.ts';
import type { VerifySessionToken } from '../shopify/session-token.ts';
import { HttpError } from './errors.ts';

export interface RequireSessionDeps {
  readonly verify: VerifySessionToken;
  readonly tokens: AccessTokens;
}

/** Whose panel asks, by a verified session token. */
export interface RequestSession {
  readonly shopId: string;
  readonly shopDomain: string;
  readonly userId: string;
}

const key = 'session';

/**
 * Lets a request pass that carries App Bridge's session token as Bearer, and connects the shop with it where that is
 * not done yet. A refused token is answered 401 with the header that makes App Bridge bring a new one once.
 */
export function requireSession({ verify, tokens }: RequireSessionDeps): RequestHandler {
  return async function requireSession(request, response, next) {
    try {
      const [scheme, token = ''] = (request.get('authorization') ?? '').split(' ');
      if (scheme?.toLowerCase() !== 'bearer') throw new SessionTokenError('there is no session token');
      const { shopDomain, userId } = await verify(token);
      const { shopId } = await tokens.connect(shopDomain, token);
      const session: RequestSession = { shopId, shopDomain, userId };
      response.locals[key] = session;
    } catch (error) {
      if (error instanceof SessionTokenError) response.set('x-shopify-retry-invalid-session-request', '1');
      throw error;
    }
    next();
  };
}

/** The session behind requireSession. */
export function sessionOf(response: Response): RequestSession {
  const session: RequestSession | undefined = response.locals[key];
  if (session === undefined) throw new HttpError('session-token', 'Your session has ended; reload the page.');
  return session;
}
