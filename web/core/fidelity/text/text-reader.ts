import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { createWorker, OEM, PSM, type Worker } from 'tesseract.js';
import type { Raster } from '../../image/types.ts';
import type { ComparedText, TextReader } from '../types.ts';
import { comparable, normalisedDistance } from './distance.ts';
import { type Box, isReliable, paddedBox, type RecognisedLine } from './lines.ts';

export interface TextReaderOptions {
  /** Longest time for one comparison, in ms; after it the reading is given up. */
  readonly maxMs?: number;
  /** Most lines that are compared, the surest first. */
  readonly maxLines?: number;
}

/** Text is looked for on a copy no larger than this: a page takes its time by its pixels. */
const pageSidePx = 1600;
/** Height that a line is read at; the network was trained on about this. */
const lineHeightPx = 64;
/** Confidence, of 100, that a line on the enlarged input must reach to be evidence at all. */
const leastConfidence = 75;

/**
 * Reads text by tesseract (LSTM, English letters) from the trained data in node_modules: nothing is fetched. The
 * dictionaries stay off, because they would turn a damaged word back into the right one. One worker, started at the
 * first comparison and used for all; comparisons wait for each other. A worker that takes too long or dies is
 * replaced. Call close() at the end, or its thread keeps the process alive.
 */
export function createTextReader(options: TextReaderOptions = {}): TextReader {
  const maxMs = options.maxMs ?? 20_000;
  const maxLines = options.maxLines ?? 12;
  let worker: Promise<Worker> | null = null;
  let queue: Promise<unknown> = Promise.resolve();
  let isClosed = false;

  const discard = async (): Promise<void> => {
    const old = worker;
    worker = null;
    // A worker that never came up has nothing to end; its error was given to whoever waited for it.
    const started = await old?.catch(() => null);
    await started?.terminate();
  };

  const run = async (
    before: Raster<3>,
    after: Raster<3>,
    signal: AbortSignal | undefined,
  ): Promise<readonly ComparedText[] | null> => {
    signal?.throwIfAborted();
    if (isClosed) throw new Error('The text reader is closed.');
    worker ??= startWorker();
    const limit = AbortSignal.timeout(maxMs);
    const stop = signal ? AbortSignal.any([signal, limit]) : limit;
    try {
      return await orStopped(
        worker.then((started) => compareWith(started, before, after, maxLines, stop)),
        stop,
      );
    } catch (error) {
      await discard();
      if (limit.aborted && !signal?.aborted) return null;
      throw error;
    }
  };

  return {
    compare(before, after, signal) {
      const result = queue.then(() => run(before, after, signal));
      // The next in line waits for the end of this one, whatever its end is.
      queue = result.catch(() => undefined);
      return result;
    },
    async close() {
      isClosed = true;
      await queue;
      await discard();
    },
  };
}

async function startWorker(): Promise<Worker> {
  const data = dirname(createRequire(import.meta.url).resolve('@tesseract.js-data/eng/package.json'));
  const worker = await createWorker(
    'eng',
    OEM.LSTM_ONLY,
    {
      langPath: join(data, '4.0.0_best_int'),
      gzip: true,
      cacheMethod: 'none',
      // Without a handler the library throws a worker's error outside of every promise; the caller gets it anyway.
      errorHandler: () => undefined,
    },
    { load_system_dawg: '0', load_freq_dawg: '0' },
  );
  // A photo has no resolution: given one, the recogniser does not guess, and does not complain to stderr.
  await worker.setParameters({ user_defined_dpi: '200' });
  return worker;
}

/** The work, or the signal's reason as soon as it is given up. */
function orStopped<T>(work: Promise<T>, stop: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(stop.reason);
    if (stop.aborted) onAbort();
    stop.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => stop.removeEventListener('abort', onAbort));
  });
}

async function compareWith(
  worker: Worker,
  before: Raster<3>,
  after: Raster<3>,
  maxLines: number,
  stop: AbortSignal,
): Promise<ComparedText[]> {
  const shrink = Math.min(1, pageSidePx / Math.max(before.widthPx, before.heightPx));
  const page = await pngOf(before, null, Math.max(1, Math.round(before.widthPx * shrink)));
  // A worker that was ended must not be called again: the library would throw outside of every promise. So the
  // signal is asked before each call.
  stop.throwIfAborted();
  await worker.setParameters({ tessedit_pageseg_mode: PSM.SPARSE_TEXT });
  stop.throwIfAborted();
  const found = await worker.recognize(page, {}, { text: false, blocks: true });
  const lines: RecognisedLine[] = (found.data.blocks ?? [])
    .flatMap((block) => block.paragraphs.flatMap((paragraph) => paragraph.lines))
    .filter((line) => isReliable(line, leastConfidence - 15))
    .sort((a, b) => b.confidence - a.confidence)
    .slice(0, maxLines);
  stop.throwIfAborted();
  await worker.setParameters({ tessedit_pageseg_mode: PSM.SINGLE_LINE });
  const compared: ComparedText[] = [];
  for (const line of lines) {
    const box = paddedBox(line, before.widthPx, before.heightPx, 1 / shrink);
    const old = await readLine(worker, before, box, stop);
    // The page and the single line must agree, or the reader is guessing and no difference means anything.
    if (!isReliable(old, leastConfidence)) continue;
    if (normalisedDistance(comparable(old.text), comparable(line.text)) > 0.1) continue;
    const now = await readLine(worker, after, box, stop);
    compared.push({
      before: old.text,
      after: now.text,
      distance: normalisedDistance(comparable(old.text), comparable(now.text)),
      xPx: box.left,
      yPx: box.top,
      widthPx: box.width,
      heightPx: box.height,
    });
  }
  return compared.sort((a, b) => b.distance - a.distance);
}

async function readLine(
  worker: Worker,
  raster: Raster<3>,
  box: Box,
  stop: AbortSignal,
): Promise<{ text: string; confidence: number }> {
  const png = await pngOf(raster, box, Math.max(1, Math.round((box.width * lineHeightPx) / box.height)));
  stop.throwIfAborted();
  const { data } = await worker.recognize(png);
  return { text: data.text.trim(), confidence: data.confidence };
}

/** A grey PNG of the raster or of a part of it, widthPx wide: what the recogniser reads. */
async function pngOf(raster: Raster<3>, part: Box | null, widthPx: number): Promise<Buffer> {
  const raw = { width: raster.widthPx, height: raster.heightPx, channels: 3 as const };
  const picture = sharp(raster.data, { raw });
  const cut = part === null ? picture : picture.extract(part);
  return cut.resize(widthPx).greyscale().png({ compressionLevel: 1 }).toBuffer();
}
