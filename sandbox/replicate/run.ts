import type { RemoteModel } from './models.ts';

export type Status = 'starting' | 'processing' | 'succeeded' | 'failed' | 'canceled' | 'aborted';

/** One prediction as the account keeps it. Times are milliseconds of the sandbox's clock. */
export interface Run {
  readonly id: string;
  readonly model: RemoteModel;
  readonly createdMs: number;
  readonly webhook: string | null;
  readonly events: readonly string[];
  /** What was sent, with the model's own defaults; null once the data is removed. */
  input: Readonly<Record<string, unknown>> | null;
  status: Status;
  startedMs: number | null;
  completedMs: number | null;
  /** Address of the output; null without one, or once it is removed. */
  output: string | null;
  error: string | null;
  logs: string | null;
  isRemoved: boolean;
  /** Seconds, as billed. */
  predictSeconds: number | null;
}

export const isOver = ({ status }: Run): boolean => status !== 'starting' && status !== 'processing';

const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

/** As the API shows it: the published field names, no cost. */
export function showRun(run: Run, apiUrl: string): Record<string, unknown> {
  return {
    id: run.id,
    model: run.model.name,
    version: run.model.version ?? 'hidden',
    input: run.input ?? {},
    output: run.output,
    error: run.error,
    logs: run.logs ?? '',
    status: run.status,
    source: 'api',
    data_removed: run.isRemoved,
    created_at: iso(run.createdMs),
    ...(run.startedMs === null ? {} : { started_at: iso(run.startedMs) }),
    ...(run.completedMs === null ? {} : { completed_at: iso(run.completedMs) }),
    ...(run.webhook === null ? {} : { webhook: run.webhook, webhook_events_filter: run.events }),
    ...(run.predictSeconds === null ? {} : { metrics: { predict_time: run.predictSeconds } }),
    urls: {
      get: `${apiUrl}/predictions/${run.id}`,
      cancel: `${apiUrl}/predictions/${run.id}/cancel`,
    },
  };
}
