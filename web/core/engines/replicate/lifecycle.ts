import type { Budget } from '../../budget/budget.ts';
import { DownloadError } from '../../net/errors.ts';
import type { GuardedFetch } from '../../net/guarded-fetch.ts';
import { costOf } from '../models/price.ts';
import { findModel } from '../models/register.ts';
import { readOutput, UnusableOutput } from '../output.ts';
import type {
  Clock,
  EngineLog,
  OutputStore,
  PredictionChange,
  PredictionRecord,
  PredictionStore,
} from '../ports.ts';
import type { Accounts } from './accounts.ts';
import { isOver, outputUrlOf, predictMsOf, type RemotePrediction, remoteErrorText } from './api.ts';
import { notAccepted, outputExpired } from './attempt.ts';
import type { ReplicateClient } from './client.ts';
import { ReplicateError } from './errors.ts';
import type { FaultPoint } from './fault-points.ts';
import { isOfAttempt } from './input.ts';
import type { ReplicateSettings } from './settings.ts';

export interface LifecycleDeps {
  readonly predictions: PredictionStore;
  readonly outputs: OutputStore;
  readonly budget: Budget;
  readonly accounts: Accounts;
  readonly download: GuardedFetch['download'];
  readonly clock: Clock;
  readonly log: EngineLog;
  readonly settings: ReplicateSettings;
  /** Called between the lines that a crash may fall between; a test ends the process there. */
  readonly at: (point: FaultPoint) => void | Promise<void>;
}

export interface StepOptions {
  /** What the result must look like; null where only the sweep looks. */
  readonly expected: Parameters<typeof readOutput>[1];
  /** Engine time after which the run is canceled; null: only the whole deadline counts. */
  readonly mostSeconds: number | null;
}

/** Milliseconds before the attempt is worth another look; 0: at once. Null: it has ended, or has its result. */
export interface Step {
  readonly row: PredictionRecord;
  readonly waitMs: number | null;
}

/** What is done with an attempt that was begun, whoever takes it up: the caller that waits, the sweep, a webhook. */
export interface Lifecycle {
  /** The next thing to do, once, without waiting for the model. Safe to run by several at once. */
  step(row: PredictionRecord, options: StepOptions): Promise<Step>;
  /** Asks Replicate to stop the run and counts what it cost. */
  cancel(row: PredictionRecord, error: string): Promise<PredictionRecord>;
  /** Its result was copied and is not kept any more. */
  expire(row: PredictionRecord): Promise<PredictionRecord>;
  /** Nothing was accepted, so nothing is owed. */
  giveUp(row: PredictionRecord, error: string): Promise<PredictionRecord>;
  /** The newest state of the attempt. */
  reload(row: PredictionRecord): Promise<PredictionRecord>;
  /** Looks for one that was given up and turns up after all: it is canceled and counted. */
  lookAgain(rows: readonly PredictionRecord[]): Promise<number>;
}

/** Replicate's clock and ours may differ by this much when the list is asked for what is new. */
const clockSlackMs = 10 * 60_000;

export function createLifecycle(deps: LifecycleDeps): Lifecycle {
  const { predictions, outputs, budget, accounts, clock, log, settings, at } = deps;
  const nowMs = (): number => clock.now().getTime();
  const ageMs = (date: Date): number => nowMs() - date.getTime();
  const clientOf = async (row: PredictionRecord): Promise<ReplicateClient> =>
    (await accounts.of(row.shopId, row.account)).client;

  async function reload(row: PredictionRecord): Promise<PredictionRecord> {
    return (await predictions.find(row.shopId, row.id)) ?? row;
  }

  /** Somebody else's change wins: then theirs is what we go on with. */
  async function change(row: PredictionRecord, to: PredictionChange): Promise<PredictionRecord> {
    return (await predictions.change(row, to)) ?? (await reload(row));
  }

  async function settle(row: PredictionRecord): Promise<void> {
    // A reservation has its attempt's id.
    await budget.settle(row.shopId, row.id, row.costMicros);
  }

  async function giveUp(row: PredictionRecord, error: string): Promise<PredictionRecord> {
    const given = await predictions.change(row, { state: 'failed', error, completedAt: clock.now() });
    // Somebody else has moved it on: then the money is theirs to let go.
    if (given === null) return reload(row);
    await at('given-up-recorded');
    await budget.release(given.shopId, given.id);
    return given;
  }

  /** Writes down how a run ended, then counts its cost. */
  async function end(
    row: PredictionRecord,
    prediction: RemotePrediction,
    state: 'succeeded' | 'failed' | 'canceled' | 'aborted' | 'lost',
    error: string | null,
  ): Promise<PredictionRecord> {
    const predictMs = predictMsOf(prediction);
    const ended = await change(row, {
      state,
      error: state === 'succeeded' ? null : (row.error ?? error),
      predictMs,
      costMicros: costOf(findModel(row.model), predictMs, prediction.status === 'succeeded'),
      startedAt: row.startedAt ?? dateOf(prediction.started_at),
      completedAt: dateOf(prediction.completed_at) ?? clock.now(),
    });
    await at('end-recorded');
    await settle(ended);
    await at('end-settled');
    return ended;
  }

  /** The attempt's predictions in the account's list, oldest first. Usually none or one. */
  async function search(client: ReplicateClient, row: PredictionRecord): Promise<RemotePrediction[]> {
    const found: RemotePrediction[] = [];
    const since = new Date(row.createdAt.getTime() - clockSlackMs);
    for await (const prediction of client.list(since)) {
      if (isOfAttempt(prediction, row)) found.unshift(prediction);
    }
    return found;
  }

  async function stepUnknown(row: PredictionRecord): Promise<Step> {
    const client = await clientOf(row);
    const [first, ...more] = await search(client, row);
    for (const twin of more) {
      log.warn({ predictionId: row.id, remoteId: twin.id }, 'a second run of one attempt is canceled');
      await client.cancel(twin.id);
    }
    if (first !== undefined) {
      return { row: await change(row, { state: 'created', remoteId: first.id }), waitMs: 0 };
    }
    const leftMs = settings.unsettledMs - ageMs(row.updatedAt);
    if (leftMs > 0) return { row, waitMs: Math.min(leftMs, settings.longestPollMs) };
    return { row: await giveUp(row, notAccepted), waitMs: 0 };
  }

  async function stepCreated(row: PredictionRecord, options: StepOptions): Promise<Step> {
    const client = await clientOf(row);
    let prediction: RemotePrediction;
    try {
      prediction = await client.get(row.remoteId ?? '');
    } catch (error) {
      const isGone = error instanceof ReplicateError && error.code === 'replicate-not-found';
      if (!isGone || ageMs(row.createdAt) < settings.wholeDeadlineMs) throw error;
      const completedAt = clock.now();
      log.error(
        { predictionId: row.id, remoteId: row.remoteId },
        'Replicate does not know a run it accepted',
      );
      const lost = await change(row, { state: 'lost', error: 'replicate-output-lost', completedAt });
      await settle(lost);
      return { row: lost, waitMs: null };
    }
    await at('polled');
    if (isOver(prediction.status)) return stepOver(row, prediction);
    let seen = row;
    if (prediction.status === 'processing' && row.startedAt === null) {
      seen = await change(row, { startedAt: clock.now() });
    }
    const runMs = seen.startedAt === null ? 0 : ageMs(seen.startedAt);
    const isRunTooLong = options.mostSeconds !== null && runMs > options.mostSeconds * 1000;
    if (isRunTooLong || ageMs(seen.createdAt) > settings.wholeDeadlineMs) {
      return { row: await cancel(seen, 'replicate-took-too-long'), waitMs: settings.shortestPollMs };
    }
    const elapsedMs = ageMs(seen.startedAt ?? seen.createdAt);
    const waitMs = Math.min(settings.longestPollMs, Math.max(settings.shortestPollMs, elapsedMs / 4));
    return { row: seen, waitMs };
  }

  async function stepOver(row: PredictionRecord, prediction: RemotePrediction): Promise<Step> {
    switch (prediction.status) {
      case 'succeeded':
        if (outputUrlOf(prediction) === null) return stepLost(row, prediction);
        return { row: await end(row, prediction, 'succeeded', null), waitMs: 0 };
      case 'aborted':
        return { row: await end(row, prediction, 'aborted', null), waitMs: null };
      case 'canceled':
        return { row: await end(row, prediction, 'canceled', 'replicate-took-too-long'), waitMs: null };
      default: {
        const error = `replicate-run-failed: ${remoteErrorText(prediction)}`;
        return { row: await end(row, prediction, 'failed', error), waitMs: null };
      }
    }
  }

  /** An hour after its end a run's output is deleted; a model that answers with nothing has failed. */
  async function stepLost(row: PredictionRecord, prediction: RemotePrediction): Promise<Step> {
    const isRemoved = prediction.data_removed === true || prediction.input === null;
    const state = isRemoved || row.state === 'succeeded' ? 'lost' : 'failed';
    const error =
      state === 'lost' ? 'replicate-output-lost' : 'replicate-run-failed: it answered with nothing';
    return { row: await end(row, prediction, state, error), waitMs: null };
  }

  async function stepSucceeded(row: PredictionRecord, options: StepOptions): Promise<Step> {
    await settle(row);
    const client = await clientOf(row);
    const prediction = await client.get(row.remoteId ?? '');
    const url = outputUrlOf(prediction);
    if (url === null) return stepLost(row, prediction);
    const unusable = async (error: string): Promise<Step> => {
      log.warn({ predictionId: row.id, remoteId: row.remoteId, error }, 'an output was refused');
      return { row: await end(row, prediction, 'failed', error), waitMs: null };
    };
    let bytes: Uint8Array;
    try {
      ({ bytes } = await deps.download(url, { maxBytes: settings.maxOutputBytes }));
    } catch (error) {
      if (!(error instanceof DownloadError)) throw error;
      if (error.isRetriable) return { row, waitMs: settings.shortestPollMs };
      const isElsewhere =
        error.code === 'download-address-refused' || error.code === 'download-redirected-away';
      return unusable(
        isElsewhere ? 'replicate-output-elsewhere' : `replicate-output-unusable: ${error.code}`,
      );
    }
    await at('output-downloaded');
    try {
      await readOutput(bytes, options.expected);
    } catch (error) {
      if (error instanceof UnusableOutput) return unusable(`replicate-output-unusable: ${error.message}`);
      throw error;
    }
    const outputDigest = await outputs.save(row, bytes);
    await at('output-saved');
    const copied = await change(row, { state: 'copied', outputDigest });
    await at('copied-recorded');
    return { row: copied, waitMs: null };
  }

  async function cancel(row: PredictionRecord, error: string): Promise<PredictionRecord> {
    if (row.state !== 'created' || row.remoteId === null) return row;
    const client = await clientOf(row);
    // Why it is canceled is written first: the run may end before our answer comes.
    const marked = row.error === null ? await change(row, { error }) : row;
    const prediction = await client.cancel(row.remoteId);
    if (!isOver(prediction.status) || marked.state !== 'created') return marked;
    return (await stepOver(marked, prediction)).row;
  }

  /** Goes on with it where the work has no other attempt; else it is stopped, and counted. */
  async function takeBack(
    client: ReplicateClient,
    row: PredictionRecord,
    found: RemotePrediction,
  ): Promise<void> {
    const [latest] = await predictions.attempts(row.shopId, row.workKey);
    if (latest?.id === row.id) {
      await change(row, { state: 'created', remoteId: found.id, error: null, completedAt: null });
      return;
    }
    const stopped = isOver(found.status) ? found : await client.cancel(found.id);
    const known = await change(row, { remoteId: found.id });
    await end(known, stopped, stopped.status === 'aborted' ? 'aborted' : 'canceled', null);
  }

  return {
    reload,
    giveUp,
    cancel,
    expire: (row) => change(row, { state: 'lost', error: outputExpired }),
    async step(row, options) {
      switch (row.state) {
        case 'creating': {
          // Whoever wrote this is asking now, or died while asking. One call's time tells which.
          const leftMs = settings.callDeadlineMs + settings.maxPauseMs - ageMs(row.updatedAt);
          if (leftMs > 0) return { row, waitMs: Math.min(leftMs, settings.longestPollMs) };
          return { row: await change(row, { state: 'unknown' }), waitMs: 0 };
        }
        case 'unknown':
          return stepUnknown(row);
        case 'created':
          return stepCreated(row, options);
        case 'succeeded':
          return stepSucceeded(row, options);
        case 'planned':
          return { row, waitMs: settings.longestPollMs };
        case 'copied':
          await settle(row);
          return { row, waitMs: null };
        default:
          // A crash between the two: the end is written, its cost not yet counted.
          if (row.remoteId !== null) await settle(row);
          else await budget.release(row.shopId, row.id);
          return { row, waitMs: null };
      }
    },
    async lookAgain(rows) {
      let late = 0;
      for (const row of rows) {
        const client = await clientOf(row);
        for (const found of await search(client, row)) {
          late += 1;
          log.warn({ predictionId: row.id, remoteId: found.id }, 'a run that was given up has turned up');
          await takeBack(client, row, found);
        }
      }
      return late;
    },
  };
}

const dateOf = (text: string | null | undefined): Date | null => {
  const ms = Date.parse(text ?? '');
  return Number.isNaN(ms) ? null : new Date(ms);
};

/** Whether the same call may work later: then the attempt stays as it is. */
export const isPassing = (error: unknown): error is ReplicateError =>
  error instanceof ReplicateError && error.isRetriable;
