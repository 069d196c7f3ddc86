import type {
  NewPrediction,
  PredictionChange,
  PredictionRecord,
  PredictionState,
} from '../store/predictions.ts';

export type { NewPrediction, PredictionChange, PredictionRecord, PredictionState };

/** Where the attempts at paid work are written down before they are made. */
export interface PredictionStore {
  /** Null when the attempt is already there. */
  plan(shopId: string, wanted: NewPrediction): Promise<PredictionRecord | null>;
  find(shopId: string, id: string): Promise<PredictionRecord | null>;
  /** Last first. */
  attempts(shopId: string, workKey: string): Promise<readonly PredictionRecord[]>;
  /** Only from where it was seen; null when somebody else has moved it. */
  change(seen: PredictionRecord, change: PredictionChange): Promise<PredictionRecord | null>;
  findByNonce(nonce: string): Promise<PredictionRecord | null>;
  /** Of all shops, oldest first. */
  listOpen(untouchedSince: Date, limit: number): Promise<readonly PredictionRecord[]>;
  listGivenUp(since: Date, error: string, limit: number): Promise<readonly PredictionRecord[]>;
}

/** Results by digest; the vault, or memory. */
export interface OutputStore {
  /** The bytes are safe when it resolves with their digest. Saving them again changes nothing. */
  save(attempt: PredictionRecord, bytes: Uint8Array): Promise<string>;
  /** Null: not kept any more. */
  read(shopId: string, digest: string): Promise<Uint8Array | null>;
}

/** The time, and waiting: a test's clock runs ahead of the wall's. */
export interface Clock {
  now(): Date;
  /** Rejects with the signal's reason when it aborts. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
}

/** As pino's. */
export interface EngineLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
