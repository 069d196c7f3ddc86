import { inspectedOf } from '../pixels.ts';
import type { StepDefinition } from '../step.ts';

/** Measures the repaired result against exactly what the engine got, and judges it by the merchant's profile. */
export const inspect: StepDefinition = {
  name: 'inspect',
  async run(context) {
    const { report, verdict, unrepaired } = await inspectedOf(context);
    const patch = { report, verdict, facts: { unrepaired } };
    if (verdict.kind !== 'no_gain') return { patch };
    const reason = verdict.reasons[0];
    return {
      patch,
      end: {
        state: 'no_gain',
        imageStatus: 'skipped',
        code: reason?.code ?? 'no-gain',
        sentence:
          reason?.sentence ??
          'The result was not better than the image that is there, so nothing was changed.',
      },
    };
  },
};
