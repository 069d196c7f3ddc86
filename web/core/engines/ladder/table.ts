import { formatMicros } from '../../budget/micros.ts';
import type { FidelityReport } from '../../fidelity/types.ts';
import type { Rung } from './ladder.ts';

/** The figures of the report that tell the rungs apart, each with its heading. */
const columns = [
  ['lrPsnr', 'LR-PSNR dB'],
  ['lrSsim', 'LR-SSIM'],
  ['deltaEMean', 'ΔE mean'],
  ['deltaEP95', 'ΔE p95'],
] as const;

export function figureOf(report: FidelityReport, name: string): number | null {
  return report.measures.find((measure) => measure.name === name)?.value ?? null;
}

/** The ladder as a Markdown table, a row a rung. Below it, why a rung was held or failed. */
export function ladderTable(rungs: readonly Rung[]): string {
  const shown = columns.filter(([name]) =>
    rungs.some((rung) => rung.kind === 'made' && figureOf(rung.report, name) !== null),
  );
  const head = ['steps', 'verdict', ...shown.map(([, heading]) => heading), 'time', 'billed', 'price'];
  const rows = rungs.map((rung) => {
    if (rung.kind === 'failed') return [String(rung.steps), 'failed', ...shown.map(() => '–'), '–', '–', '–'];
    return [
      String(rung.steps),
      rung.verdict.kind,
      ...shown.map(([name]) => figureOf(rung.report, name)?.toFixed(name === 'lrSsim' ? 4 : 2) ?? '–'),
      `${(rung.elapsedMs / 1000).toFixed(1)} s`,
      rung.predictMs === null ? '–' : `${(rung.predictMs / 1000).toFixed(2)} s`,
      rung.costMicros === 0 ? 'free' : formatMicros(rung.costMicros),
    ];
  });
  const widths = head.map((cell, at) => Math.max(...[head, ...rows].map((row) => (row[at] ?? cell).length)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, at) => cell.padStart(widths[at] ?? 0)).join(' | ')} |`;
  const rule = `|${widths.map((width) => `${'-'.repeat(width + 1)}:`).join('|')}|`;
  const notes = rungs.flatMap((rung) =>
    rung.kind === 'failed'
      ? [`- ${rung.steps}: ${rung.sentence}`]
      : rung.verdict.reasons.map(({ sentence }) => `- ${rung.steps}: ${sentence}`),
  );
  return [line(head), rule, ...rows.map(line), ...(notes.length === 0 ? [] : ['', ...notes]), ''].join('\n');
}
