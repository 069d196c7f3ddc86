import type { VerdictKind } from '../../fidelity/types.ts';
import type { Engine, EngineContext, EngineId, EnhancedImage, EnhanceRequest } from '../contract.ts';
import { CircuitOpenError, EngineError } from '../errors.ts';
import { effectiveParams } from '../models/entry.ts';
import { findModelFor } from '../models/register.ts';

/** What the merchant chose. */
export interface RoutePolicy {
  readonly engine: EngineId;
  /** The faithful local model that is tried when the gate says hold; null: not allowed. */
  readonly localOnHold: string | null;
  /** When the engine is left alone for a while: wait for it, or make this photo with the local model. */
  readonly onOpenCircuit: { readonly kind: 'wait' } | { readonly kind: 'local'; readonly model: string };
}

/** What the gate says of a result; `score` decides between two of the same kind, the higher the better. */
export interface Judged {
  readonly kind: VerdictKind;
  readonly score: number;
}

export interface Candidate<J extends Judged> {
  readonly image: EnhancedImage;
  readonly judged: J;
}

export interface Routed<J extends Judged> {
  readonly chosen: Candidate<J>;
  /** The one that was made and not chosen; null when there was only one. */
  readonly other: Candidate<J> | null;
  /** Why the local engine was asked although another was chosen; null: it was not. */
  readonly fellBackBecause: 'hold' | 'open-circuit' | null;
}

export interface RouterDeps {
  readonly engines: Readonly<Partial<Record<EngineId, Engine>>>;
}

export interface Router {
  /**
   * The merchant's engine first; on hold the faithful local one, if allowed, and the better verdict wins.
   * @throws what the engine throws: CircuitOpenError where the merchant chose to wait. That the local engine fails
   * after a hold is no error: then the first result stands.
   */
  enhance<J extends Judged>(
    request: EnhanceRequest,
    policy: RoutePolicy,
    judge: (image: EnhancedImage) => Promise<J>,
    context: EngineContext,
  ): Promise<Routed<J>>;
}

const rank: Readonly<Record<VerdictKind, number>> = { publish: 2, hold: 1, no_gain: 0 };

/** Whether `b` is the better verdict: publish before hold before no gain, then the score. Equal: `a` stays. */
export function isBetter(b: Judged, a: Judged): boolean {
  return rank[b.kind] > rank[a.kind] || (rank[b.kind] === rank[a.kind] && b.score > a.score);
}

export function createRouter({ engines }: RouterDeps): Router {
  function engineOf(id: EngineId): Engine {
    const engine = engines[id];
    if (engine === undefined) {
      throw new EngineError(
        'engine-not-set-up',
        `The engine ${id} is not set up on this server; choose another one, or ask the operator.`,
      );
    }
    return engine;
  }

  /** The same photo for the local engine, which counts steps its own way: one pass, and rounds that only gain. */
  function local(request: EnhanceRequest, modelId: string): EnhanceRequest {
    const model = findModelFor('local', modelId);
    const { widthPx, heightPx } = request.input.rgb;
    const { params } = effectiveParams(model, { widthPx, heightPx }, request.params);
    const { work: _, ...rest } = request;
    return { ...rest, model: model.id, params: { ...params, num_steps: 1, chopping_size: null } };
  }

  return {
    async enhance(request, policy, judge, context) {
      const first = await enhanceFirst();
      const { localOnHold } = policy;
      const mayTryLocal = first.judged.kind === 'hold' && localOnHold !== null;
      if (!mayTryLocal || first.image.provenance.engine === 'local') {
        return { chosen: first, other: null, fellBackBecause: first.fellBackBecause };
      }
      let second: typeof first;
      try {
        second = await make('local', local(request, localOnHold), null);
      } catch (error) {
        context.signal.throwIfAborted();
        if (!(error instanceof EngineError)) throw error;
        return { chosen: first, other: null, fellBackBecause: null };
      }
      const isSecond = isBetter(second.judged, first.judged);
      return {
        chosen: isSecond ? second : first,
        other: isSecond ? first : second,
        fellBackBecause: 'hold',
      };

      async function make(id: EngineId, asked: EnhanceRequest, because: 'open-circuit' | null) {
        const image = await engineOf(id).enhance(asked, context);
        return { image, judged: await judge(image), fellBackBecause: because };
      }

      async function enhanceFirst() {
        try {
          return await make(policy.engine, request, null);
        } catch (error) {
          if (!(error instanceof CircuitOpenError) || policy.onOpenCircuit.kind === 'wait') throw error;
          return make('local', local(request, policy.onOpenCircuit.model), 'open-circuit');
        }
      }
    },
  };
}
