import { BudgetError } from '../../budget/errors.ts';
import type {
  Engine,
  EngineContext,
  EngineParams,
  EngineWork,
  EnhancedImage,
  EnhanceRequest,
} from '../contract.ts';
import { EngineStopError } from '../errors.ts';
import { checkRequest, effectiveParams, type ImageSize, type ModelEntry } from '../models/entry.ts';
import { licenceLabel } from '../models/licence.ts';
import { type Quote, quote } from '../models/price.ts';
import { findModelFor } from '../models/register.ts';
import { expectedOutput, outputTileLines, readOutput, UnusableOutput } from '../output.ts';
import type { PredictionRecord } from '../ports.ts';
import type { Breakers } from '../router/breaker.ts';
import { createSlots } from '../slots.ts';
import { workKey } from '../work-key.ts';
import { errorOf, isNotAccepted, isUnderWay, mayTryAgain, tookTooLong } from './attempt.ts';
import { ReplicateError } from './errors.ts';
import type { Hints } from './hints.ts';
import { handOver } from './input.ts';
import { isPassing, type Lifecycle, type LifecycleDeps } from './lifecycle.ts';
import { troubleOf } from './trouble.ts';

export interface ReplicateEngineDeps extends LifecycleDeps {
  readonly lifecycle: Lifecycle;
  readonly breakers: Breakers;
  readonly hints: Hints;
  readonly newId: () => string;
  /** Unguessable, 256 bits, letters that need no escaping in an address. */
  readonly newNonce: () => string;
  /** Where Replicate can read the input of an attempt; null where it cannot reach us. */
  readonly inputUrlOf: (nonce: string) => string | null;
  /** Where Replicate tells of an attempt; null where it cannot reach us. */
  readonly callbackUrlOf: (nonce: string) => string | null;
}

interface Job {
  readonly request: EnhanceRequest;
  readonly context: EngineContext;
  readonly work: EngineWork;
  readonly model: ModelEntry;
  readonly size: ImageSize;
  readonly params: EngineParams;
  readonly ignored: ReturnType<typeof effectiveParams>['ignored'];
  readonly beganMs: number;
}

/**
 * The engine on Replicate. Every attempt is written down before it is made, so that a call with the same work takes
 * up what an earlier one began, in this process or another: nothing is created twice, and nothing is paid twice.
 */
export function createReplicateEngine(deps: ReplicateEngineDeps): Engine {
  const { lifecycle, predictions, budget, accounts, breakers, hints, clock, settings, log, at } = deps;
  const slots = createSlots(settings.maxInFlight);
  const closed = new AbortController();

  async function enhance(request: EnhanceRequest, given: EngineContext): Promise<EnhancedImage> {
    const model = findModelFor('replicate', request.model);
    const { widthPx, heightPx } = request.input.rgb;
    const size = { widthPx, heightPx };
    checkRequest(model, size, request.params);
    const { params, ignored } = effectiveParams(model, size, request.params);
    const signal = AbortSignal.any([given.signal, closed.signal]);
    const work = request.work ?? {
      shopId: '00000000-0000-0000-0000-000000000000',
      enhancementId: deps.newId(),
      workKey: workKey({
        preparedDigest: request.inputDigest,
        preparedSize: size,
        params: request.params,
        model,
        targetLongestSidePx: request.targetLongestSidePx,
      }),
    };
    const beganMs = clock.now().getTime();
    const job: Job = {
      request,
      context: { ...given, signal },
      work,
      model,
      size,
      params,
      ignored,
      beganMs,
    };
    const [latest] = await predictions.attempts(work.shopId, work.workKey);
    const known = latest?.state === 'copied' ? await finish(job, latest) : null;
    if (known !== null) return known;
    const release = await slots.take(signal);
    try {
      for (;;) {
        const made = await finish(job, await drive(job));
        if (made !== null) return made;
      }
    } finally {
      release();
    }
  }

  /** Goes on until an attempt has its result. */
  async function drive(job: Job): Promise<PredictionRecord> {
    const { work } = job;
    for (let made = 0; ; ) {
      const [latest] = await predictions.attempts(work.shopId, work.workKey);
      if (latest === undefined || !isUnderWay(latest)) {
        if (latest !== undefined) {
          // Its cost may still have to be counted; the attempt itself is over.
          await lifecycle.step(latest, { expected: null, mostSeconds: null });
          if (!mayTryAgain(latest, work) || made >= settings.maxAttempts) throw errorOf(latest);
          // Whatever was thought of its create: once more before another is paid for.
          const isLate = isNotAccepted(latest) && (await lifecycle.lookAgain([latest])) > 0;
          if (isLate) continue;
        }
        made += 1;
        await plan(job, (latest?.attempt ?? 0) + 1);
        continue;
      }
      const ended = await follow(job, latest);
      if (ended.state === 'copied') return ended;
    }
  }

  async function plan(job: Job, attempt: number): Promise<void> {
    const { work, model } = job;
    const { account, key } = await accounts.current(work.shopId);
    breakers.of(breakerKey(key)).check();
    await predictions.plan(work.shopId, {
      id: deps.newId(),
      enhancementId: work.enhancementId,
      workKey: work.workKey,
      attempt,
      nonce: deps.newNonce(),
      engine: 'replicate',
      model: model.id,
      modelVersion: model.version,
      account: account.kind,
    });
    await at('planned');
  }

  /** One attempt, from where it stands to its end. */
  async function follow(job: Job, from: PredictionRecord): Promise<PredictionRecord> {
    const { context, work, model, size, params } = job;
    const { mostSeconds } = quote(model, size, params, await budget.imageCapMicros(work.shopId));
    const expected = expectedOutput(model, size, params);
    let row = from;
    try {
      let cancelUntilMs: number | null = null;
      while (isUnderWay(row) && row.state !== 'copied') {
        context.signal.throwIfAborted();
        report(job, row);
        if (row.state === 'planned') {
          row = await create(job, row);
          continue;
        }
        const step = await stepOrWait(row, { expected, mostSeconds });
        row = step.row;
        if (step.waitMs === null || step.waitMs === 0) continue;
        if (row.state === 'created' && row.error !== null) {
          cancelUntilMs ??= clock.now().getTime() + settings.cancelPatienceMs;
          if (clock.now().getTime() > cancelUntilMs) throw tookTooLong('canceled, but it does not end');
        }
        await hints.wait(row.id, step.waitMs, context.signal);
        row = await lifecycle.reload(row);
      }
      return row;
    } catch (error) {
      // Stopped by the merchant: the run is canceled. By a shutdown: it goes on, and is taken up again later.
      if (context.signal.reason instanceof EngineStopError) await stop(row);
      throw error;
    }
  }

  async function stepOrWait(
    row: PredictionRecord,
    options: Parameters<Lifecycle['step']>[1],
  ): ReturnType<Lifecycle['step']> {
    try {
      return await lifecycle.step(row, options);
    } catch (error) {
      if (!isPassing(error) || clock.now().getTime() - row.createdAt.getTime() > settings.wholeDeadlineMs) {
        throw error;
      }
      log.warn({ predictionId: row.id, code: error.code }, 'Replicate could not be asked; it is asked again');
      return { row, waitMs: error.retryAfterMs ?? settings.longestPollMs };
    }
  }

  /** From planned to created: money held, input handed over, and only then the one create. */
  async function create(job: Job, planned: PredictionRecord): Promise<PredictionRecord> {
    const { request, work, model, size, params } = job;
    const price: Quote = quote(model, size, params, await budget.imageCapMicros(work.shopId));
    let row = planned;
    try {
      const { client, key, account } = await accounts.of(row.shopId, row.account);
      const breaker = breakers.of(breakerKey(key));
      await budget.reserve(row.shopId, {
        id: row.id,
        enhancementId: work.enhancementId,
        micros: price.mostMicros,
      });
      await at('reserved');
      const input = await handOver(request.inputPng, row.nonce, deps.inputUrlOf(row.nonce), client);
      await at('input-handed-over');
      const claimed = await predictions.change(row, {
        state: 'creating',
        inputUrl: input.kept,
        reservationId: row.id,
      });
      // Somebody else creates it: only one of all who saw it planned gets here with a row.
      if (claimed === null) return lifecycle.reload(row);
      row = claimed;
      await at('creating-recorded');
      const outcome = await client.create({
        model,
        input: model.toInput(input.address, params),
        // A webhook that cannot be checked is not asked for.
        webhookUrl: account.webhookSecret === null ? null : deps.callbackUrlOf(row.nonce),
        cancelAfterSeconds: settings.wholeDeadlineMs / 1000,
      });
      await at('create-answered');
      if (outcome.kind === 'unknown') {
        log.warn(
          { predictionId: row.id, detail: outcome.detail },
          'a create got no answer; it is looked for',
        );
        const unknown =
          (await predictions.change(row, { state: 'unknown' })) ?? (await lifecycle.reload(row));
        await at('unknown-recorded');
        return unknown;
      }
      breaker.succeeded();
      const remoteId = outcome.prediction.id;
      const created = await predictions.change(row, { state: 'created', remoteId });
      await at('created-recorded');
      if (created !== null) return created;
      // We were so slow that somebody took us for dead. What they did not find is found now.
      const theirs = await lifecycle.reload(row);
      if (theirs.remoteId !== remoteId) await lifecycle.lookAgain([theirs]);
      return theirs;
    } catch (error) {
      const isRefusal = error instanceof ReplicateError || error instanceof BudgetError;
      if (!isRefusal) throw error;
      await at('refusal-answered');
      if (error instanceof ReplicateError) {
        const { key } = await accounts.of(row.shopId, row.account).catch(() => ({ key: 'operator' }));
        breakers.of(breakerKey(key)).failed(troubleOf(error));
      }
      // Refused for certain, so nothing runs and nothing is owed.
      await lifecycle.giveUp(row, error.code);
      throw error;
    }
  }

  async function stop(row: PredictionRecord): Promise<void> {
    const now = await lifecycle.reload(row);
    if (now.state === 'planned') await lifecycle.giveUp(now, 'replicate-run-canceled');
    if (now.state === 'creating' || now.state === 'unknown') {
      const { row: found } = await lifecycle.step(now, { expected: null, mostSeconds: null });
      await lifecycle.cancel(found, 'replicate-run-canceled');
    }
    if (now.state === 'created') await lifecycle.cancel(now, 'replicate-run-canceled');
  }

  /** The image from the copied result; null, and the attempt over, where the result is not kept any more. */
  async function finish(job: Job, copied: PredictionRecord): Promise<EnhancedImage | null> {
    const { work, model, size, params, context } = job;
    // Counts the cost where a crash came in between.
    await lifecycle.step(copied, { expected: null, mostSeconds: null });
    const bytes = await deps.outputs.read(work.shopId, copied.outputDigest ?? '');
    if (bytes === null) {
      await lifecycle.expire(copied);
      return null;
    }
    let rgb: EnhancedImage['rgb'];
    try {
      rgb = await readOutput(bytes, expectedOutput(model, size, params));
    } catch (error) {
      // The sweep copies what it cannot measure: it does not know the photo.
      if (!(error instanceof UnusableOutput)) throw error;
      throw errorOf({ ...copied, state: 'failed', error: `replicate-output-unusable: ${error.message}` });
    }
    const attempts = await predictions.attempts(work.shopId, work.workKey);
    const costMicros = attempts
      .filter((attempt) => attempt.enhancementId === work.enhancementId)
      .reduce((sum, attempt) => sum + attempt.costMicros, 0);
    context.onProgress?.(1);
    return {
      rgb,
      scale: Math.max(rgb.widthPx, rgb.heightPx) / Math.max(size.widthPx, size.heightPx),
      tileLines: outputTileLines(model, size, params),
      costMicros,
      provenance: {
        engine: 'replicate',
        model: model.id,
        modelVersion: copied.modelVersion,
        licence: licenceLabel(model.licence),
        params,
        ignoredParams: job.ignored,
        predictionId: copied.remoteId,
        elapsedMs: clock.now().getTime() - job.beganMs,
        predictMs: copied.predictMs,
      },
    };
  }

  function report({ context, model, size, params }: Job, row: PredictionRecord): void {
    if (context.onProgress === undefined) return;
    const ranMs = row.startedAt === null ? 0 : clock.now().getTime() - row.startedAt.getTime();
    const expectedMs = model.expectedSeconds(size, params) * 1000;
    const shares = { planned: 0, creating: 0.02, unknown: 0.02, created: 0.05, succeeded: 0.95 } as const;
    const base = shares[row.state as keyof typeof shares] ?? 0;
    const running = row.state === 'created' ? 0.85 * Math.min(1, ranMs / Math.max(1, expectedMs)) : 0;
    context.onProgress(base + running);
  }

  return {
    id: 'replicate',
    enhance,
    async close() {
      // Nothing is canceled: what runs is paid for, and is taken up by the next process.
      if (!closed.signal.aborted) closed.abort(new Error('The engine was closed.'));
    },
  };
}

export const breakerKey = (account: string): string => `replicate ${account}`;
