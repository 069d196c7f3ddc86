import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { EngineId } from '../../core/engines/contract.ts';
import { exitCodes, UsageError } from '../exit-codes.ts';
import { showProgress } from '../progress.ts';

interface LadderOptions {
  readonly output: string;
  readonly steps: readonly number[];
  readonly engine: EngineId;
  readonly model?: string;
  readonly tier: 'fast' | 'balanced' | 'best';
  readonly chopping?: number;
  readonly seed?: number;
  readonly resize?: number;
  readonly profile: 'strict' | 'normal' | 'lenient';
  readonly text: boolean;
  readonly confirmLicence: boolean;
}

function wholeNumber(text: string): number {
  if (!/^-?\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

export function ladderCommand(): Command {
  return new Command('ladder')
    .description('one image at several step counts, side by side, with fidelity, time and price')
    .argument('<in>', 'JPEG, PNG, WebP, GIF, HEIC or AVIF')
    .requiredOption('-o, --output <dir>', 'where the contact sheet, the table and the results go')
    .option('--steps <list>', 'step counts', (text) => text.split(',').map(wholeNumber), [1, 3, 5, 10])
    .addOption(
      new Option('--engine <engine>', 'who does it').choices(['local', 'replicate', 'cog']).default('local'),
    )
    .option('--model <model>', 'key in the register of models, such as local/thick or zf-kbot/invsr')
    .addOption(
      new Option('--tier <tier>', 'network of the local engine')
        .choices(['fast', 'balanced', 'best'])
        .default('balanced'),
    )
    .option('--chopping <n>', 'chopping_size: side of a tile in input pixels', wholeNumber)
    .option('--seed <n>', 'seed, where the model honours one', wholeNumber)
    .option('--resize <n>', 'shrink the input to this longest side first', wholeNumber)
    .addOption(
      new Option('--profile <profile>', 'how strictly the results are judged')
        .choices(['strict', 'normal', 'lenient'])
        .default('normal'),
    )
    .option('--no-text', 'do not read and compare text')
    .option('--confirm-licence', 'you have read the model’s licence and may use it', false)
    .action(run);
}

async function run(input: string, options: LadderOptions): Promise<void> {
  const source = await readFile(input).catch((cause: unknown) => {
    throw new UsageError(
      `${input} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
    );
  });
  const { prepare } = await import('../../core/image/prepare.ts');
  const { encodeRasterPng } = await import('../../core/image/prepared.ts');
  const { inspectResult } = await import('../../core/enhancement/inspect-result.ts');
  const { climb, quoteLadder } = await import('../../core/engines/ladder/ladder.ts');
  const { drawContactSheet } = await import('../../core/engines/ladder/contact-sheet.ts');
  const { ladderTable } = await import('../../core/engines/ladder/table.ts');
  const { formatMicros } = await import('../../core/budget/micros.ts');
  const { sha256 } = await import('../../core/vault/digest.ts');
  const { openTools } = await import('../tools.ts');
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort(new UsageError('stopped.')));
  await using tools = await openTools({
    engine: options.engine,
    model: options.model ?? null,
    tier: options.tier,
    readsText: options.text,
    confirmsLicence: options.confirmLicence,
  });
  const { image, png } = await prepare(
    source,
    { maxInputSidePx: options.resize ?? null },
    interrupted.signal,
  );
  const ladder = {
    engine: tools.engine,
    steps: options.steps,
    request: {
      input: image,
      inputPng: png,
      inputDigest: sha256(png),
      params: {
        num_steps: 1,
        chopping_size: options.chopping ?? null,
        seed: options.seed ?? null,
        resize: options.resize ?? null,
        output_format: 'png' as const,
      },
      model: tools.model,
      targetLongestSidePx: null,
    },
  };
  const { expectedMicros, mostMicros } = quoteLadder(ladder);
  if (mostMicros > 0) {
    console.error(`about ${formatMicros(expectedMicros)}, at most ${formatMicros(mostMicros)}`);
  }
  const progress = showProgress(`the ladder of ${parse(input).base}`);
  let made = 0;
  const rungs = await climb(
    {
      ...ladder,
      inspect: (enhanced) =>
        inspectResult({
          prepared: image,
          raw: enhanced.rgb,
          tileLines: enhanced.tileLines,
          profile: options.profile,
          readText: tools.readText,
          signal: interrupted.signal,
        }),
      onRung: () => {
        made += 1;
        progress.show(made / options.steps.length);
      },
    },
    interrupted.signal,
  ).finally(() => progress.end());
  await mkdir(options.output, { recursive: true });
  for (const rung of rungs) {
    if (rung.kind !== 'made') continue;
    await writeFile(join(options.output, `steps-${rung.steps}.png`), await encodeRasterPng(rung.repaired));
  }
  const sheet = await drawContactSheet(image.rgb, rungs);
  await writeFile(join(options.output, 'ladder.png'), await encodeRasterPng(sheet));
  const table = ladderTable(rungs);
  await writeFile(join(options.output, 'ladder.md'), table);
  console.log(table);
  if (rungs.every((rung) => rung.kind === 'failed')) process.exitCode = exitCodes.engineFailed;
}
