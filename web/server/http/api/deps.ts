import type { RequestHandler } from 'express';
import type { Store, StoreLog } from '../../../core/store/store.ts';
import type { Vault } from '../../../core/vault/vault.ts';
import type { EventBus } from '../../events.ts';

export interface ApiDeps {
  readonly store: Store;
  readonly vault: Vault;
  readonly events: Pick<EventBus, 'subscribe'>;
  /** Answers 401 by itself; behind it `sessionOf` gives the session. */
  readonly requireSession: RequestHandler;
  /** Signs the addresses of pictures. At least 32 bytes; the same in every process that serves the panel. */
  readonly signingKey: Uint8Array;
  readonly now: () => Date;
  readonly log: StoreLog;
}
