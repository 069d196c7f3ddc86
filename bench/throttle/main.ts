import type { BenchContext, BenchReport } from '../report.ts';
import { measureLiveWaits, measurePace } from './measure.ts';
import { startSharedTime } from './shared-time.ts';

export const summary = '2,000 mutations at 100 points a second, and live work beside backfill';

const mutations = 2000;

/** Time is the store's own, moved by hand: what is measured is the pacing, not this machine. */
export async function run({ say }: BenchContext): Promise<BenchReport> {
  const time = await startSharedTime();
  try {
    say('one process');
    const one = await measurePace(time, { mutations, processes: 1, workers: 8, startPoints: 2000 });
    say('four processes');
    const four = await measurePace(time, { mutations, processes: 4, workers: 4, startPoints: 2000 });
    say('live beside backfill');
    const waits = await measureLiveWaits(time, { uploads: 20, backfillMutations: 600, workers: 8 });
    const pace = (name: string, { seconds, idealSeconds, carriedOut, throttled }: typeof one) => [
      { name: `${name}.time`, value: seconds / idealSeconds, unit: '× ideal', bar: { atMost: 1.1 } },
      { name: `${name}.lost`, value: mutations - carriedOut, unit: 'calls', bar: { atMost: 0 } },
      { name: `${name}.throttled`, value: throttled, unit: 'answers' },
    ];
    return {
      figures: [
        ...pace('one-process', one),
        ...pace('four-processes', four),
        { name: 'live.longest-wait', value: Math.max(...waits), unit: 's', bar: { atMost: 2 } },
      ],
      details: { one, four, waits },
    };
  } finally {
    await time.sandbox.close();
  }
}
