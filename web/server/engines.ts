import { join } from 'node:path';
import { createBudget } from '../core/budget/budget.ts';
import { wallClock } from '../core/engines/clock.ts';
import { createEngines, type Engines } from '../core/engines/create-engines.ts';
import { createDatabasePredictions } from '../core/engines/prediction-stores.ts';
import { createReplicateClient } from '../core/engines/replicate/client.ts';
import { replicateApiUrl } from '../core/engines/replicate/create.ts';
import { createShopAccounts, type ShopAccounts } from '../core/engines/replicate/shop-accounts.ts';
import { createVaultOutputs } from '../core/engines/vault-outputs.ts';
import { settingsSchema } from '../core/enhancement/settings.ts';
import { findEnhancement } from '../core/store/enhancements.ts';
import { findPredictionByNonce } from '../core/store/predictions.ts';
import { createSeal } from '../core/store/seal.ts';
import { readSettings } from '../core/store/shops.ts';
import type { Store, StoreLog } from '../core/store/store.ts';
import { type Vault, VaultError } from '../core/vault/vault.ts';
import type { Config } from './config.ts';
import { replicateCallbacks } from './http/replicate-callback.ts';

export interface EngineParts {
  readonly config: Config;
  readonly store: Store;
  readonly vault: Vault;
  readonly sealKeys: readonly Uint8Array[];
  readonly log: StoreLog;
}

/** Attempts that were heard of, told to every process. */
const heardChannel = 'vitrine_prediction_heard';

/** Whose Replicate token pays, in every process. */
export function openAccounts({ config, store, sealKeys, log }: Omit<EngineParts, 'vault'>): ShopAccounts {
  const baseUrl = config.sandbox === null ? replicateApiUrl : `${config.sandbox}/replicate/v1`;
  return createShopAccounts({
    store,
    seal: createSeal(sealKeys),
    operatorToken: config.replicate.token?.reveal() ?? null,
    operatorWebhookSecret: config.replicate.webhookSecret?.reveal() ?? null,
    clientFor: (token) =>
      createReplicateClient({ baseUrl, token, fetch, clock: wallClock, random: Math.random }),
    log,
  });
}

/** The engines of a process that works, with their attempts, results and budget in the store. */
export async function openEngines(parts: EngineParts): Promise<Engines> {
  const { config, store, vault, log } = parts;
  const token = config.cog.token?.reveal() ?? null;
  const engines = createEngines({
    local: { cacheDir: join(config.dataDir, 'graphs') },
    replicate: {
      accounts: openAccounts(parts),
      // Replicate calls only HTTPS; the sandbox's account is on this machine.
      publicOrigin: config.sandbox !== null || config.url.startsWith('https:') ? config.url : null,
    },
    cog: { instances: config.cog.urls.map((url) => ({ url, token })) },
    sandboxOrigin: config.sandbox,
    log,
    durable: {
      predictions: createDatabasePredictions(store),
      outputs: createVaultOutputs({ store, vault }),
      budget: createBudget({
        store,
        capsOf: async (shopId) =>
          settingsSchema.parse((await readSettings(store.forShop(shopId))).settings).budget,
      }),
    },
  });
  const subscription = await store.subscribe(heardChannel, engines.replicate.hear);
  return {
    ...engines,
    async close() {
      await subscription.close();
      await engines.close();
    },
  };
}

/** What Replicate asks of a process that answers requests. */
export function engineCallbacks(parts: EngineParts): ReturnType<typeof replicateCallbacks> {
  const { store, vault } = parts;
  const accounts = openAccounts(parts);
  return replicateCallbacks({
    findByNonce: (nonce) => findPredictionByNonce(store.db, nonce),
    webhookSecretOf: async ({ shopId, account }) =>
      (await accounts.of(shopId, account))?.webhookSecret ?? null,
    tell: (predictionId) => store.publish(heardChannel, predictionId),
    async readInput({ shopId, enhancementId }) {
      const enhancement = await findEnhancement(store.forShop(shopId), enhancementId);
      if (enhancement === null || enhancement.preparedDigest === null) return null;
      try {
        return await vault.read(enhancement.preparedDigest);
      } catch (error) {
        if (error instanceof VaultError && error.code === 'vault-missing') return null;
        throw error;
      }
    },
    now: store.now,
  });
}
