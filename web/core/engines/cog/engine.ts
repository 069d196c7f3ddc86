import { DownloadError } from '../../net/errors.ts';
import type { GuardedFetch } from '../../net/guarded-fetch.ts';
import type { Engine, EngineContext, EnhancedImage, EnhanceRequest } from '../contract.ts';
import { EngineError } from '../errors.ts';
import { checkRequest, effectiveParams, type ModelEntry } from '../models/entry.ts';
import { licenceLabel } from '../models/licence.ts';
import { findModelFor } from '../models/register.ts';
import { expectedOutput, outputTileLines, readOutput, UnusableOutput } from '../output.ts';
import type { Clock, EngineLog } from '../ports.ts';
import type { Breakers } from '../router/breaker.ts';
import { type CogClient, type CogInstance, type CogPrediction, createCogClient } from './client.ts';
import { CogError } from './errors.ts';
import { createPool } from './pool.ts';

export interface CogSettings {
  /** For one image, from the moment that a GPU is asked. */
  readonly runDeadlineMs: number;
  /** How long an image waits for a GPU that is setting up or busy, before it goes back to the queue. */
  readonly waitDeadlineMs: number;
  readonly callDeadlineMs: number;
  /** How long a GPU that was busy, or could not be reached, is left alone. */
  readonly restMs: number;
  /** Runs of one image where the connection breaks off: nothing is paid for, so it is simply run again. */
  readonly maxRuns: number;
}

export const defaultCogSettings: CogSettings = {
  runDeadlineMs: 10 * 60_000,
  waitDeadlineMs: 10 * 60_000,
  callDeadlineMs: 10_000,
  restMs: 2000,
  maxRuns: 3,
};

export interface CogEngineDeps {
  /** One prediction each at a time. */
  readonly instances: readonly CogInstance[];
  readonly fetch: typeof globalThis.fetch;
  /** Of a guarded fetch that allows the host of `--upload-url`; null: outputs come in the answer itself. */
  readonly download: GuardedFetch['download'] | null;
  readonly clock: Clock;
  readonly log: EngineLog;
  readonly breakers: Breakers;
  readonly newId: () => string;
  readonly settings?: Partial<CogSettings>;
}

interface Gpu {
  readonly url: string;
  readonly client: CogClient;
  /** Input names of its model, once they were asked for. */
  inputNames: readonly string[] | null;
}

/** Which error of a GPU says that another, or the same one later, may do better. */
type Outcome =
  | { readonly kind: 'done'; readonly prediction: CogPrediction; readonly id: string }
  | { readonly kind: 'rest'; readonly error: CogError };

/**
 * The models on the merchant's own GPUs, over Cog's HTTP server: one synchronous run each at a time, behind a health
 * gate. A run that breaks off is lost there, so nothing is kept and nothing taken up again: it is simply run again.
 */
export function createCogEngine(deps: CogEngineDeps): Engine {
  const { clock, log } = deps;
  const settings = { ...defaultCogSettings, ...deps.settings };
  const gpus: readonly Gpu[] = deps.instances.map((instance) => ({
    url: instance.url,
    client: createCogClient({ instance, fetch: deps.fetch, callDeadlineMs: settings.callDeadlineMs }),
    inputNames: null,
  }));
  const pool = createPool(gpus, clock);
  const breaker = deps.breakers.of('cog');
  const closed = new AbortController();

  /** Only one that is up, free, and has the right model is given work. */
  async function gate(gpu: Gpu, model: ModelEntry, signal: AbortSignal): Promise<void> {
    const health = await gpu.client.health(signal);
    if (health === 'SETUP_FAILED' || health === 'DEFUNCT') {
      throw new CogError(
        'cog-setup-failed',
        'The model could not be loaded on the GPU server; read that server’s log, and start it again.',
        { isRetriable: true, detail: `${gpu.url} is ${health}` },
      );
    }
    if (health !== 'READY') throw busy(`${gpu.url} is ${health}`);
    gpu.inputNames ??= await gpu.client.inputNames(signal);
    if (!gpu.inputNames.includes(model.imageField)) {
      throw new CogError(
        'cog-other-model',
        `The GPU server runs another model than ${model.id}; choose the model that it runs.`,
        { detail: `${gpu.url} takes ${gpu.inputNames.join(', ').slice(0, 200)}` },
      );
    }
  }

  async function runOnce(
    gpu: Gpu,
    model: ModelEntry,
    input: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<Outcome> {
    const id = deps.newId();
    const deadline = AbortSignal.timeout(settings.runDeadlineMs);
    const either = AbortSignal.any([signal, deadline]);
    try {
      await gate(gpu, model, either);
      const answer = await gpu.client.predict(id, input, either);
      if (answer.kind === 'done') return { kind: 'done', prediction: answer.prediction, id };
      // Its own id runs already: the answer to that one is lost, and its end has to be waited for.
      return { kind: 'rest', error: busy(`${gpu.url}: ${answer.kind}`) };
    } catch (error) {
      if (either.aborted) {
        // Nobody can fetch the result any more, so the GPU is set free.
        await gpu.client.cancel(id).catch((cause: unknown) => {
          log.warn({ err: cause, url: gpu.url }, 'a run could not be canceled');
        });
      }
      if (signal.aborted) throw signal.reason;
      if (deadline.aborted) {
        throw new CogError(
          'cog-took-too-long',
          `The GPU server took more than ${Math.round(settings.runDeadlineMs / 1000)} s and was stopped; choose fewer steps or a larger chopping size.`,
          { isReported: false },
        );
      }
      if (error instanceof CogError && error.isRetriable) return { kind: 'rest', error };
      throw error;
    }
  }

  /** Asks one GPU after the other until one has done it, or the wait is over. */
  async function run(
    model: ModelEntry,
    input: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<{ prediction: CogPrediction; id: string }> {
    const untilMs = clock.now().getTime() + settings.waitDeadlineMs;
    for (let broken = 0; ; ) {
      const lease = await pool.take(signal);
      let restMs = 0;
      try {
        const outcome = await runOnce(lease.member, model, input, signal);
        if (outcome.kind === 'done') return outcome;
        restMs = settings.restMs;
        if (outcome.error.code !== 'cog-busy') {
          broken += 1;
          log.warn(
            { url: lease.member.url, code: outcome.error.code, detail: outcome.error.message },
            'a GPU failed',
          );
        }
        if (broken >= settings.maxRuns * gpus.length || clock.now().getTime() > untilMs) throw outcome.error;
      } finally {
        lease.giveBack(restMs);
      }
    }
  }

  async function outputOf(prediction: CogPrediction, signal: AbortSignal): Promise<Uint8Array> {
    const output = Array.isArray(prediction.output) ? prediction.output[0] : prediction.output;
    if (typeof output !== 'string') throw new UnusableOutput('it answered with nothing');
    const data = /^data:[^,]{0,100};base64,/.exec(output);
    if (data !== null) return Buffer.from(output.slice(data[0].length), 'base64');
    if (!/^https?:/.test(output) || deps.download === null) {
      throw new UnusableOutput(`its answer is neither an image nor an address: ${output.slice(0, 60)}`);
    }
    try {
      return (await deps.download(output, { signal })).bytes;
    } catch (error) {
      if (error instanceof DownloadError && !error.isRetriable) throw new UnusableOutput(error.sentence);
      throw error;
    }
  }

  async function enhance(request: EnhanceRequest, context: EngineContext): Promise<EnhancedImage> {
    const beganMs = clock.now().getTime();
    const model = findModelFor('cog', request.model);
    const { widthPx, heightPx } = request.input.rgb;
    const size = { widthPx, heightPx };
    checkRequest(model, size, request.params);
    const { params, ignored } = effectiveParams(model, size, request.params);
    if (gpus.length === 0) {
      throw new CogError(
        'cog-not-configured',
        'No GPU server is set up; set VITRINE_COG_URLS to its address, or choose another engine.',
        { isReported: false },
      );
    }
    const signal = AbortSignal.any([context.signal, closed.signal]);
    breaker.check();
    const imageUri = `data:image/png;base64,${Buffer.from(request.inputPng).toString('base64')}`;
    try {
      const { prediction, id } = await run(model, model.toInput(imageUri, params), signal);
      if (prediction.status !== 'succeeded') {
        throw new CogError(
          'cog-run-failed',
          `The model on the GPU server failed on this photo (${(prediction.error ?? prediction.status).slice(0, 120)}); try other settings or another model.`,
        );
      }
      const rgb = await readOutput(await outputOf(prediction, signal), expectedOutput(model, size, params));
      breaker.succeeded();
      context.onProgress?.(1);
      const seconds = prediction.metrics?.predict_time;
      return {
        rgb,
        scale: Math.max(rgb.widthPx, rgb.heightPx) / Math.max(widthPx, heightPx),
        tileLines: outputTileLines(model, size, params),
        costMicros: 0,
        provenance: {
          engine: 'cog',
          model: model.id,
          modelVersion: model.version,
          licence: licenceLabel(model.licence),
          params,
          ignoredParams: ignored,
          predictionId: id,
          elapsedMs: clock.now().getTime() - beganMs,
          predictMs: seconds === undefined ? null : Math.round(seconds * 1000),
        },
      };
    } catch (error) {
      if (error instanceof UnusableOutput) {
        breaker.failed(null);
        throw new CogError(
          'cog-output-unusable',
          'What the GPU server answered with cannot be used as this photo; the photo in the shop is unchanged. Check its model, and whether it needs --upload-url.',
          { detail: error.message },
        );
      }
      breaker.failed(
        error instanceof EngineError && error.isRetriable
          ? { threshold: 3, openMs: 30_000, sentence: error.sentence }
          : null,
      );
      throw error;
    }
  }

  return {
    id: 'cog',
    enhance,
    async close() {
      if (!closed.signal.aborted) closed.abort(new Error('The engine was closed.'));
    },
  };
}

const busy = (detail: string): CogError =>
  new CogError('cog-busy', 'The GPU server is busy or still starting; the work is tried again later.', {
    isRetriable: true,
    isReported: false,
    detail,
  });
