import { EngineError } from '../errors.ts';
import type { ModelEntry, ModelLicence } from './entry.ts';

/** That somebody read a model's licence and takes the responsibility: kept in the shop's settings. */
export interface LicenceConfirmation {
  readonly model: string;
  /** The licence as it was named then: a changed licence has to be confirmed again. */
  readonly licence: string;
  readonly confirmedBy: string;
  readonly confirmedAt: string;
}

/** Whether a person has to confirm the licence before the first photo: all but those that allow commercial use. */
export const needsConfirmation = ({ commercialUse }: ModelLicence): boolean => commercialUse !== 'yes';

/** What the record of an enhancement keeps: the SPDX id, or the licence's own name. */
export const licenceLabel = ({ spdx, name }: ModelLicence): string => spdx ?? name;

/** @throws EngineError `engine-licence-unconfirmed` until the licence of the model is confirmed, once. */
export function requireLicenceConfirmed(
  model: ModelEntry,
  confirmations: readonly LicenceConfirmation[],
): void {
  if (!needsConfirmation(model.licence)) return;
  const isConfirmed = confirmations.some(
    (confirmation) => confirmation.model === model.id && confirmation.licence === model.licence.name,
  );
  if (isConfirmed) return;
  throw new EngineError(
    'engine-licence-unconfirmed',
    `${model.title} comes under the ${model.licence.name}. ${model.licence.note} Read ${model.licence.url}, then confirm once that you may use it, or choose another model.`,
    { isReported: false },
  );
}
