import type { ImageRow, ImageStatus } from '../../web/server/http/api/schemas.ts';
import type { ProgressState } from './progress-line.ts';

const settled: ReadonlySet<ImageStatus> = new Set([
  'good',
  'enhanced',
  'restored',
  'skipped',
  'review',
  'failed',
  'superseded',
]);

export const isSettled = (status: ImageStatus): boolean => settled.has(status);

/** What the rows say of the work on the given media; an image that the app has not heard of yet counts as waiting. */
export function progressOf(rows: readonly ImageRow[], mediaIds: readonly string[]): ProgressState {
  const byMedia = new Map(rows.map((row) => [row.mediaId, row]));
  const wanted = mediaIds.map((id) => byMedia.get(id) ?? null);
  const done = wanted.filter((row) => row !== null && isSettled(row.status)).length;
  const working = wanted.filter((row) => row?.status === 'working');
  const partial = working.reduce((sum, row) => sum + (row?.progress ?? 0), 0);
  return {
    share: mediaIds.length === 0 ? 1 : (done + partial) / mediaIds.length,
    done,
    total: mediaIds.length,
    now: namesOf(working.map((row) => row?.productTitle ?? row?.fileName ?? '')),
  };
}

/** Two names at most: the line has to stay one line. */
function namesOf(names: readonly string[]): string {
  const rest = names.length - 2;
  return names.slice(0, 2).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

/** Nothing has moved for too long; names what is still open. */
export class StalledError extends Error {}

export interface SettleOptions {
  readonly mediaIds: readonly string[];
  readonly read: () => Promise<readonly ImageRow[]>;
  readonly onProgress: (state: ProgressState) => void;
  /** Rejects when the app has ended or the person has had enough. */
  readonly broken: Promise<never>;
  /** Longest time without any change. */
  readonly stallMs: number;
  readonly pollMs: number;
}

/** Reads the list again and again until every image has come to an end. Throws StalledError. */
export async function waitUntilSettled(options: SettleOptions): Promise<readonly ImageRow[]> {
  let lastMark = '';
  let movedAtMs = Date.now();
  for (;;) {
    const rows = await Promise.race([options.read(), options.broken]);
    const state = progressOf(rows, options.mediaIds);
    options.onProgress(state);
    if (state.done === state.total) return rows;
    const mark = `${state.share} ${state.now} ${rows.map((row) => row.status).join()}`;
    if (mark !== lastMark) movedAtMs = Date.now();
    lastMark = mark;
    if (Date.now() - movedAtMs > options.stallMs) {
      const open = rows.filter((row) => options.mediaIds.includes(row.mediaId) && !isSettled(row.status));
      const names = open.map((row) => `${row.fileName} (${row.status})`).join(', ');
      const unheard = state.total - state.done - open.length;
      throw new StalledError(
        `Nothing moved for ${options.stallMs / 1000} s; still open: ${names || 'none that the app knows'}${unheard > 0 ? `, and ${unheard} that it never heard of` : ''}.`,
      );
    }
    await Promise.race([new Promise((resolve) => setTimeout(resolve, options.pollMs)), options.broken]);
  }
}
