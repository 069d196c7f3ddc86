import type { Frame } from 'playwright-core';

export interface Vitals {
  /** Largest contentful paint, from the start of the frame's own navigation. */
  readonly lcpMs: number;
  /** Cumulative layout shift: the sum of all shifts without input, which is at least the worst window's. */
  readonly cls: number;
}

/** What the browser measured in a frame up to now. */
export function vitalsOf(frame: Frame): Promise<Vitals> {
  return frame.evaluate(async () => {
    const read = (type: string) =>
      new Promise<PerformanceEntry[]>((resolve) => {
        const observer = new PerformanceObserver((list) => resolve(list.getEntries()));
        observer.observe({ type, buffered: true });
        // Where there is nothing to tell, the observer never speaks.
        setTimeout(() => resolve(observer.takeRecords()), 200);
      });
    const paints = await read('largest-contentful-paint');
    const shifts = (await read('layout-shift')) as (PerformanceEntry & {
      value: number;
      hadRecentInput: boolean;
    })[];
    return {
      lcpMs: paints.at(-1)?.startTime ?? Number.POSITIVE_INFINITY,
      cls: shifts.filter(({ hadRecentInput }) => !hadRecentInput).reduce((sum, { value }) => sum + value, 0),
    };
  });
}
