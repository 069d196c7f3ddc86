import type { Clock } from '../store/clock/clock.ts';
import type { Faults } from './faults.ts';
import { createMachines, type Machines } from './machines.ts';
import type { RemoteModel } from './models.ts';
import { readImage, type StoredFile } from './read-image.ts';
import type { Render } from './render.ts';
import { isOver, type Run, showRun } from './run.ts';
import { createWebhooks, type Webhooks } from './webhooks.ts';

export interface AccountOptions {
  readonly clock: Clock;
  readonly faults: Faults;
  readonly render: Render;
  readonly random: () => number;
  readonly webhookSecret: string;
  readonly machines: number;
  readonly coldBootMs: number;
  /** Least time that a run takes on the sandbox's clock. */
  readonly runMs: number;
  readonly apiUrl: () => string;
  readonly deliveryOrigin: () => string;
}

export interface NewRun {
  readonly model: RemoteModel;
  readonly input: Readonly<Record<string, unknown>>;
  readonly webhook: string | null;
  readonly events: readonly string[];
  readonly cancelAfterMs: number | null;
}

/** One customer of Replicate: predictions, files, machines. */
export interface Account {
  readonly runs: ReadonlyMap<string, Run>;
  readonly files: Map<string, StoredFile>;
  readonly deliveries: ReadonlyMap<string, Uint8Array>;
  readonly webhooks: Webhooks;
  readonly machines: Machines;
  create(wanted: NewRun): Run;
  cancel(run: Run): void;
  /** Newest first. */
  newestFirst(): Run[];
  /** Resolves when the run is over. */
  whenOver(run: Run): Promise<void>;
  newId(): string;
  /** What was charged: runs that were on a machine, whatever they ended as. Micro-dollars. */
  chargedMicros(): number;
  close(): void;
}

const dataLifeMs = 60 * 60_000;
const hardLimitMs = 30 * 60_000;
const letters = '0123456789abcdefghjkmnpqrstvwxyz';

export function createAccount(options: AccountOptions): Account {
  const { clock, faults, render, random } = options;
  const runs = new Map<string, Run>();
  const files = new Map<string, StoredFile>();
  const deliveries = new Map<string, Uint8Array>();
  const watchers = new Map<string, (() => void)[]>();
  const ending = new Map<string, (status: 'canceled') => void>();
  const newId = (): string =>
    Array.from({ length: 26 }, () => letters[Math.floor(random() * letters.length)]).join('');
  const webhooks = createWebhooks({
    clock,
    faults,
    secret: options.webhookSecret,
    newId: () => `msg_${newId()}`,
  });
  const machines = createMachines({
    clock,
    count: options.machines,
    coldBootMs: options.coldBootMs,
    idleMs: 5 * 60_000,
  });
  const closed = new AbortController();

  function tell(run: Run, event: 'start' | 'completed'): void {
    if (run.webhook === null || !run.events.includes(event) || closed.signal.aborted) return;
    webhooks.send(run.webhook, event, showRun(run, options.apiUrl()));
  }

  function finish(run: Run, status: Run['status'], change: Partial<Run> = {}): void {
    if (isOver(run)) return;
    const nowMs = clock.nowMs();
    Object.assign(run, { status, completedMs: nowMs, ...change });
    if (run.startedMs !== null) run.predictSeconds = (nowMs - run.startedMs) / 1000;
    ending.delete(run.id);
    for (const wake of watchers.get(run.id) ?? []) wake();
    watchers.delete(run.id);
    tell(run, 'completed');
    clock.schedule(dataLifeMs, () => {
      Object.assign(run, { input: null, output: null, logs: null, isRemoved: true });
      for (const key of deliveries.keys()) if (key.startsWith(`${run.id}/`)) deliveries.delete(key);
    });
  }

  /** On a machine: reads the input, makes the picture, takes at least the time that a run takes. */
  async function work(run: Run, free: () => void): Promise<void> {
    run.status = 'processing';
    run.startedMs = clock.nowMs();
    tell(run, 'start');
    const stopped = new AbortController();
    const canceled = new Promise<void>((resolve) => {
      ending.set(run.id, (status) => {
        finish(run, status);
        free();
        stopped.abort();
        resolve();
      });
    });
    clock.schedule(hardLimitMs, () => ending.get(run.id)?.('canceled'));
    if (faults.strike('run.never') !== null) return;
    const leastTime = new Promise<void>((resolve) => clock.schedule(options.runMs, resolve));
    const result = make(run, stopped.signal).catch((error: unknown) => ({
      error: error instanceof Error ? error.message : String(error),
    }));
    const made = await Promise.race([Promise.all([result, leastTime]), canceled]);
    if (made === undefined || isOver(run)) return;
    const [outcome] = made;
    if ('error' in outcome)
      finish(run, 'failed', { error: outcome.error, logs: `Traceback\n${outcome.error}` });
    else finish(run, 'succeeded', { output: outcome.output, logs: 'done' });
    free();
  }

  async function make(run: Run, signal: AbortSignal): Promise<{ output: string | null }> {
    const failure = faults.strike('run.failed');
    if (failure !== null) throw new Error(failure.error ?? 'CUDA out of memory');
    const input = run.input ?? {};
    const image = await readImage(String(input[run.model.imageField]), files);
    const damaged = faults.strike('run.damaged');
    const rendered = await render({
      image,
      model: run.model.name,
      input,
      damage: damaged?.kind ?? null,
      signal: AbortSignal.any([signal, closed.signal]),
    });
    if (faults.strike('output.missing') !== null) return { output: null };
    let bytes = rendered.bytes;
    if (faults.strike('output.wrongSize') !== null) bytes = image;
    if (faults.strike('output.notAnImage') !== null)
      bytes = new TextEncoder().encode('<html>not found</html>');
    const key = `${run.id}/output.${rendered.extension}`;
    deliveries.set(key, bytes);
    const elsewhere = faults.strike('output.elsewhere');
    const origin =
      elsewhere === null ? options.deliveryOrigin() : (elsewhere.origin ?? 'https://files.example');
    return { output: `${origin}/${key}` };
  }

  return {
    runs,
    files,
    deliveries,
    webhooks,
    machines,
    newId,
    newestFirst: () => [...runs.values()].reverse(),
    create({ model, input, webhook, events, cancelAfterMs }) {
      const run: Run = {
        id: newId(),
        model,
        createdMs: clock.nowMs(),
        webhook,
        events,
        input,
        status: 'starting',
        startedMs: null,
        completedMs: null,
        output: null,
        error: null,
        logs: null,
        isRemoved: false,
        predictSeconds: null,
      };
      runs.set(run.id, run);
      if (faults.strike('run.aborted') !== null) {
        clock.schedule(options.runMs, () => finish(run, 'aborted'));
        return run;
      }
      const boot = faults.strike('run.coldBoot');
      const leave = machines.enqueue(boot?.delayMs ?? 0, (free) => {
        if (isOver(run)) free();
        else void work(run, free);
      });
      ending.set(run.id, (status) => {
        leave();
        finish(run, status);
      });
      // Deadlines are kept by the clock's time, so a run that is over by then is simply over.
      if (cancelAfterMs !== null) {
        clock.schedule(cancelAfterMs, () => {
          if (run.status !== 'starting') return ending.get(run.id)?.('canceled');
          leave();
          finish(run, 'aborted');
        });
      }
      return run;
    },
    cancel(run) {
      ending.get(run.id)?.('canceled');
    },
    whenOver: (run) =>
      isOver(run)
        ? Promise.resolve()
        : new Promise((resolve) => watchers.set(run.id, [...(watchers.get(run.id) ?? []), resolve])),
    chargedMicros: () =>
      [...runs.values()].reduce(
        (sum, run) => sum + Math.ceil((run.predictSeconds ?? 0) * run.model.usdPerSecond * 1e6),
        0,
      ),
    close() {
      closed.abort();
      webhooks.close();
    },
  };
}
