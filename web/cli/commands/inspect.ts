import { readFile, writeFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import type { Inspection } from '../../core/fidelity/inspect.ts';
import type { Profile } from '../../core/fidelity/types.ts';
import { exitCodes, UsageError } from '../exit-codes.ts';

interface InspectOptions {
  readonly json?: boolean;
  readonly map?: string;
  readonly profile: Profile;
  readonly text: boolean;
}

/** Exit codes: 0 done, 2 usage, 3 a file that cannot be used, 5 held. */
export function inspectCommand(): Command {
  return new Command('inspect')
    .description('compare a result with the picture that it was made from, as the gate does')
    .argument('<before>', 'the picture before')
    .argument('<after>', 'what was made of it, at any larger size')
    .option('--json', 'print the whole report as one JSON object')
    .option('--map <file>', 'draw the worst places into this PNG')
    .addOption(
      new Option('--profile <profile>', 'how strictly the result is judged')
        .choices(['strict', 'normal', 'lenient'])
        .default('normal'),
    )
    .option('--no-text', 'do not read and compare text')
    .action(run);
}

async function run(beforePath: string, afterPath: string, options: InspectOptions): Promise<void> {
  const before = await read(beforePath);
  const after = await read(afterPath);
  const { configureLibvips } = await import('../../core/image/libvips.ts');
  const { inspectFiles } = await import('../../core/fidelity/inspect.ts');
  configureLibvips();
  const readText = options.text
    ? (await import('../../core/fidelity/text/text-reader.ts')).createTextReader()
    : null;
  try {
    const inspection = await inspectFiles({ before, after, profile: options.profile, readText });
    if (options.map !== undefined) await writeMap(options.map, inspection);
    if (options.json) console.log(JSON.stringify(jsonOf(inspection), null, 2));
    else tell(inspection);
    if (inspection.verdict.kind === 'hold') process.exitCode = exitCodes.held;
  } finally {
    await readText?.close();
  }
}

async function read(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new UsageError(`${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

async function writeMap(path: string, { report, output }: Inspection): Promise<void> {
  const { drawMap } = await import('../../core/fidelity/map.ts');
  try {
    await writeFile(path, await drawMap(report, output));
  } catch (cause) {
    throw new UsageError(
      `The map cannot be written to ${path}: ${cause instanceof Error ? cause.message : String(cause)}`,
    );
  }
}

function jsonOf({ verdict, report, before, after }: Inspection) {
  return {
    verdict: verdict.kind,
    reasons: verdict.reasons,
    profile: verdict.profile,
    before,
    after,
    ...report,
  };
}

const titles = { publish: 'publish', hold: 'hold', no_gain: 'no gain' } as const;

function tell({ verdict, report, before, after }: Inspection): void {
  console.log(`${titles[verdict.kind]} (profile ${verdict.profile})`);
  for (const { sentence } of verdict.reasons) console.log(`  ${sentence}`);
  console.log(
    `\n${before.widthPx}×${before.heightPx} ${before.format} → ${after.widthPx}×${after.heightPx} ${after.format}`,
  );
  for (const { name, value, unit, meaning } of report.measures) {
    console.log(`  ${name.padEnd(18)} ${value.toFixed(3).padStart(9)} ${unit.padEnd(16)} ${meaning}`);
  }
  const words = { compared: 'compared', 'none-found': 'none found', skipped: 'not read' } as const;
  console.log(`\ntext: ${words[report.textStatus]}`);
  for (const { before: was, after: is, distance } of report.text) {
    console.log(`  "${was}" → "${is}"${distance > 0 ? ` (${distance.toFixed(2)} changed)` : ''}`);
  }
}
