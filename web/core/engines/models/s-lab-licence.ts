import type { ModelLicence } from './entry.ts';

/** Of InvSR's weights, whoever packages them. */
export const sLabLicence: ModelLicence = {
  name: 'NTU S-Lab License 1.0',
  spdx: null,
  commercialUse: 'no',
  url: 'https://github.com/zsyOAOA/InvSR/blob/master/LICENSE',
  note: 'Not for commercial use unless its authors agree; write to them before it makes photos for a shop that sells. The SD-Turbo base has terms of its own.',
};
