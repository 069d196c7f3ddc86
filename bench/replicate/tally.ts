import type { Run } from '../../sandbox/replicate/run.ts';
import type { PredictionRecord } from '../../web/core/engines/ports.ts';

export interface Tally {
  /** Runs on Replicate that no attempt knows of. */
  readonly unexplained: number;
  /** Attempts that name a run which is not there. */
  readonly imagined: number;
  /** Works of which more than one run made a picture. */
  readonly paidTwice: number;
  /** Runs beyond the first of each image. */
  readonly retries: number;
  /** Why there was a retry, by how the attempt before it ended. */
  readonly reasons: Readonly<Record<string, number>>;
}

/** Share of all machine time in a span of time that was in use. */
export function busyShare(
  uses: readonly { readonly fromMs: number; readonly toMs: number }[],
  machines: number,
  fromMs: number,
  toMs: number,
): number {
  const busyMs = uses.reduce(
    (sum, use) => sum + Math.max(0, Math.min(use.toMs, toMs) - Math.max(use.fromMs, fromMs)),
    0,
  );
  return busyMs / (machines * (toMs - fromMs));
}

/** The longest times in which not all machines were in use, longest first. */
export function longestGaps(
  uses: readonly { readonly fromMs: number; readonly toMs: number }[],
  machines: number,
  fromMs: number,
  toMs: number,
): readonly { readonly atSeconds: number; readonly ms: number; readonly inUse: number }[] {
  const moments = uses.flatMap((use) => [
    { ms: use.fromMs, step: 1 },
    { ms: use.toMs, step: -1 },
  ]);
  moments.sort((a, b) => a.ms - b.ms || a.step - b.step);
  const gaps: { atSeconds: number; ms: number; inUse: number }[] = [];
  let inUse = 0;
  for (const [at, { ms, step }] of moments.entries()) {
    inUse += step;
    const lastsMs = Math.min(moments[at + 1]?.ms ?? ms, toMs) - Math.max(ms, fromMs);
    if (inUse < machines && lastsMs > 0) gaps.push({ atSeconds: (ms - fromMs) / 1000, ms: lastsMs, inUse });
  }
  return gaps.sort((a, b) => b.ms - a.ms).slice(0, 12);
}

/** Sets the account's runs against the attempts that were written down. */
export function tally(
  runs: readonly Pick<Run, 'id' | 'status'>[],
  attempts: readonly PredictionRecord[],
): Tally {
  const byRemoteId = new Map(attempts.flatMap((row) => (row.remoteId === null ? [] : [[row.remoteId, row]])));
  const runIds = new Set(runs.map(({ id }) => id));
  const madeByWork = new Map<string, number>();
  const runsByWork = new Map<string, number>();
  for (const run of runs) {
    const work = byRemoteId.get(run.id)?.workKey ?? `unexplained ${run.id}`;
    runsByWork.set(work, (runsByWork.get(work) ?? 0) + 1);
    if (run.status === 'succeeded') madeByWork.set(work, (madeByWork.get(work) ?? 0) + 1);
  }
  const reasons: Record<string, number> = {};
  for (const { state, error, workKey, attempt } of attempts) {
    const isLast = !attempts.some((other) => other.workKey === workKey && other.attempt > attempt);
    const reason = `${state}${error === null ? '' : ` (${error})`}`;
    if (!isLast) reasons[reason] = (reasons[reason] ?? 0) + 1;
  }
  return {
    unexplained: runs.filter(({ id }) => !byRemoteId.has(id)).length,
    imagined: [...byRemoteId.keys()].filter((id) => !runIds.has(id)).length,
    paidTwice: [...madeByWork.values()].filter((made) => made > 1).length,
    retries: [...runsByWork.values()].reduce((sum, count) => sum + count - 1, 0),
    reasons,
  };
}
