/** Locks inside one process: those who hold the same name come one after the other, in the order they asked. */
export interface NamedLocks {
  hold<T>(name: string, work: () => Promise<T>): Promise<T>;
}

export function createNamedLocks(): NamedLocks {
  const tails = new Map<string, Promise<unknown>>();
  return {
    async hold(name, work) {
      const before = tails.get(name);
      const turn = (async () => {
        // The one before tells its own caller how it ended.
        if (before !== undefined) await before.then(noop, noop);
        return work();
      })();
      tails.set(name, turn);
      try {
        return await turn;
      } finally {
        if (tails.get(name) === turn) tails.delete(name);
      }
    },
  };
}

function noop(): void {}
