import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Frame } from 'playwright-core';

const sourcePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/**
 * What axe finds wrong in a frame, one line for each rule with the places. The script comes through the browser's
 * debugger, so the page's own content policy stays as it is.
 */
export async function violationsIn(frame: Frame): Promise<string[]> {
  await frame.evaluate(await readFile(sourcePath, 'utf8'));
  const { violations } = await frame.evaluate<AxeResults>(
    'axe.run(document, { iframes: false, runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })',
  );
  return violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help} at ${nodes.map(({ target, html }) => `${target.flat().join(' ')} ${html.slice(0, 120)}`).join(' | ')}`,
  );
}
