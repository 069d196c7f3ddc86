import type { ReplicateClient } from './client.ts';
import { ReplicateError } from './errors.ts';

export type AccountKind = 'operator' | 'shop';

/** Whose token pays, and what its webhooks are signed with. */
export interface ReplicateAccount {
  readonly kind: AccountKind;
  readonly token: string;
  /** Null: not known yet; then webhooks are not asked for. */
  readonly webhookSecret: string | null;
}

/** Opens the sealed tokens. Null where there is none. */
export interface AccountSource {
  /** The one that a shop's new work is paid with: its own where it brought one, else the operator's. */
  current(shopId: string): Promise<ReplicateAccount | null>;
  /** One that earlier work was begun with. */
  of(shopId: string, kind: AccountKind): Promise<ReplicateAccount | null>;
}

/** Only the operator's token, for every shop. */
export function operatorAccountOnly(token: string | null, webhookSecret: string | null): AccountSource {
  const account: ReplicateAccount | null = token === null ? null : { kind: 'operator', token, webhookSecret };
  return {
    current: async () => account,
    of: async (_shopId, kind) => (kind === 'operator' ? account : null),
  };
}

export interface OpenAccount {
  readonly account: ReplicateAccount;
  readonly client: ReplicateClient;
  /** Names the account for the circuit breaker and the log: never the token. */
  readonly key: string;
}

export interface Accounts {
  current(shopId: string): Promise<OpenAccount>;
  of(shopId: string, kind: AccountKind): Promise<OpenAccount>;
}

const maxClients = 500;

/** One client a token, so that a 429 holds back everything that the account asks for. */
export function createAccounts(
  source: AccountSource,
  createClient: (token: string) => ReplicateClient,
): Accounts {
  const clients = new Map<string, ReplicateClient>();

  function open(shopId: string, account: ReplicateAccount | null): OpenAccount {
    if (account === null) {
      throw new ReplicateError(
        'replicate-no-token',
        'There is no Replicate API token; enter one in the settings, or choose the local engine.',
        { isReported: false },
      );
    }
    let client = clients.get(account.token);
    if (client === undefined) {
      client = createClient(account.token);
      const oldest = clients.keys().next();
      if (clients.size >= maxClients && !oldest.done) clients.delete(oldest.value);
      clients.set(account.token, client);
    }
    return { account, client, key: account.kind === 'operator' ? 'operator' : `shop ${shopId}` };
  }

  return {
    current: async (shopId) => open(shopId, await source.current(shopId)),
    of: async (shopId, kind) => open(shopId, await source.of(shopId, kind)),
  };
}

/**
 * Proves a token that somebody entered, and fetches the secret of its webhooks.
 * @throws ReplicateError `replicate-token-refused` and others
 */
export async function verifyToken(
  client: Pick<ReplicateClient, 'account' | 'webhookSecret'>,
): Promise<{ readonly username: string; readonly webhookSecret: string }> {
  return { username: await client.account(), webhookSecret: await client.webhookSecret() };
}
