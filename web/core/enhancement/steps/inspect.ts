import { measureFidelity } from '../../fidelity/measure.ts';
import { judge } from '../../fidelity/verdict.ts';
import { enlargedAlphaOf, preparedOf, repairedOf } from '../pixels.ts';
import type { StepDefinition } from '../step.ts';

/** Measures the repaired result against exactly what the engine got, and judges it by the merchant's profile. */
export const inspect: StepDefinition = {
  name: 'inspect',
  async run(context) {
    const { deps, work, signal } = context;
    const prepared = await preparedOf(context);
    const report = await measureFidelity({
      input: prepared.rgb,
      output: await repairedOf(context),
      inputAlpha: prepared.alpha,
      outputAlpha: await enlargedAlphaOf(context),
      tileLines: work.facts.raw?.tileLines,
      inputJpeg: prepared.jpeg,
      readText: work.settings.comparesText ? deps.readText : null,
      signal,
    });
    const verdict = judge(report, work.settings.profile);
    const patch = { report, verdict };
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
