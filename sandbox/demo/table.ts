/** A plain text table: the first column to the left, figures to the right, the last column free to be long. */
export interface Column {
  readonly heading: string;
  readonly align: 'left' | 'right';
}

const gap = '  ';

export function formatTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map(({ heading }, i) =>
    Math.max(heading.length, ...rows.map((row) => row[i]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ align }, i) => {
        const cell = cells[i] ?? '';
        return align === 'left' ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0);
      })
      .join(gap)
      .trimEnd();
  const rule = widths.map((width) => '─'.repeat(width)).join(gap);
  return [line(columns.map(({ heading }) => heading)), rule, ...rows.map(line)].join('\n');
}
