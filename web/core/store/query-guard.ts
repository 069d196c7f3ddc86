import { AsyncLocalStorage } from 'node:async_hooks';
import type { Db as IDatabase } from 'pg-boss';
import { OutsideTransactionError } from './errors.ts';

/**
 * Knows whether the code that runs now was called from inside an open transaction, and refuses a query that would
 * go around it. PGlite has one connection: such a query would wait for the transaction, and the transaction for it.
 */
export interface QueryGuard {
  /** Runs `work` as the inside of one transaction. */
  inside<T>(work: () => Promise<T>): Promise<T>;
  /** Throws OutsideTransactionError when called from inside an open transaction. */
  refuseInside(what: string): void;
}

export function createQueryGuard(): QueryGuard {
  const scope = new AsyncLocalStorage<{ isOpen: boolean }>();
  return {
    async inside(work) {
      // What `work` started without waiting may run on after the end: then it is outside again.
      const transaction = { isOpen: true };
      try {
        return await scope.run(transaction, work);
      } finally {
        transaction.isOpen = false;
      }
    },
    refuseInside(what) {
      if (scope.getStore()?.isOpen === true) throw new OutsideTransactionError(what);
    },
  };
}

/** pg-boss's own way to the database, guarded. What it is given as `db` option goes through the transaction. */
export function guardBossDatabase(database: IDatabase, guard: QueryGuard): IDatabase {
  const guarded: IDatabase = {
    executeSql(text, values) {
      guard.refuseInside('a job was sent without the transaction');
      return database.executeSql(text, values);
    },
  };
  for (const name of ['listen', 'setSessionStatements', 'beginTransaction', 'poolCounts'] as const) {
    const method = database[name];
    if (method !== undefined) Object.assign(guarded, { [name]: method.bind(database) });
  }
  return guarded;
}
