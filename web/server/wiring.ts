import { hkdfSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createAdminClient } from '../core/catalog/admin-client.ts';
import { shopifyFileHosts } from '../core/catalog/hosts.ts';
import { createThrottle, type Throttle } from '../core/catalog/throttle.ts';
import { modelOfTier } from '../core/engines/local/tiers.ts';
import { defaultModels, defaultSteps, findModel } from '../core/engines/models/register.ts';
import type { Sweeper } from '../core/engines/replicate/sweep.ts';
import type { EnhancementDeps } from '../core/enhancement/step.ts';
import { createTextReader } from '../core/fidelity/text/text-reader.ts';
import { createGuardedFetch } from '../core/net/guarded-fetch.ts';
import { createSeal } from '../core/store/seal.ts';
import { getShop } from '../core/store/shops.ts';
import type { Store, StoreLog } from '../core/store/store.ts';
import { createFileVault } from '../core/vault/file-vault.ts';
import type { Vault } from '../core/vault/vault.ts';
import type { Config } from './config.ts';
import { openEngines } from './engines.ts';
import { type EventBus, imageEventsOn } from './events.ts';
import { type AccessTokens, createAccessTokens } from './shopify/access-tokens.ts';
import { createOauth } from './shopify/oauth.ts';

/** A file above Shopify's own limit cannot be an image of a shop. */
const maxDownloadBytes = 25 * 1024 * 1024;
const downloadDeadlineMs = 60_000;

export function createTokens(config: Config, store: Store, sealKeys: readonly Uint8Array[]): AccessTokens {
  const { apiKey, secrets } = config.shopify;
  const { now } = store;
  return createAccessTokens({
    store,
    seal: createSeal(sealKeys),
    oauth: createOauth({ fetch, apiKey, secrets, sandbox: config.sandbox, now }),
    settingsOfNewShop: settingsOfNewShop(config),
  });
}

/** What a shop begins with; the merchant changes it in the panel. */
function settingsOfNewShop({ engine }: Config) {
  const model = engine.name === 'local' ? modelOfTier(engine.tier) : defaultModels[engine.name];
  return { engine: engine.name, model, params: { num_steps: engine.steps ?? defaultSteps[engine.name] } };
}

/** A key for a purpose, from the newest seal key, so that there is one secret to keep and none is used for two things. */
export function deriveKey(sealKeys: readonly Uint8Array[], purpose: string): Uint8Array {
  const [newest] = sealKeys;
  if (newest === undefined) throw new RangeError('sealKeys: expected at least one');
  return new Uint8Array(hkdfSync('sha256', newest, '', `vitrine ${purpose}`, 32));
}

/** Where scripts/build-panel.ts puts the panel: beside package.json, however deep this file lies in a build. */
export function panelFolder(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return join(folder, 'dist', 'panel');
}

export function createVault(config: Pick<Config, 'dataDir'>): Vault {
  return createFileVault(join(config.dataDir, 'vault'));
}

export interface EnhancementParts extends AsyncDisposable {
  readonly deps: EnhancementDeps;
  readonly sweeper: Sweeper;
}

/** What the way of an image needs, made once per process that works. Disposing frees engines and connections. */
export async function openEnhancement(options: {
  readonly config: Config;
  readonly store: Store;
  readonly tokens: AccessTokens;
  readonly events: EventBus;
  readonly sealKeys: readonly Uint8Array[];
  readonly log: StoreLog;
}): Promise<EnhancementParts> {
  const { config, store, sealKeys, tokens, events, log } = options;
  const vault = createVault(config);
  const net = createGuardedFetch({
    allowHosts: shopifyFileHosts,
    sandboxOrigin: config.sandbox,
    maxBytes: maxDownloadBytes,
    deadlineMs: downloadDeadlineMs,
  });
  const engines = await openEngines({ config, store, vault, sealKeys, log });
  const readText = createTextReader();
  // All work of this process for a shop is paced together; other processes are felt through Shopify's answers.
  const throttles = new Map<string, Throttle>();
  const deps: EnhancementDeps = {
    store,
    vault,
    net,
    engines: engines.byId,
    readText,
    confirmedLicences: config.confirmedLicences.map((id) => {
      const model = findModel(id);
      return { model: id, licence: model.licence.name, confirmedBy: 'operator', confirmedAt: 'at start' };
    }),
    clientFor: async (shopId, lane = 'live') => {
      const { domain } = await getShop(store.forShop(shopId));
      const throttle = throttles.get(domain) ?? createThrottle();
      throttles.set(domain, throttle);
      return createAdminClient({
        shopDomain: domain,
        throttle,
        lane,
        accessToken: tokens.sourceFor(domain),
        fetch,
        sandboxOrigin: config.sandbox,
        clock: Date.now,
        random: Math.random,
      });
    },
    log,
    events: imageEventsOn(events),
  };
  return {
    deps,
    sweeper: engines.replicate,
    async [Symbol.asyncDispose]() {
      await engines.close();
      await readText.close();
      await net.close();
    },
  };
}
