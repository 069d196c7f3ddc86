import type { Faults } from '../../sandbox/replicate/faults.ts';

/** What goes wrong, as shares of the calls or runs that it can strike. */
export const shares = {
  'resets on create, half of them after it was accepted': 0.05,
  '429 on create': 0.05,
  '5xx on create, half of them after it was accepted': 0.03,
  '5xx on questions': 0.03,
  'lost webhooks': 0.05,
  'webhooks sent twice': 0.05,
  'aborted runs': 0.02,
  'runs that never end': 0.01,
} as const;

export function armAll(faults: Faults): void {
  const always = { times: Number.POSITIVE_INFINITY };
  const half = (share: number): number => share / 2;
  faults.arm('create.reset', { ...always, probability: half(0.05), accepted: true });
  faults.arm('create.reset', { ...always, probability: half(0.05) });
  faults.arm('create.throttled', { ...always, probability: 0.05, retryAfterSeconds: 0.5 });
  faults.arm('create.serverError', { ...always, probability: half(0.03), accepted: true, status: 502 });
  faults.arm('create.serverError', { ...always, probability: half(0.03), status: 503 });
  faults.arm('read.serverError', { ...always, probability: 0.03 });
  faults.arm('webhook.lost', { ...always, probability: 0.05 });
  faults.arm('webhook.duplicated', { ...always, probability: 0.05 });
  faults.arm('run.aborted', { ...always, probability: 0.02 });
  faults.arm('run.never', { ...always, probability: 0.01 });
}

const names = [
  'create.reset',
  'create.throttled',
  'create.serverError',
  'read.serverError',
  'webhook.lost',
  'webhook.duplicated',
  'run.aborted',
  'run.never',
] as const;

/** How often each has struck. */
export const countAll = (faults: Faults): Record<string, number> =>
  Object.fromEntries(names.map((name) => [name, faults.struck(name)]));
