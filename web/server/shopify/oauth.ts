import { z } from 'zod';
import type { Secret } from '../secret.ts';
import { TokenGrantError } from './errors.ts';

/** An expiring offline token and what renews it. */
export interface TokenGrant {
  readonly accessToken: string;
  readonly scope: string;
  /** Null: it does not expire (an app that Shopify has not moved to expiring tokens). */
  readonly expiresAt: Date | null;
  readonly refreshToken: string | null;
  readonly refreshExpiresAt: Date | null;
}

export interface OauthDeps {
  readonly fetch: typeof globalThis.fetch;
  readonly apiKey: string;
  readonly secrets: readonly Secret[];
  readonly sandbox: string | null;
  readonly now: () => Date;
}

export interface Oauth {
  /** Trades a verified session token for an offline token. Throws TokenGrantError. */
  exchange(shopDomain: string, sessionToken: string): Promise<TokenGrant>;
  /** Uses up the refresh token. Throws TokenGrantError. */
  refresh(shopDomain: string, refreshToken: string): Promise<TokenGrant>;
}

const deadlineMs = 10_000;
const defaultLifeSeconds = 3600;
const answerSchema = z.object({
  access_token: z.string().min(1),
  scope: z.string(),
  expires_in: z.number().positive().optional(),
  refresh_token: z.string().min(1).optional(),
  refresh_token_expires_in: z.number().positive().optional(),
});

/**
 * The two requests that @shopify/shopify-api would make, made here because it always goes to https://{shop} and can
 * be led elsewhere only by a function set for the whole process.
 */
export function createOauth({ fetch, apiKey, secrets, sandbox, now }: OauthDeps): Oauth {
  async function ask(shopDomain: string, body: Record<string, string>): Promise<TokenGrant> {
    const origin = sandbox === null ? `https://${shopDomain}` : `${sandbox}/shops/${shopDomain}`;
    const at = now();
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${origin}/admin/oauth/access_token`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify({ client_id: apiKey, client_secret: secrets[0]?.reveal() ?? '', ...body }),
        redirect: 'error',
        signal: AbortSignal.timeout(deadlineMs),
      });
      text = await response.text();
    } catch (cause) {
      throw new TokenGrantError(true, { cause });
    }
    if (!response.ok) {
      const isTemporary = response.status === 429 || response.status >= 500;
      throw new TokenGrantError(isTemporary, { detail: `HTTP ${response.status} ${errorNameOf(text)}` });
    }
    const answer = answerSchema.safeParse(parseJson(text));
    if (!answer.success) throw new TokenGrantError(true, { detail: 'the answer is not a token' });
    return toGrant(answer.data, at);
  }

  return {
    exchange: (shopDomain, sessionToken) =>
      ask(shopDomain, {
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token: sessionToken,
        subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
        requested_token_type: 'urn:shopify:params:oauth:token-type:offline-access-token',
        expiring: '1',
      }),
    refresh: (shopDomain, refreshToken) =>
      ask(shopDomain, { grant_type: 'refresh_token', refresh_token: refreshToken }),
  };
}

/** Counted from before the request, so that no token lives longer here than at Shopify. */
function toGrant(answer: z.infer<typeof answerSchema>, at: Date): TokenGrant {
  const after = (seconds: number | undefined): Date | null =>
    seconds === undefined ? null : new Date(at.getTime() + seconds * 1000);
  return {
    accessToken: answer.access_token,
    scope: answer.scope,
    // A refresh has been seen to come without `expires_in`; with a refresh token the token expires all the same.
    expiresAt: after(
      answer.expires_in ?? (answer.refresh_token === undefined ? undefined : defaultLifeSeconds),
    ),
    refreshToken: answer.refresh_token ?? null,
    refreshExpiresAt: after(answer.refresh_token_expires_in),
  };
}

/** OAuth's short error name, such as invalid_subject_token; never the rest of the answer. */
function errorNameOf(text: string): string {
  const body = z.object({ error: z.string().regex(/^[\w-]{1,64}$/) }).safeParse(parseJson(text));
  return body.success ? body.data.error : '';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
