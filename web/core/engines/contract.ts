import type { OutputFormat, PreparedImage, Raster, TileLines } from '../image/types.ts';

export type EngineId = 'local' | 'replicate' | 'cog';

/** InvSR's own parameters, by InvSR's own names. Each engine states which it honours, and how. */
export interface EngineParams {
  /** Integer ≥ 1. */
  readonly num_steps: number;
  /** Side of a tile in input pixels, > 0; null: the engine chooses. */
  readonly chopping_size: number | null;
  /** Integer; null: unset. */
  readonly seed: number | null;
  /** Longest side of the input before it is processed, in pixels; null: as it is. */
  readonly resize: number | null;
  /** What a remote engine encodes its answer as. The stored format is decided later, by finish. */
  readonly output_format: Exclude<OutputFormat, 'webp'>;
}

export interface EnhanceRequest {
  readonly input: PreparedImage;
  /** The PNG of `input.rgb` as it is stored; its SHA-256 names the work. Remote engines send these bytes. */
  readonly inputPng: Uint8Array;
  readonly inputDigest: string;
  readonly params: EngineParams;
  /** Key in the register of models, such as `local/medium` or `zf-kbot/invsr`. */
  readonly model: string;
  /** What finish will make of it, so that no pixel is made only to be thrown away; null: all that the model gives. */
  readonly targetLongestSidePx: number | null;
  /** Left out where nothing is kept beyond the call. */
  readonly work?: EngineWork;
}

/** Whose work it is, for an engine that is paid: what was begun under this key is taken up again, never paid twice. */
export interface EngineWork {
  readonly shopId: string;
  readonly enhancementId: string;
  /** See workKey in work-key.ts. */
  readonly workKey: string;
  /** A person asked for just this: a result that was paid for and lost may be paid for again. */
  readonly isAskedFor?: boolean;
}

export interface EngineContext {
  /** An aborted signal lets a paid run go on, to be taken up later; abort with EngineStopError to cancel it. */
  readonly signal: AbortSignal;
  /** share: 0…1 of the whole, never falling. */
  readonly onProgress?: (share: number) => void;
}

export interface Provenance {
  readonly engine: EngineId;
  readonly model: string;
  /** What makes two runs the same run: a version hash, or the digest of the weights. */
  readonly modelVersion: string;
  /** SPDX id, or the licence's own name. */
  readonly licence: string;
  readonly params: EngineParams;
  /** Parameters that had no effect, with the reason, such as {seed: 'the local engine is deterministic'}. */
  readonly ignoredParams: Readonly<Partial<Record<keyof EngineParams, string>>>;
  readonly predictionId: string | null;
  readonly elapsedMs: number;
  /** Engine seconds as billed; null where nothing is billed. */
  readonly predictMs: number | null;
}

export interface EnhancedImage {
  readonly rgb: Raster<3>;
  /** Output side over input side. */
  readonly scale: number;
  readonly tileLines: TileLines;
  readonly provenance: Provenance;
  /** Micro-dollars, integer; 0 for an engine that costs nothing. */
  readonly costMicros: number;
}

/** One way to make an image sharp. Safe to call from several jobs at once; queues by itself where it must. */
export interface Engine {
  readonly id: EngineId;
  /**
   * @throws EngineError (see errors.ts); an aborted signal rejects with its reason.
   */
  enhance(request: EnhanceRequest, context: EngineContext): Promise<EnhancedImage>;
  /** Frees what the engine holds. May be called twice. */
  close(): Promise<void>;
}
