import type { AdminClient } from '../catalog/admin-client.ts';
import type { Engine, EngineId } from '../engines/contract.ts';
import type { LicenceConfirmation } from '../engines/models/licence.ts';
import type { TextReader } from '../fidelity/types.ts';
import type { PreparedImage, Raster } from '../image/types.ts';
import type { GuardedFetch } from '../net/guarded-fetch.ts';
import type { ShopDb } from '../store/door.ts';
import type { ImageEvents } from '../store/image-events.ts';
import type { ImageChanges } from '../store/images.ts';
import type { ImageRecord, Lane, Step } from '../store/records.ts';
import type { Store, StoreLog } from '../store/store.ts';
import type { Vault } from '../vault/vault.ts';
import type { Inspected } from './inspect-result.ts';
import type { End, Work, WorkPatch } from './work.ts';

/** What the way of an image needs from outside. */
export interface EnhancementDeps {
  readonly store: Store;
  readonly vault: Vault;
  readonly net: GuardedFetch;
  readonly engines: Readonly<Partial<Record<EngineId, Engine>>>;
  /** Null: text is not compared. */
  readonly readText: TextReader | null;
  /** Licences that the operator has confirmed for every shop. */
  readonly confirmedLicences: readonly LicenceConfirmation[];
  /** lane: default live. */
  readonly clientFor: (shopId: string, lane?: Lane) => Promise<AdminClient>;
  readonly log: StoreLog;
  readonly events: ImageEvents;
}

/**
 * Pixels that one step made and the next one needs: kept while the work goes on, so that nothing is decoded twice,
 * and made again from the vault when it is taken up after a crash.
 */
export interface Pixels {
  prepared?: PreparedImage;
  raw?: Raster<3>;
  inspected?: Inspected;
}

export interface StepContext {
  readonly deps: EnhancementDeps;
  readonly shop: ShopDb;
  readonly image: ImageRecord;
  readonly work: Work;
  readonly pixels: Pixels;
  readonly signal: AbortSignal;
  readonly client: () => Promise<AdminClient>;
  /** share: 0…1 of the engine's part. */
  readonly onProgress: (share: number) => void;
  /** Stores what is about to be done, before it is done; with it, that a file of the shop is ours. */
  readonly saveIntent: (intent: object, ownMediaId?: string | null) => Promise<void>;
  /** A failure now is final: nobody will try again. */
  readonly isLastTry: boolean;
}

export interface StepResult {
  readonly patch?: WorkPatch;
  /** Stored on the image's own row together with the patch. */
  readonly image?: ImageChanges;
  readonly end?: End;
}

/** One step: idempotent, named by the digests it reads. */
export interface StepDefinition {
  readonly name: Step;
  run(context: StepContext): Promise<StepResult>;
}
