/** How patient the engine is. All in milliseconds but the counts. */
export interface ReplicateSettings {
  /** Predictions that this process has under way at once; Replicate queues what is more than it runs. */
  readonly maxInFlight: number;
  /** From the create to the result, queue and cold boot included: what Cancel-After is set to. */
  readonly wholeDeadlineMs: number;
  /** After this a create that left no trace in the list was not accepted. Rare, so patience costs little: the create
   * that is still on its way when it is given up would be paid for beside the next one. */
  readonly unsettledMs: number;
  /** For one call to the API. */
  readonly callDeadlineMs: number;
  /** The longest that a call waits for a 429 to pass before the work goes back to the queue. */
  readonly maxPauseMs: number;
  readonly shortestPollMs: number;
  readonly longestPollMs: number;
  /** A canceled run that does not end within this is left to the sweep. */
  readonly cancelPatienceMs: number;
  /** Attempts that one call makes where nothing is owed for the one before. */
  readonly maxAttempts: number;
  readonly maxOutputBytes: number;
}

export const defaultReplicateSettings: ReplicateSettings = {
  maxInFlight: 16,
  wholeDeadlineMs: 15 * 60_000,
  unsettledMs: 60_000,
  callDeadlineMs: 30_000,
  maxPauseMs: 60_000,
  shortestPollMs: 1000,
  longestPollMs: 10_000,
  cancelPatienceMs: 60_000,
  maxAttempts: 3,
  maxOutputBytes: 256 * 1024 * 1024,
};
