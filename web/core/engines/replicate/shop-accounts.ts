import { z } from 'zod';
import type { Seal } from '../../store/seal.ts';
import { getShop, saveSealedSecrets } from '../../store/shops.ts';
import type { Store } from '../../store/store.ts';
import type { EngineLog } from '../ports.ts';
import { type AccountSource, type ReplicateAccount, verifyToken } from './accounts.ts';
import type { ReplicateClient } from './client.ts';
import { ReplicateError } from './errors.ts';

const secretsSchema = z.strictObject({
  replicateToken: z.string().min(1),
  replicateWebhookSecret: z.string().min(1),
});

export interface ShopAccountsDeps {
  readonly store: Pick<Store, 'forShop'>;
  readonly seal: Seal;
  /** Null: each shop has to bring its own. */
  readonly operatorToken: string | null;
  /** Null: it is fetched with the token when it is first needed. */
  readonly operatorWebhookSecret: string | null;
  readonly clientFor: (token: string) => Pick<ReplicateClient, 'account' | 'webhookSecret'>;
  readonly log: EngineLog;
}

/** Whose token pays: the shop's own where it brought one, else the operator's. */
export interface ShopAccounts extends AccountSource {
  /**
   * Proves a token that a merchant entered, fetches its webhook secret, and keeps both sealed.
   * @returns the account's name
   * @throws ReplicateError; then nothing has changed
   */
  bring(shopId: string, token: string): Promise<string>;
  /** Back to the operator's token. Work that the shop's own paid for can no longer be asked about. */
  remove(shopId: string): Promise<void>;
}

const placeOf = (shopId: string): string => `shop/${shopId}/replicate`;

export function createShopAccounts(deps: ShopAccountsDeps): ShopAccounts {
  const { store, seal, operatorToken, clientFor, log } = deps;
  let operatorSecret: Promise<string | null> | null = null;

  /** Without the secret webhooks cannot be trusted, so none are asked for; the sweep finds out instead. */
  async function fetchSecret(token: string): Promise<string | null> {
    try {
      return await clientFor(token).webhookSecret();
    } catch (error) {
      if (!(error instanceof ReplicateError)) throw error;
      log.warn({ code: error.code }, 'the webhook secret of the Replicate account could not be fetched');
      operatorSecret = null;
      return null;
    }
  }

  async function operator(): Promise<ReplicateAccount | null> {
    if (operatorToken === null) return null;
    operatorSecret ??=
      deps.operatorWebhookSecret === null
        ? fetchSecret(operatorToken)
        : Promise.resolve(deps.operatorWebhookSecret);
    return { kind: 'operator', token: operatorToken, webhookSecret: await operatorSecret };
  }

  async function own(shopId: string): Promise<ReplicateAccount | null> {
    const { sealedSecrets } = await getShop(store.forShop(shopId));
    if (sealedSecrets === null) return null;
    const secrets = secretsSchema.parse(JSON.parse(seal.open(sealedSecrets, placeOf(shopId))));
    return { kind: 'shop', token: secrets.replicateToken, webhookSecret: secrets.replicateWebhookSecret };
  }

  return {
    current: async (shopId) => (await own(shopId)) ?? (await operator()),
    of: (shopId, kind) => (kind === 'shop' ? own(shopId) : operator()),
    async bring(shopId, token) {
      if (!/^[\x21-\x7e]{8,200}$/.test(token)) {
        throw new ReplicateError(
          'replicate-token-refused',
          'This is not an API token; copy one from replicate.com/account/api-tokens.',
          { isReported: false },
        );
      }
      const { username, webhookSecret } = await verifyToken(clientFor(token));
      const secrets = { replicateToken: token, replicateWebhookSecret: webhookSecret };
      await saveSealedSecrets(store.forShop(shopId), seal.seal(JSON.stringify(secrets), placeOf(shopId)));
      return username;
    },
    async remove(shopId) {
      await saveSealedSecrets(store.forShop(shopId), null);
    },
  };
}
