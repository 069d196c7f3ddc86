import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { inspect, parseArgs } from 'node:util';
import { createBudget, spendOf } from '../../web/core/budget/budget.ts';
import { wallClock } from '../../web/core/engines/clock.ts';
import type { EnhanceRequest } from '../../web/core/engines/contract.ts';
import { EngineError } from '../../web/core/engines/errors.ts';
import { createMemoryOutputs } from '../../web/core/engines/memory-outputs.ts';
import { findModel } from '../../web/core/engines/models/register.ts';
import { createDatabasePredictions } from '../../web/core/engines/prediction-stores.ts';
import { operatorAccountOnly } from '../../web/core/engines/replicate/accounts.ts';
import {
  createReplicate,
  type ReplicateService,
  replicateOutputHosts,
} from '../../web/core/engines/replicate/create.ts';
import { createBreakers } from '../../web/core/engines/router/breaker.ts';
import { workKey } from '../../web/core/engines/work-key.ts';
import { encodeRasterPng } from '../../web/core/image/prepared.ts';
import { createGuardedFetch } from '../../web/core/net/guarded-fetch.ts';
import { newId } from '../../web/core/store/ids.ts';
import { openStore } from '../../web/core/store/open.ts';
import { installShop } from '../../web/core/store/shops.ts';
import type { BenchContext, BenchReport } from '../report.ts';
import { startEdge } from './edge.ts';
import { shares } from './faults.ts';
import { startSandboxThread } from './sandbox-thread.ts';
import { busyShare, longestGaps, tally } from './tally.ts';

export const summary =
  'paid predictions under faults: none lost, none paid twice, slots busy [--images N] [--run-ms N] [--seed N]';

const machines = 4;
const wholeDeadlineMs = 20_000;
/** As the job queue does with what may pass. */
const maxTries = 12;

/** Small pictures, all different: what is measured is the way of a prediction, not pixels. */
async function makeRequest(
  index: number,
  shopId: string,
): Promise<EnhanceRequest & { work: { workKey: string } }> {
  const [widthPx, heightPx] = [64, 48];
  const data = new Uint8Array(widthPx * heightPx * 3);
  for (let at = 0; at < data.length; at += 1) data[at] = (at * 7 + index * 31 + (at >> 6) * index) & 255;
  const rgb = { data, widthPx, heightPx, channels: 3 } as const;
  const inputPng = await encodeRasterPng(rgb);
  const inputDigest = createHash('sha256').update(inputPng).update(String(index)).digest('hex');
  const params = {
    num_steps: 1,
    chopping_size: null,
    seed: null,
    resize: null,
    output_format: 'png',
  } as const;
  const model = 'zf-kbot/invsr';
  const key = workKey({
    preparedDigest: inputDigest,
    preparedSize: { widthPx, heightPx },
    params,
    model: findModel(model),
    targetLongestSidePx: null,
  });
  return {
    input: { rgb, alpha: null, jpeg: null },
    inputPng,
    inputDigest,
    params,
    model,
    targetLongestSidePx: null,
    work: { shopId, enhancementId: newId(), workKey: key },
  };
}

/** Everything that is logged or thrown, to be searched for the token. */
function createTrace() {
  const lines: string[] = [];
  const write = (fields: object, message: string): void => {
    lines.push(`${message} ${inspect(fields, { depth: 8, showHidden: true })}`);
  };
  return { lines, log: { debug: write, info: write, warn: write, error: write } };
}

type Outcome = 'made' | string;

async function enhanceAsQueueDoes(
  service: ReplicateService,
  request: EnhanceRequest,
  trace: ReturnType<typeof createTrace>,
): Promise<Outcome> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await service.engine.enhance(request, { signal: new AbortController().signal });
      return 'made';
    } catch (error) {
      trace.lines.push(inspect(error, { depth: 8, showHidden: true }));
      if (!(error instanceof EngineError)) throw error;
      if (!error.isRetriable || attempt === maxTries) return `${error.code}: ${error.sentence}`;
      await pause(500);
    }
  }
}

export async function run({ args, say }: BenchContext): Promise<BenchReport> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      images: { type: 'string', default: '500' },
      'run-ms': { type: 'string', default: '1000' },
      seed: { type: 'string', default: '1' },
    },
  });
  const [images, runMs] = [Number(values.images), Number(values['run-ms'])];
  const sandbox = await startSandboxThread({ machines, runMs, seed: Number(values.seed) });
  const trace = createTrace();
  const store = await openStore({
    databaseUrl: null,
    dataDir: null,
    log: trace.log,
    now: () => new Date(),
    isSupervisor: false,
  });
  const { id: shopId } = await installShop(store.db, 'bench.myshopify.com', '', new Date());
  const predictions = createDatabasePredictions(store);
  const requests = await Promise.all(
    Array.from({ length: images }, (_, index) => makeRequest(index, shopId)),
  );
  const inputs = new Map(requests.map(({ work, inputPng }) => [work.workKey, inputPng]));
  let service: ReplicateService | null = null;
  const edge = await startEdge(
    {
      findByNonce: predictions.findByNonce,
      webhookSecretOf: async () => sandbox.webhookSecret,
      tell: async (predictionId) => service?.hear(predictionId),
      readInput: async (attempt) => inputs.get(attempt.workKey) ?? null,
      now: () => new Date(),
    },
    trace.log,
  );
  const guarded = createGuardedFetch({
    allowHosts: replicateOutputHosts,
    sandboxOrigin: sandbox.origin,
    maxBytes: 10_000_000,
    deadlineMs: 10_000,
  });
  service = createReplicate({
    predictions,
    outputs: createMemoryOutputs(),
    budget: createBudget({
      store,
      capsOf: async () => ({ perImageMicros: null, perDayMicros: null, perShopMicros: null }),
    }),
    accounts: operatorAccountOnly(sandbox.token, sandbox.webhookSecret),
    breakers: createBreakers({ clock: wallClock }),
    download: guarded.download,
    fetch,
    clock: wallClock,
    random: Math.random,
    log: trace.log,
    baseUrl: sandbox.apiUrl,
    publicOrigin: edge.origin,
    settings: {
      // Enough that a machine never waits for an image that is being looked for, or for a 429 to pass.
      maxInFlight: 6 * machines,
      wholeDeadlineMs,
      unsettledMs: 3000,
      maxPauseMs: 5000,
      shortestPollMs: 500,
      longestPollMs: 3000,
    },
  });
  const over = new AbortController();
  const sweeping = sweepUntil(service, over.signal);
  say(`${images} images, ${machines} machines, ${runMs} ms a run`);
  let ended = 0;
  const outcomes = await Promise.all(
    requests.map(async (request) => {
      const outcome = await enhanceAsQueueDoes(service, request, trace);
      ended += 1;
      if (ended % 100 === 0) say(`${ended} of ${images} ended`);
      return outcome;
    }),
  );
  over.abort();
  await sweeping;
  await service.sweep(new AbortController().signal);

  const attempts = (
    await Promise.all(requests.map(({ work }) => predictions.attempts(shopId, work.workKey)))
  ).flat();
  const { runs, uses, struck } = await sandbox.end();
  const sums = tally(runs, attempts);
  const { inAll } = await spendOf(store, shopId);
  const fromMs = Math.min(...uses.map((use) => use.fromMs));
  const toMs = Math.max(...uses.map((use) => use.toMs));
  // While every image has not been begun there is work for all machines; after that they fall idle one by one.
  const backlogMs = Math.max(
    ...attempts.filter(({ attempt }) => attempt === 1).map((row) => row.createdAt.getTime()),
  );
  const everything = [...trace.lines, JSON.stringify(attempts), ...outcomes].join('\n');
  const failures = outcomes.filter((outcome) => outcome !== 'made');
  const costs = attempts.reduce((sum, { costMicros }) => sum + costMicros, 0);
  await service.engine.close();
  await edge.close();
  await guarded.close();
  await store.close();
  return {
    figures: [
      { name: 'images.ended', value: outcomes.length, unit: 'images', bar: { atLeast: images } },
      { name: 'images.made', value: outcomes.length - failures.length, unit: 'images' },
      {
        name: 'images.failed-without-a-reason',
        value: failures.filter((outcome) => !/^[a-z-]+: \S/.test(outcome)).length,
        unit: 'images',
        bar: { atMost: 0 },
      },
      { name: 'runs.created', value: runs.length, unit: 'runs' },
      {
        name: 'runs.minus-images-minus-explained-retries',
        value:
          runs.length -
          sums.retries -
          new Set(attempts.filter((row) => row.remoteId).map((row) => row.workKey)).size,
        unit: 'runs',
        bar: { atLeast: 0, atMost: 0 },
        note: 'images that got a run, plus retries with an attempt of their own',
      },
      { name: 'runs.unexplained', value: sums.unexplained, unit: 'runs', bar: { atMost: 0 } },
      { name: 'runs.imagined', value: sums.imagined, unit: 'runs', bar: { atMost: 0 } },
      { name: 'images.paid-twice', value: sums.paidTwice, unit: 'images', bar: { atMost: 0 } },
      { name: 'budget.reserved-at-the-end', value: inAll.reservedMicros, unit: '$/10⁶', bar: { atMost: 0 } },
      {
        name: 'budget.spent-minus-costs',
        value: Math.abs(inAll.spentMicros - costs),
        unit: '$/10⁶',
        bar: { atMost: 0 },
      },
      {
        name: 'machines.busy',
        value: busyShare(uses, machines, fromMs, backlogMs),
        unit: 'share',
        bar: { atLeast: 0.95 },
        note: 'machine time in use over all machine time, while images wait',
      },
      {
        name: 'machines.busy-with-the-end',
        value: busyShare(uses, machines, fromMs, toMs),
        unit: 'share',
        note: 'the same until the last run: the last runs, retries and endless ones leave machines idle',
      },
      {
        name: 'token.seen',
        value: everything.split(sandbox.token).length - 1,
        unit: 'times',
        bar: { atMost: 0 },
        note: `in ${Math.round(everything.length / 1000)} kB of logs, errors and records`,
      },
    ],
    details: {
      faults: shares,
      struck,
      retries: sums.retries,
      reasons: sums.reasons,
      failures: Object.fromEntries(
        [...new Set(failures)].map((reason) => [reason, failures.filter((each) => each === reason).length]),
      ),
      idealSeconds: (images * runMs) / machines / 1000,
      longestGaps: longestGaps(uses, machines, fromMs, backlogMs),
      wallSeconds: (toMs - fromMs) / 1000,
    },
  };
}

async function sweepUntil(service: ReplicateService, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await service.sweep(new AbortController().signal);
    await pause(2000, undefined, { signal }).catch(() => undefined);
  }
}
