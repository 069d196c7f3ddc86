import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { damageStrength } from '../../sandbox/character/damage.ts';
import type { MeasureName } from '../../web/core/fidelity/catalogue.ts';
import { figureOf, judge, severityOf } from '../../web/core/fidelity/verdict.ts';
import { type BenchContext, type BenchReport, type Figure, UsageError } from '../report.ts';
import { calibrate, thresholdsSource } from './calibrate.ts';
import { caseKinds } from './cases.ts';
import { loadTruths, type Truth } from './photos.ts';
import { origins } from './results.ts';
import { quantileOf, rocArea, shareOf } from './roc.ts';
import { measureRows, type Row } from './rows.ts';

const thresholdsFile = new URL('../../web/core/fidelity/thresholds.ts', import.meta.url);
/** What the gate must reach on photos that its limits were not drawn from. */
const bars = { leastRocArea: 0.98, mostGoodHeld: 0.03, leastDamagedHeld: 0.95 } as const;
const seeds = { calibrate: [11, 12], evaluate: [22] } as const;
/** Less gain than this cannot be told from the enlarged input itself: Lanczos over cubic already gains 4 %. */
const leastSharpnessGain = 1.06;

export const summary =
  'what the gate catches and what it holds by mistake · --images DIR [--rendered N] [--rows FILE] [--calibrate]';

/**
 * Photos are split by name: limits are drawn from one half (--calibrate writes thresholds.ts), the bars are checked
 * on the other half, with other seeds. Nothing of one half is ever seen by the other.
 */
export async function run({ args, say }: BenchContext): Promise<BenchReport> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      images: { type: 'string' },
      calibrate: { type: 'boolean', default: false },
      rendered: { type: 'string', default: '8' },
      rows: { type: 'string' },
    },
  });
  if (values.images === undefined) {
    throw new UsageError('bench fidelity needs --images DIR, a folder of product photos.');
  }
  const truths = await loadTruths(values.images, Number(values.rendered));
  const half = splitByPhoto(truths, values.calibrate ? 0 : 1);
  const graphsDir = await mkdtemp(join(tmpdir(), 'vitrine-bench-'));
  try {
    const rows: Row[] = [];
    for (const seed of values.calibrate ? seeds.calibrate : seeds.evaluate) {
      rows.push(
        ...(await measureRows(half, {
          seed,
          isOnlyGood: values.calibrate,
          graphsDir,
          onTruth: (done, total) => say(`seed ${seed}: ${done} of ${total} pictures`),
        })),
      );
    }
    if (values.rows !== undefined) await writeFile(values.rows, rows.map(flatRow).join(''));
    if (values.calibrate) {
      await writeFile(thresholdsFile, thresholdsSource(calibrate(rows), leastSharpnessGain));
      return { figures: [{ name: 'calibrated.good', value: rows.length, unit: 'results' }] };
    }
    return reportOf(rows, truths);
  } finally {
    await rm(graphsDir, { recursive: true, force: true });
  }
}

/** One line of JSON a case: what it is and all its figures. */
function flatRow({ report, ...about }: Row): string {
  const figures = Object.fromEntries(report.measures.map(({ name, value }) => [name, value]));
  return `${JSON.stringify({ ...about, figures })}\n`;
}

function splitByPhoto(truths: readonly Truth[], side: 0 | 1): Truth[] {
  const photos = [...new Set(truths.map(({ photo }) => photo))].sort();
  return truths.filter(({ photo }) => photos.indexOf(photo) % 2 === side);
}

function reportOf(rows: readonly Row[], truths: readonly Truth[]): BenchReport {
  const scored = rows.map((row) => {
    const { kind: verdict, reasons } = judge(row.report, 'normal');
    return { ...row, verdict, reasons, severity: severityOf(row.report, 'normal') };
  });
  const good = scored.filter(({ kind }) => kind === 'good');
  const damaged = scored.filter(({ kind }) => kind !== 'good');
  const isHeld = ({ verdict }: { verdict: string }): boolean => verdict === 'hold';
  const severities = (some: typeof scored): number[] => some.map(({ severity }) => severity);
  const byKind = caseKinds
    .filter((kind) => kind !== 'good')
    .flatMap((kind): Figure[] => {
      const own = damaged.filter((row) => row.kind === kind);
      const note = `${own.length} cases`;
      return [
        {
          name: `${kind}.rocArea`,
          value: rocArea(severities(good), severities(own)),
          unit: '',
          bar: { atLeast: bars.leastRocArea },
          note,
        },
        {
          name: `${kind}.held`,
          value: shareOf(own, isHeld),
          unit: 'share',
          bar: { atLeast: bars.leastDamagedHeld },
        },
      ];
    });
  const byOrigin = origins.flatMap((origin): Figure[] => {
    const own = good.filter((row) => row.origin === origin);
    return [
      {
        name: `good.${origin}.held`,
        value: shareOf(own, isHeld),
        unit: 'share',
        note: `${own.length} cases`,
      },
      {
        name: `good.${origin}.noGain`,
        value: shareOf(own, ({ verdict }) => verdict === 'no_gain'),
        unit: 'share',
      },
    ];
  });
  const photos = (some: readonly { photo: string }[]): number => new Set(some.map(({ photo }) => photo)).size;
  const about = ({ kind, photo, view, origin, wear, severity, reasons }: (typeof scored)[number]) => ({
    kind,
    photo,
    view,
    origin,
    wear,
    severity,
    reasons: reasons.map(({ code }) => code),
  });
  return {
    figures: [
      {
        name: 'good.held',
        value: shareOf(good, isHeld),
        unit: 'share',
        bar: { atMost: bars.mostGoodHeld },
        note: `${good.length} cases`,
      },
      {
        name: 'damaged.held',
        value: shareOf(damaged, isHeld),
        unit: 'share',
        bar: { atLeast: bars.leastDamagedHeld },
        note: `${damaged.length} cases`,
      },
      ...byKind,
      ...byOrigin,
      ...characterOf(good),
    ],
    details: {
      profile: 'normal',
      split: `${photos(rows)} of ${photos(truths)} photos; the limits come from the others`,
      damageStrength,
      goodThatWereHeld: good.filter(isHeld).map(about),
      damagedThatWereMissed: damaged.filter((row) => !isHeld(row)).map(about),
    },
  };
}

/** What our stand-in for InvSR measures, beside what InvSR's own published pictures do. */
const published = {
  lrPsnr: [21.7, 29],
  lowPassPsnr15: [29.2, 33.1],
  lowPassPsnr3: [32.7, 35.9],
  lowPassPsnr6: [33.6, 39.3],
  deltaEMean: [1.3, 2.7],
  deltaEP95: [3.1, 5.3],
} as const;

function characterOf(good: readonly Row[]): Figure[] {
  const own = good.filter(({ origin }) => origin === 'invsr');
  return Object.entries(published).map(([name, range]) => {
    const values = own.flatMap(({ report }) => figureOf(report, name as MeasureName) ?? []);
    const [low, middle, high] = [0.1, 0.5, 0.9].map((share) => quantileOf(values, share));
    return {
      name: `invsrLike.${name}`,
      value: middle ?? 0,
      unit: 'median',
      note: `10th to 90th percentile ${low?.toFixed(2)} to ${high?.toFixed(2)}; published ${range.join(' to ')}`,
    };
  });
}
