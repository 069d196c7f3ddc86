import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { contactSheet, demoLook } from './contact-sheet.ts';
import type { DemoOptions } from './options.ts';
import { isEnhanced, type Outcome, tableRow } from './outcome.ts';
import type { Stage } from './stage.ts';
import { formatTable } from './table.ts';

/** How often the app changed a file of the shop, as the shop saw it. */
export const countWrites = (stage: Stage): number =>
  stage.sandbox
    .operations()
    .filter(({ rootFields, wasThrottled }) => !wasThrottled && rootFields.includes('fileUpdate')).length;

export interface ShowResults {
  readonly options: DemoOptions;
  readonly root: string;
  readonly folder: string;
  readonly stage: Stage;
  readonly outcomes: readonly Outcome[];
  readonly say: (text?: string) => void;
}

/** The table, the count, and the contact sheet in the folder. */
export async function showResults({
  options,
  root,
  folder,
  stage,
  outcomes,
  say,
}: ShowResults): Promise<void> {
  say();
  say(
    formatTable(
      [
        { heading: 'product', align: 'left' },
        { heading: 'before', align: 'right' },
        { heading: 'after', align: 'right' },
        { heading: 'consistency', align: 'right' },
        { heading: 'time', align: 'right' },
        { heading: 'status', align: 'left' },
      ],
      outcomes.map(tableRow),
    ),
  );
  say();
  const enhanced = outcomes.filter(isEnhanced);
  const small = outcomes.filter(({ upload }) => upload.kind === 'small').length;
  say(
    `${enhanced.length} enhancements for ${small} small photos; the shop was written ${countWrites(stage)} times.`,
  );
  if (enhanced.length === 0) return;
  const rows = [];
  for (const outcome of enhanced) {
    const [title = '', before = '', after = '', decibels = '', seconds = ''] = tableRow(outcome);
    rows.push({
      title,
      before: outcome.upload.bytes,
      after: (await stage.shop.file(outcome.mediaId)).bytes,
      note: `${before} → ${after} · ${decibels} · ${seconds}`,
    });
  }
  const path = join(folder, 'contact-sheet.png');
  const { engine, model } = enhanced[0]?.detail.attempt ?? {};
  await writeFile(
    path,
    await contactSheet(rows, {
      heading: 'Vitrine',
      subheading: `${enhanced.length} product photos, before and after · engine ${engine ?? options.engine}, ${model ?? options.tier}`,
      ...demoLook,
    }),
  );
  say(`Before and after, side by side: ${relative(root, path)}`);
}
