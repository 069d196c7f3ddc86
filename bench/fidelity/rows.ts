import { join } from 'node:path';
import { createLocalEngine } from '../../web/core/engines/local/local-engine.ts';
import { measureFidelity } from '../../web/core/fidelity/measure.ts';
import type { FidelityReport } from '../../web/core/fidelity/types.ts';
import type { Raster } from '../../web/core/image/types.ts';
import { type Case, casesOf } from './cases.ts';
import type { Truth } from './photos.ts';

export type Row = Omit<Case, 'request'> & { readonly report: FidelityReport };

export interface RowOptions {
  readonly seed: number;
  readonly isOnlyGood: boolean;
  readonly graphsDir: string;
  readonly onTruth: (done: number, total: number) => void;
}

/** Measures every case of the truths, one after another, with the product's own gate. Text is not read. */
export async function measureRows(truths: readonly Truth[], options: RowOptions): Promise<Row[]> {
  const engine = createLocalEngine({ cacheDir: join(options.graphsDir, 'graphs') });
  const rows: Row[] = [];
  try {
    for (const [index, truth] of truths.entries()) {
      // Two networks by turns: the least and the usual one.
      const model = index % 2 === 0 ? 'local/medium' : 'local/slim';
      const enlarge = async (input: Raster<3>): Promise<Raster<3>> => {
        const made = await engine.enhance(
          {
            input: { rgb: input, alpha: null, jpeg: null },
            inputPng: new Uint8Array(),
            inputDigest: 'bench',
            params: { num_steps: 1, chopping_size: null, seed: null, resize: null, output_format: 'png' },
            model,
            targetLongestSidePx: null,
          },
          { signal: new AbortController().signal },
        );
        return made.rgb;
      };
      for await (const { request, ...about } of casesOf(truth, index, { ...options, enlarge })) {
        rows.push({ ...about, report: await measureFidelity(request) });
      }
      options.onTruth(index + 1, truths.length);
    }
  } finally {
    await engine.close();
  }
  return rows;
}
