import type { Sweeper } from '../../core/engines/replicate/sweep.ts';
import type { EnhancementDeps } from '../../core/enhancement/step.ts';
import type { Store } from '../../core/store/store.ts';
import type { AccessTokens } from '../shopify/access-tokens.ts';

/** What the handlers of the house are given. */
export interface JobDeps {
  readonly store: Store;
  readonly tokens: AccessTokens;
  readonly enhancement: EnhancementDeps;
  readonly sweeper: Sweeper;
}
