/**
 * The places between two lines of create, record, poll and copy where a process may end. A test ends it at each of
 * them and starts it again: one paid prediction an image, whatever the place.
 */
export const faultPoints = [
  'planned',
  'reserved',
  'input-handed-over',
  'creating-recorded',
  'create-answered',
  'created-recorded',
  'refusal-answered',
  'polled',
  'end-recorded',
  'end-settled',
  'output-downloaded',
  'output-saved',
  'copied-recorded',
  'unknown-recorded',
  'given-up-recorded',
] as const;
export type FaultPoint = (typeof faultPoints)[number];
