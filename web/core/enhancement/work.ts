import type { Actor } from '../audit/ledger.ts';
import type { ShopImage } from '../catalog/media.ts';
import type { FileUse } from '../catalog/uses.ts';
import type { EngineParams, Provenance } from '../engines/contract.ts';
import type { FidelityReport, Verdict } from '../fidelity/types.ts';
import type { KeptMetadata } from '../image/rights-texts.ts';
import type { JpegConstraint, OutputFormat, SourceFormat, TileLines } from '../image/types.ts';
import type {
  EnhancementRecord,
  EnhancementState,
  ImageStatus,
  Lane,
  Step,
  Trigger,
} from '../store/records.ts';
import type { Digest } from '../vault/digest.ts';
import { type Settings, settingsSchema } from './settings.ts';

/** Where the file stood in its product when the work was decided. */
export interface Place {
  readonly productId: string | null;
  readonly productTitle: string | null;
  readonly position: number | null;
  readonly variantIds: readonly string[];
}

/** What a step found out that a later step, or a reader, needs. Stored as JSON; each step adds its own key. */
export interface Facts {
  readonly place?: Place;
  /** SHA-256 of the bytes that the shop showed: what a write compares with. */
  readonly shownDigest?: Digest;
  readonly source?: {
    readonly fileName: string;
    readonly format: SourceFormat;
    readonly widthPx: number;
    readonly heightPx: number;
    readonly bytes: number;
  };
  readonly prepared?: {
    readonly widthPx: number;
    readonly heightPx: number;
    readonly jpeg: JpegConstraint | null;
    /** Copyright and credit that the source states. */
    readonly rights: KeptMetadata;
  };
  readonly raw?: {
    readonly scale: number;
    readonly tileLines: TileLines;
    readonly provenance: Provenance;
    /** The same work was done before: nothing was run and nothing paid. */
    readonly isReused: boolean;
  };
  readonly output?: {
    readonly format: OutputFormat;
    readonly mimeType: string;
    readonly widthPx: number;
    readonly heightPx: number;
    readonly bytes: number;
    readonly notes: readonly string[];
  };
  /** Why the local engine was asked although another was chosen, and what was made and not taken. */
  readonly fallback?: {
    readonly because: 'hold' | 'open-circuit';
    readonly notChosen: { readonly engine: string; readonly verdict: Verdict } | null;
  };
  /** ΔE2000 before the colours were repaired. */
  readonly unrepaired?: Readonly<Record<string, number>>;
  /** Products that showed the file when it was fetched, as far as they are known; one among them is the place. */
  readonly uses?: readonly FileUse[];
  /** The file that the result took the place of, and where; its URL no longer shows the picture. */
  readonly replaced?: {
    readonly mediaId: string;
    readonly url: string | null;
    readonly uses: readonly FileUse[];
    readonly note: string;
  };
  readonly approvedBy?: Actor;
  readonly elapsedMs?: Readonly<Partial<Record<Step, number>>>;
}

/** One attempt at one image, as stored. */
export interface Work {
  readonly id: string;
  readonly imageId: string;
  readonly mediaId: string;
  readonly trigger: Trigger;
  readonly lane: Lane;
  /** The last step whose result is stored. */
  readonly step: Step | 'none';
  readonly settings: Settings;
  readonly before: ShopImage | null;
  readonly after: ShopImage | null;
  /** What was about to be done when it was last stored. */
  readonly intent: unknown;
  readonly sourceDigest: Digest | null;
  readonly preparedDigest: Digest | null;
  readonly alphaDigest: Digest | null;
  readonly rawDigest: Digest | null;
  readonly outputDigest: Digest | null;
  readonly facts: Facts;
  readonly report: FidelityReport | null;
  readonly verdict: Verdict | null;
  readonly workKey: string | null;
  readonly costMicros: number;
}

/** What a step stores. Digests and reports go to columns of their own, the rest to `facts`. */
export type WorkPatch = Partial<
  Pick<
    Work,
    | 'settings'
    | 'before'
    | 'after'
    | 'sourceDigest'
    | 'preparedDigest'
    | 'alphaDigest'
    | 'rawDigest'
    | 'outputDigest'
    | 'report'
    | 'verdict'
    | 'workKey'
    | 'costMicros'
  >
> & { readonly facts?: Facts };

/** The work is over, or waits for a person. Code and sentence are for the merchant. */
export interface End {
  readonly state: Exclude<EnhancementState, 'running' | 'done'>;
  readonly imageStatus: ImageStatus;
  readonly code: string;
  readonly sentence: string;
}

/** The engine's parameters as the merchant set them. */
export function engineParamsOf(settings: Settings): EngineParams {
  return { ...settings.params, output_format: 'png' };
}

/** Reads a stored attempt. Its JSON columns are written by this room only, through WorkPatch. */
export function toWork(record: EnhancementRecord, mediaId: string): Work {
  return {
    id: record.id,
    imageId: record.imageId,
    mediaId,
    trigger: record.trigger,
    lane: record.lane,
    step: record.step,
    settings: settingsSchema.parse(record.params),
    before: record.before as ShopImage | null,
    after: record.after as ShopImage | null,
    intent: record.intent,
    sourceDigest: record.sourceDigest,
    preparedDigest: record.preparedDigest,
    alphaDigest: record.alphaDigest,
    rawDigest: record.rawDigest,
    outputDigest: record.outputDigest,
    facts: record.facts as Facts,
    report: record.report as FidelityReport | null,
    verdict: record.verdict as Verdict | null,
    workKey: record.workKey,
    costMicros: Number(record.costMicros),
  };
}

/** What acquire leaves behind of the source. */
export function requireSource({ source }: Facts): NonNullable<Facts['source']> {
  if (source === undefined) throw new Error('the step acquire left no facts of the source behind');
  return source;
}

/** A digest that an earlier step must have stored. */
export function requireDigest(digest: Digest | null, step: Step): Digest {
  if (digest === null) throw new Error(`the step ${step} left no digest behind`);
  return digest;
}
