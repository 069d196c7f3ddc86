import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { type PostgresServer, startPostgresServer } from '../../test/support/postgres-server.ts';
import type { BenchContext, BenchReport, Figure } from '../report.ts';
import type { LoadResult } from './load.ts';
import { measureNoop } from './noop.ts';
import type { Variant } from './server.ts';

export const summary =
  'durable webhook answers, on PostgreSQL and embedded; deliveries that change nothing. [--seconds N]';

const connections = 50;
const steadyPerSecond = 1_000;

/** Each variant is warmed up and then measured three times, in turn; the median of the ratios within a turn counts. */
export async function run({ args, say }: BenchContext): Promise<BenchReport> {
  const { values } = parseArgs({ args: [...args], options: { seconds: { type: 'string', default: '6' } } });
  const seconds = Number(values.seconds);
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-ingest-'));
  const postgres = await startPostgresServer({ isDurable: true });
  try {
    const ingest = await measureIngest({ postgres, folder, seconds, say });
    const noop = await measureNoop({ postgres, folder, say });
    return { figures: [...ingest.figures, ...noop], details: ingest.details };
  } finally {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Setup {
  readonly postgres: PostgresServer;
  readonly folder: string;
  readonly seconds: number;
  readonly say: (line: string) => void;
}

async function measureIngest({ postgres, folder, seconds, say }: Setup) {
  const places = {
    bare: ['bare', ''],
    single: ['single', await postgres.createDatabase('single')],
    grouped: ['grouped', await postgres.createDatabase('grouped')],
    embedded: ['grouped', join(folder, 'embedded')],
  } as const satisfies Record<string, readonly [Variant, string]>;
  type Name = keyof typeof places;
  const servers = new Map<Name, RunningServer>();
  for (const [name, [variant, place]] of Object.entries(places)) {
    say(`starting ${name}`);
    servers.set(name as Name, await startServer(variant, place));
  }
  const portOf = (name: Name): number => servers.get(name)?.port ?? 0;
  try {
    const rates: Record<Name, number[]> = { bare: [], single: [], grouped: [], embedded: [] };
    for (const name of servers.keys()) await load(portOf(name), 2, 0);
    for (let turn = 1; turn <= 3; turn += 1) {
      for (const name of servers.keys()) {
        const result = await load(portOf(name), seconds, 0);
        rates[name].push(result.perSecond);
        say(
          `${turn} ${name}: ${result.perSecond.toFixed(0)}/s, p99 ${result.p99Ms.toFixed(1)} ms, refused ${result.refused}`,
        );
      }
    }
    const steady = await load(portOf('grouped'), seconds, steadyPerSecond);
    const steadyEmbedded = await load(portOf('embedded'), seconds, steadyPerSecond);
    say(
      `steady: p50 ${steady.p50Ms.toFixed(1)}, p99 ${steady.p99Ms.toFixed(1)} ms; embedded p99 ${steadyEmbedded.p99Ms.toFixed(1)} ms`,
    );
    const ratios = (a: Name, b: Name): number[] => rates[a].map((rate, turn) => rate / (rates[b][turn] ?? 1));
    const figures: Figure[] = [
      { name: 'ack.postgres', value: median(rates.grouped), unit: '/s' },
      { name: 'ack.embedded', value: median(rates.embedded), unit: '/s' },
      { name: 'ack.storing-nothing', value: median(rates.bare), unit: '/s' },
      { name: 'ack.one-transaction-each', value: median(rates.single), unit: '/s' },
      {
        name: 'ack.of-storing-nothing',
        value: median(ratios('grouped', 'bare')),
        unit: '×',
        bar: { atLeast: 0.25 },
      },
      {
        name: 'ack.over-one-transaction-each',
        value: median(ratios('grouped', 'single')),
        unit: '×',
        bar: { atLeast: 5 },
      },
      { name: 'ack.p99-at-1000', value: steady.p99Ms, unit: 'ms', bar: { atMost: 50 } },
      { name: 'ack.answered-at-1000', value: steady.perSecond, unit: '/s' },
      { name: 'ack.embedded-p99-at-1000', value: steadyEmbedded.p99Ms, unit: 'ms' },
      { name: 'ack.refused', value: steady.refused + steadyEmbedded.refused, unit: '', bar: { atMost: 0 } },
    ];
    return { figures, details: { rates, steady, steadyEmbedded, connections, seconds } };
  } finally {
    for (const server of servers.values()) await stopChild(server.child);
  }
}

interface RunningServer {
  readonly child: ChildProcess;
  readonly port: number;
}

async function startServer(variant: Variant, place: string): Promise<RunningServer> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'server.ts'), variant, place], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { child, port: Number(line) };
}

async function load(port: number, seconds: number, perSecond: number): Promise<LoadResult> {
  const words = [port, connections, seconds, perSecond].map(String);
  const child = spawn(process.execPath, [join(import.meta.dirname, 'load.ts'), ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return JSON.parse(line) as LoadResult;
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
