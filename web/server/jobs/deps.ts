import type { EnhancementDeps } from '../../core/enhancement/step.ts';

/** What the handlers of the house are given. */
export interface JobDeps {
  readonly enhancement: EnhancementDeps;
}
