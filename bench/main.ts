import { existsSync, readdirSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Bench, type BenchReport, isMet, lineOf, UsageError } from './report.ts';

/** bench/NAME.ts or bench/NAME/main.ts, each beside this file; a file that is no bench exports no `summary`. */
function pathOf(name: string): string | null {
  if (!/^[a-z][a-z0-9-]*$/.test(name)) return null;
  const paths = [join(import.meta.dirname, `${name}.ts`), join(import.meta.dirname, name, 'main.ts')];
  return paths.find((path) => existsSync(path)) ?? null;
}

async function load(name: string): Promise<Bench | null> {
  const path = pathOf(name);
  if (path === null) return null;
  const loaded: Partial<Bench> = await import(pathToFileURL(path).href);
  const { summary, run } = loaded;
  return typeof summary === 'string' && typeof run === 'function' ? { summary, run } : null;
}

async function list(): Promise<void> {
  console.log('npm run bench -- NAME [--json] [--check] [options]\n');
  const names = readdirSync(import.meta.dirname, { withFileTypes: true })
    .filter((entry) => !['main.ts', 'report.ts', 'node_modules'].includes(entry.name))
    .map((entry) => entry.name.replace(/\.ts$/, ''));
  for (const name of names.sort()) {
    const bench = await load(name);
    if (bench !== null) console.log(`  ${name.padEnd(12)} ${bench.summary}`);
  }
}

function print(name: string, report: BenchReport, elapsedMs: number, isJson: boolean): void {
  const machine = {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    load: loadavg()[0],
    node: process.version,
  };
  if (isJson) {
    const figures = report.figures.map((figure) => ({ ...figure, isMet: isMet(figure) }));
    const isPassed = report.figures.every((figure) => isMet(figure) !== false);
    console.log(JSON.stringify({ bench: name, isPassed, elapsedMs, machine, ...report, figures }, null, 2));
    return;
  }
  for (const figure of report.figures) console.log(lineOf(figure));
  console.log(
    `\n${machine.cores} cores of ${machine.cpu}, load ${machine.load?.toFixed(1)}, Node ${machine.node}`,
  );
}

async function main(): Promise<number> {
  const [name, ...rest] = process.argv.slice(2);
  if (name === undefined || name === '--help') {
    await list();
    return 0;
  }
  const bench = await load(name);
  if (bench === null) {
    console.error(`There is no bench called ${name}.`);
    await list();
    return 2;
  }
  const flags = new Set(['--json', '--check']);
  const startedMs = performance.now();
  try {
    const report = await bench.run({
      args: rest.filter((arg) => !flags.has(arg)),
      say: (line) => console.error(line),
    });
    print(name, report, performance.now() - startedMs, rest.includes('--json'));
    const missed = report.figures.filter((figure) => isMet(figure) === false);
    if (missed.length > 0) console.error(`missed: ${missed.map((figure) => figure.name).join(', ')}`);
    return rest.includes('--check') && missed.length > 0 ? 1 : 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    return 2;
  }
}

process.exitCode = await main();
