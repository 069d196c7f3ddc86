/** The Replicate account in a thread of its own, so that it does not compete with what is measured. */
import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import type { Run } from '../../sandbox/replicate/run.ts';
import { startReplicateSandbox } from '../../sandbox/replicate/sandbox.ts';
import { armAll, countAll } from './faults.ts';

export interface SandboxOrder {
  readonly machines: number;
  readonly runMs: number;
  readonly seed: number;
}

export interface SandboxFacts {
  readonly origin: string;
  readonly apiUrl: string;
  readonly token: string;
  readonly webhookSecret: string;
}

export interface SandboxOutcome {
  readonly runs: readonly Pick<Run, 'id' | 'status' | 'startedMs'>[];
  readonly uses: readonly { readonly fromMs: number; readonly toMs: number }[];
  readonly struck: Readonly<Record<string, number>>;
}

export async function startSandboxThread(
  order: SandboxOrder,
): Promise<SandboxFacts & { end(): Promise<SandboxOutcome> }> {
  const worker = new Worker(new URL(import.meta.url), { workerData: order });
  const [facts] = (await once(worker, 'message')) as [SandboxFacts];
  return {
    ...facts,
    async end() {
      worker.postMessage('end');
      const [outcome] = (await once(worker, 'message')) as [SandboxOutcome];
      await worker.terminate();
      return outcome;
    },
  };
}

if (!isMainThread && parentPort !== null) {
  const port = parentPort;
  const { machines, runMs, seed } = workerData as SandboxOrder;
  const sandbox = await startReplicateSandbox({ machines, runMs, seed, coldBootMs: 200 });
  armAll(sandbox.faults);
  port.postMessage({
    origin: sandbox.origin,
    apiUrl: sandbox.apiUrl(),
    token: sandbox.tokens[0],
    webhookSecret: sandbox.webhookSecret,
  } satisfies SandboxFacts);
  await once(port, 'message');
  const outcome: SandboxOutcome = {
    runs: [...sandbox.account.runs.values()].map(({ id, status, startedMs }) => ({ id, status, startedMs })),
    uses: sandbox.account.machines.uses,
    struck: countAll(sandbox.faults),
  };
  await sandbox.close();
  port.postMessage(outcome);
}
