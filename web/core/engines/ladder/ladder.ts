import type { FidelityReport, Verdict } from '../../fidelity/types.ts';
import type { Raster } from '../../image/types.ts';
import type { Engine, EnhancedImage, EnhanceRequest } from '../contract.ts';
import { EngineError, EngineParamError } from '../errors.ts';
import { checkRequest, effectiveParams } from '../models/entry.ts';
import { type Quote, quote } from '../models/price.ts';
import { findModelFor } from '../models/register.ts';

/** What the gate makes of one result: repaired as it would be published, measured, and judged. */
export interface InspectedRung {
  readonly repaired: Raster<3>;
  readonly report: FidelityReport;
  readonly verdict: Verdict;
}

export interface MadeRung extends InspectedRung {
  readonly kind: 'made';
  readonly steps: number;
  readonly elapsedMs: number;
  /** Engine time as billed; null where nothing is billed. */
  readonly predictMs: number | null;
  readonly costMicros: number;
}

export interface FailedRung {
  readonly kind: 'failed';
  readonly steps: number;
  readonly code: string;
  readonly sentence: string;
}

export type Rung = MadeRung | FailedRung;

export interface LadderRequest {
  readonly engine: Engine;
  /** One photo with all but its step count. `work`, where there is one, is made anew for each rung by `workOf`. */
  readonly request: EnhanceRequest;
  /** Whole numbers, in any order; each is tried once, from few to many. */
  readonly steps: readonly number[];
  readonly inspect: (made: EnhancedImage) => Promise<InspectedRung>;
  /** Names the paid work of a rung, so that a rung that was made before is not paid for again. */
  readonly workOf?: (request: EnhanceRequest) => EnhanceRequest['work'];
  readonly onRung?: (rung: Rung) => void;
}

const maxRungs = 8;

/** What the rungs of a ladder would cost together, before anything is asked. @throws EngineError */
export function quoteLadder({
  engine,
  request,
  steps,
}: Pick<LadderRequest, 'engine' | 'request' | 'steps'>): Quote {
  const model = findModelFor(engine.id, request.model);
  const { widthPx, heightPx } = request.input.rgb;
  const quotes = rungsOf(steps).map((num_steps) =>
    quote(model, { widthPx, heightPx }, { ...request.params, num_steps }),
  );
  const sum = (pick: (each: Quote) => number): number =>
    quotes.reduce((total, each) => total + pick(each), 0);
  return {
    expectedMicros: sum((each) => each.expectedMicros),
    mostMicros: sum((each) => each.mostMicros),
    mostSeconds: sum((each) => each.mostSeconds),
    isExact: quotes.every((each) => each.isExact),
  };
}

/**
 * One photo at several step counts, one after the other: what more steps give and take on this very photo. Nothing
 * is published. A rung that fails does not end the ladder.
 * @throws EngineParamError before anything is asked, where a step count is not one that the model takes; an aborted
 * signal rejects with its reason.
 */
export async function climb(ladder: LadderRequest, signal: AbortSignal): Promise<readonly Rung[]> {
  const { engine, request, onRung } = ladder;
  const model = findModelFor(engine.id, request.model);
  const { widthPx, heightPx } = request.input.rgb;
  const size = { widthPx, heightPx };
  const steps = rungsOf(ladder.steps);
  for (const num_steps of steps) checkRequest(model, size, { ...request.params, num_steps });
  const { ignored } = effectiveParams(model, size, { ...request.params, num_steps: 2 });
  if (ignored.num_steps !== undefined) {
    throw new EngineError(
      'ladder-one-step',
      `${model.title} has no steps to choose (${ignored.num_steps}); a ladder needs another model.`,
      { isReported: false },
    );
  }
  const rungs: Rung[] = [];
  for (const num_steps of steps) {
    signal.throwIfAborted();
    const rung = await climbOne(ladder, num_steps, signal);
    rungs.push(rung);
    onRung?.(rung);
  }
  return rungs;
}

async function climbOne(ladder: LadderRequest, steps: number, signal: AbortSignal): Promise<Rung> {
  const { work: _, ...plain } = ladder.request;
  const request = { ...plain, params: { ...plain.params, num_steps: steps } };
  const work = ladder.workOf?.(request);
  try {
    const made = await ladder.engine.enhance(
      { ...request, ...(work === undefined ? {} : { work }) },
      { signal },
    );
    const { elapsedMs, predictMs } = made.provenance;
    const inspected = await ladder.inspect(made);
    return { kind: 'made', steps, ...inspected, elapsedMs, predictMs, costMicros: made.costMicros };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof EngineError)) throw error;
    return { kind: 'failed', steps, code: error.code, sentence: error.sentence };
  }
}

function rungsOf(steps: readonly number[]): readonly number[] {
  const rungs = [...new Set(steps)].sort((a, b) => a - b);
  if (rungs.length === 0 || rungs.length > maxRungs) {
    throw new EngineParamError('steps', `a list of 1 to ${maxRungs} different step counts`, steps.join(','));
  }
  return rungs;
}
