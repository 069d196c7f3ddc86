import type { Writable } from 'node:stream';

export interface ProgressState {
  /** 0…1 of all the work. */
  readonly share: number;
  readonly done: number;
  readonly total: number;
  /** What is worked on now; empty if nothing. */
  readonly now: string;
}

export interface ProgressLine {
  show(state: ProgressState): void;
  /** Leaves the line as it is and goes on below it. */
  end(): void;
}

const barWidth = 28;
const plainEveryMs = 5000;

/** `[#####.....]  4 of 13  35 %  Mug`: drawn with full blocks where that shows. */
export function formatProgress({ share, done, total, now }: ProgressState, columns: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * barWidth);
  const bar = '█'.repeat(filled) + '░'.repeat(barWidth - filled);
  const line = `  ${bar}  ${done} of ${total}  ${String(Math.round(share * 100)).padStart(3)} %  ${now}`;
  return line.length > columns ? `${line.slice(0, Math.max(0, columns - 1))}…` : line;
}

/** On a terminal one line that is drawn again; elsewhere a plain line whenever a photo is done, and now and then. */
export function createProgressLine(
  out: Writable & { readonly isTTY?: boolean; readonly columns?: number },
  now: () => number,
): ProgressLine {
  let lastText = '';
  let lastDone = -1;
  let lastMs = Number.NEGATIVE_INFINITY;
  return {
    show(state) {
      if (out.isTTY === true) {
        const text = formatProgress(state, (out.columns ?? 80) - 1);
        if (text !== lastText) out.write(`\r\u001b[2K${text}`);
        lastText = text;
        return;
      }
      if (state.done === lastDone && now() - lastMs < plainEveryMs) return;
      lastDone = state.done;
      lastMs = now();
      const percent = Math.round(state.share * 100);
      out.write(
        `  ${state.done} of ${state.total} done, ${percent} %${state.now ? `, now: ${state.now}` : ''}\n`,
      );
    },
    end() {
      if (out.isTTY === true && lastText !== '') out.write('\n');
    },
  };
}
