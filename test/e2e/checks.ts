/** Named checks one after another: a failed one is told in full and the next goes on. */
export interface Checks {
  /** Returns whether it held. */
  check(name: string, run: () => Promise<void>): Promise<boolean>;
  /** `N passed, N failed`, as the last line of the program. */
  tally(): { readonly line: string; readonly failed: number };
}

export function createChecks(say: (line: string) => void): Checks {
  let [passed, failed] = [0, 0];
  return {
    async check(name, run) {
      const started = performance.now();
      try {
        await run();
        passed += 1;
        say(`✓ ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
        return true;
      } catch (error) {
        failed += 1;
        say(`✗ ${name}\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
        return false;
      }
    },
    tally: () => ({ line: `${passed} passed, ${failed} failed`, failed }),
  };
}
