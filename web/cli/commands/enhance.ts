import { readFile, writeFile } from 'node:fs/promises';
import { extname, join, parse } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { EngineId } from '../../core/engines/contract.ts';
import type { EnhancedFile } from '../../core/enhancement/enhance-file.ts';
import type { FormatChoice } from '../../core/image/format.ts';
import type { OutputFormat } from '../../core/image/types.ts';
import { exitCodes, UsageError } from '../exit-codes.ts';
import { showProgress } from '../progress.ts';

interface EnhanceOptions {
  readonly output?: string;
  readonly engine: EngineId;
  readonly model?: string;
  readonly tier: 'fast' | 'balanced' | 'best';
  readonly steps?: number;
  readonly chopping?: number;
  readonly seed?: number;
  readonly resize?: number;
  readonly format: FormatChoice;
  readonly maxSide?: number;
  readonly profile: 'strict' | 'normal' | 'lenient';
  readonly report?: string;
  readonly text: boolean;
  readonly confirmLicence: boolean;
}

/** A whole number from `least`; anything else is a mistake in the command line. */
function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    if (!/^-?\d+$/.test(text) || Number(text) < least) {
      throw new InvalidArgumentError(`It must be a whole number from ${least}.`);
    }
    return Number(text);
  };
}

export function enhanceCommand(): Command {
  return new Command('enhance')
    .description('make one image sharp: prepared, enhanced, checked against the input, and written')
    .argument('<in>', 'JPEG, PNG, WebP, GIF, HEIC or AVIF')
    .option('-o, --output <out>', 'where the result goes (default: beside IN, as NAME.enhanced.EXT)')
    .addOption(
      new Option('--engine <engine>', 'who does it').choices(['local', 'replicate', 'cog']).default('local'),
    )
    .option('--model <model>', 'key in the register of models, such as local/thick or zf-kbot/invsr')
    .addOption(
      new Option('--tier <tier>', 'network of the local engine')
        .choices(['fast', 'balanced', 'best'])
        .default('balanced'),
    )
    .option(
      '--steps <n>',
      'num_steps; beyond the first, the local engine pulls the result towards the input (default: local 4, others 1)',
      wholeNumber(1),
    )
    .option('--chopping <n>', 'chopping_size: side of a tile in input pixels', wholeNumber(1))
    .option('--seed <n>', 'seed, where the model honours one', wholeNumber(Number.MIN_SAFE_INTEGER))
    .option('--resize <n>', 'shrink the input to this longest side first', wholeNumber(1))
    .addOption(
      new Option('--format <format>', 'format of the result')
        .choices(['keep', 'jpg', 'png', 'webp'])
        .default('keep'),
    )
    .option(
      '--max-side <n>',
      'longest side of the result (default: all that the engine gives)',
      wholeNumber(1),
    )
    .addOption(
      new Option('--profile <profile>', 'how strictly the result is judged')
        .choices(['strict', 'normal', 'lenient'])
        .default('normal'),
    )
    .option('--report <file>', 'write the fidelity report as JSON')
    .option('--no-text', 'do not read and compare text')
    .option(
      '--confirm-licence',
      'you have read the model’s licence and may use it; asked once for each model',
      false,
    )
    .action(run);
}

async function run(input: string, options: EnhanceOptions): Promise<void> {
  const source = await readFile(input).catch((cause: unknown) => {
    throw new UsageError(
      `${input} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
    );
  });
  const output = outputPath(input, options);
  const { enhanceFile } = await import('../../core/enhancement/enhance-file.ts');
  const { openTools } = await import('../tools.ts');
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort(new UsageError('stopped; nothing was written.')));
  const progress = showProgress(`enhancing ${parse(input).base}`);
  await using tools = await openTools({
    engine: options.engine,
    model: options.model ?? null,
    tier: options.tier,
    readsText: options.text,
    confirmsLicence: options.confirmLicence,
  });
  try {
    const made = await enhanceFile(
      {
        source,
        engine: tools.engine,
        model: tools.model,
        params: {
          num_steps: options.steps ?? tools.defaultSteps,
          chopping_size: options.chopping ?? null,
          seed: options.seed ?? null,
          resize: options.resize ?? null,
          output_format: 'png',
        },
        format: options.format,
        longestSidePx: options.maxSide ?? null,
        profile: options.profile,
        readText: tools.readText,
        onProgress: progress.show,
      },
      interrupted.signal,
    );
    await writeFile(output, made.file.bytes);
    if (options.report) await writeFile(options.report, `${JSON.stringify(reportOf(made), null, 2)}\n`);
    progress.end();
    tell(output, made);
  } finally {
    progress.end();
  }
}

/** Beside the input, so that the input itself is never written over unasked. */
function outputPath(input: string, { output, format }: EnhanceOptions): string {
  const { dir, name, ext } = parse(input);
  const path = output ?? join(dir, `${name}.enhanced${format === 'keep' ? ext : `.${format}`}`);
  if (format === 'keep' && output !== undefined && extname(output).toLowerCase() !== ext.toLowerCase()) {
    throw new UsageError(
      `${output} asks for another format than ${input} has; say --format ${formatOf(output)} if that is meant.`,
    );
  }
  return path;
}

function formatOf(path: string): OutputFormat {
  const extension = extname(path).slice(1).toLowerCase();
  return extension === 'png' || extension === 'webp' ? extension : 'jpg';
}

function reportOf({ file, prepared, report, verdict, provenance, costMicros }: EnhancedFile) {
  const { bytes, ...facts } = file;
  return {
    verdict: verdict.kind,
    reasons: verdict.reasons,
    profile: verdict.profile,
    input: prepared.info,
    output: { ...facts, bytes: bytes.length },
    provenance,
    costMicros,
    report,
  };
}

function tell(output: string, { file, prepared, verdict, provenance }: EnhancedFile): void {
  const { info } = prepared;
  const seconds = (provenance.elapsedMs / 1000).toFixed(1);
  console.log(
    `${output}: ${info.widthPx}×${info.heightPx} → ${file.widthPx}×${file.heightPx} ${file.format}, ` +
      `${Math.round(file.bytes.length / 1000)} kB, ${provenance.model} in ${seconds} s`,
  );
  for (const note of file.notes) console.error(`note: ${note}`);
  for (const { sentence } of verdict.reasons) console.error(`${verdict.kind}: ${sentence}`);
  if (verdict.kind === 'hold') {
    console.error('vitrine: held by the gate; the file was written for you to look at.');
    process.exitCode = exitCodes.held;
  }
}
