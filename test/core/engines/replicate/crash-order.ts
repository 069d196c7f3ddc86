import { createBudget } from '../../../../web/core/budget/budget.ts';
import { wallClock } from '../../../../web/core/engines/clock.ts';
import type { EnhanceRequest } from '../../../../web/core/engines/contract.ts';
import { createDatabasePredictions } from '../../../../web/core/engines/prediction-stores.ts';
import { operatorAccountOnly } from '../../../../web/core/engines/replicate/accounts.ts';
import {
  createReplicate,
  type ReplicateService,
  replicateOutputHosts,
} from '../../../../web/core/engines/replicate/create.ts';
import type { FaultPoint } from '../../../../web/core/engines/replicate/fault-points.ts';
import type { ReplicateSettings } from '../../../../web/core/engines/replicate/settings.ts';
import { createBreakers } from '../../../../web/core/engines/router/breaker.ts';
import { createVaultOutputs } from '../../../../web/core/engines/vault-outputs.ts';
import { createGuardedFetch } from '../../../../web/core/net/guarded-fetch.ts';
import type { Store } from '../../../../web/core/store/store.ts';
import { createFileVault } from '../../../../web/core/vault/file-vault.ts';
import { silentLog } from '../../../support/silent-log.ts';

/** What the process of crash-child.ts is told. */
export interface CrashOrder {
  readonly databaseUrl: string;
  readonly apiUrl: string;
  readonly token: string;
  readonly vaultFolder: string;
  readonly inputPath: string;
  readonly request: Omit<EnhanceRequest, 'input' | 'inputPng'>;
  readonly endsAt: FaultPoint | null;
}

const freeCaps = { perImageMicros: null, perDayMicros: null, perShopMicros: null };

/** A create of a dead process is taken for dead after the two in the middle together. */
const crashSettings: Partial<ReplicateSettings> = {
  unsettledMs: 300,
  callDeadlineMs: 2000,
  maxPauseMs: 500,
  shortestPollMs: 10,
  longestPollMs: 100,
};

/** The engine on the database, as each of the processes has it. */
export function openCrashService(
  order: CrashOrder,
  store: Store,
  at: (point: FaultPoint) => void,
): { readonly service: ReplicateService; close(): Promise<void> } {
  const guarded = createGuardedFetch({
    allowHosts: replicateOutputHosts,
    sandboxOrigin: order.apiUrl,
    maxBytes: 10_000_000,
    deadlineMs: 5000,
  });
  const service = createReplicate({
    predictions: createDatabasePredictions(store),
    outputs: createVaultOutputs({ store, vault: createFileVault(order.vaultFolder) }),
    budget: createBudget({ store, capsOf: async () => freeCaps }),
    accounts: operatorAccountOnly(order.token, null),
    breakers: createBreakers({ clock: wallClock }),
    download: guarded.download,
    fetch,
    clock: wallClock,
    random: Math.random,
    log: silentLog,
    baseUrl: order.apiUrl,
    publicOrigin: null,
    settings: crashSettings,
    at,
  });
  return {
    service,
    async close() {
      await service.engine.close();
      await guarded.close();
    },
  };
}
