import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ReplicateSandbox, startReplicateSandbox } from '../../../../sandbox/replicate/sandbox.ts';
import { spendOf } from '../../../../web/core/budget/budget.ts';
import { findModel } from '../../../../web/core/engines/models/register.ts';
import { createDatabasePredictions } from '../../../../web/core/engines/prediction-stores.ts';
import { type FaultPoint, faultPoints } from '../../../../web/core/engines/replicate/fault-points.ts';
import { workKey } from '../../../../web/core/engines/work-key.ts';
import { newId } from '../../../../web/core/store/ids.ts';
import { openStore } from '../../../../web/core/store/open.ts';
import { installShop } from '../../../../web/core/store/shops.ts';
import type { Store } from '../../../../web/core/store/store.ts';
import { silentLog } from '../../../support/silent-log.ts';
import { freshFolder, freshPlace } from '../../../support/stores.ts';
import { type CrashOrder, openCrashService } from './crash-order.ts';
import { makeRequest } from './harness.ts';

/** What has to go wrong on the way for some of the points to be passed at all. */
const needs: Partial<Record<FaultPoint, (sandbox: ReplicateSandbox) => void>> = {
  'refusal-answered': ({ faults }) => faults.arm('create.throttled', { retryAfterSeconds: 900 }),
  'unknown-recorded': ({ faults }) => faults.arm('create.reset', { accepted: true }),
  'given-up-recorded': ({ faults }) => faults.arm('create.reset', {}),
};

let databaseUrl = '';
let folder = '';
let store: Store;
beforeAll(async () => {
  databaseUrl = (await freshPlace('postgres')).databaseUrl ?? '';
  folder = await freshFolder();
  await mkdir(folder, { recursive: true });
  store = await openStore({
    databaseUrl,
    dataDir: null,
    log: silentLog,
    now: () => new Date(),
    isSupervisor: false,
  });
});
afterAll(() => store.close());

async function prepareWork(sandbox: ReplicateSandbox): Promise<CrashOrder> {
  const { id: shopId } = await installShop(store.db, `${newId()}.myshopify.com`, '', new Date());
  const { input, inputPng, ...request } = await makeRequest();
  const { widthPx, heightPx } = input.rgb;
  const inputPath = join(folder, `${shopId}.png`);
  await writeFile(inputPath, inputPng);
  const key = workKey({
    preparedDigest: request.inputDigest,
    preparedSize: { widthPx, heightPx },
    params: request.params,
    model: findModel(request.model),
    targetLongestSidePx: null,
  });
  return {
    databaseUrl,
    apiUrl: sandbox.apiUrl(),
    token: sandbox.tokens[0],
    vaultFolder: join(folder, shopId),
    inputPath,
    request: { ...request, work: { shopId, enhancementId: newId(), workKey: key } },
    endsAt: null,
  };
}

/** The signal that ended the process; null where it did its work and ended by itself. */
function runProcess(order: CrashOrder): Promise<string | null> {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'crash-child.ts'), JSON.stringify(order)],
    {
      stdio: 'ignore',
    },
  );
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (_code, signal) => resolve(signal));
  });
}

/** The next process is this one: it shares nothing with the dead one but the database and the vault. */
async function finishHere(order: CrashOrder): Promise<{ widthPx: number }> {
  const { service, close } = openCrashService(order, store, () => undefined);
  const { input, inputPng } = await makeRequest();
  try {
    const result = await service.engine.enhance(
      { ...order.request, input, inputPng },
      { signal: new AbortController().signal },
    );
    return { widthPx: result.rgb.widthPx };
  } finally {
    await close();
  }
}

async function checkOnePaidRun(order: CrashOrder, sandbox: ReplicateSandbox): Promise<void> {
  const { shopId, workKey: key } = order.request.work as NonNullable<typeof order.request.work>;
  const attempts = await createDatabasePredictions(store).attempts(shopId, key);
  const runs = [...sandbox.account.runs.values()];
  expect(runs.filter(({ startedMs }) => startedMs !== null)).toHaveLength(1);
  // Every run is explained by exactly one attempt, and no attempt holds money any more.
  expect(attempts.map(({ remoteId }) => remoteId).filter((id) => id !== null)).toEqual(
    runs.map(({ id }) => id),
  );
  expect(attempts[0]?.state).toBe('copied');
  const { inAll } = await spendOf(store, shopId);
  expect(inAll).toEqual({ reservedMicros: 0, spentMicros: attempts[0]?.costMicros });
}

/** Run ids are unique in the world; here each sandbox needs its own seed for that. */
let seed = 0;
async function withSandbox(work: (sandbox: ReplicateSandbox) => Promise<void>): Promise<void> {
  seed += 1;
  const sandbox = await startReplicateSandbox({ runMs: 20, seed });
  try {
    await work(sandbox);
  } finally {
    await sandbox.close();
  }
}

describe('a process that ends as by kill -9', () => {
  test.concurrent.each(faultPoints)('at "%s": the next one finishes, and one run is paid for', (endsAt) =>
    withSandbox(async (sandbox) => {
      const order = await prepareWork(sandbox);
      needs[endsAt]?.(sandbox);
      expect(await runProcess({ ...order, endsAt })).toBe('SIGKILL');
      sandbox.faults.clear();
      expect(await finishHere(order)).toEqual({ widthPx: 256 });
      await checkOnePaidRun(order, sandbox);
    }),
  );

  test.concurrent('again and again, at one point after the other: one run is paid for', () =>
    withSandbox(async (sandbox) => {
      const order = await prepareWork(sandbox);
      const points = ['reserved', 'creating-recorded', 'polled', 'end-recorded', 'output-saved'] as const;
      for (const endsAt of points) expect(await runProcess({ ...order, endsAt })).toBe('SIGKILL');
      expect(await finishHere(order)).toEqual({ widthPx: 256 });
      await checkOnePaidRun(order, sandbox);
    }));
});
