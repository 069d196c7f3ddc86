import type { Store } from '../../web/core/store/store.ts';

/**
 * A store whose process dies at its (after + 1)th commit: `before`, so that what the step did outside is not stored,
 * or `after`, so that nothing after the commit happens. Nothing works from then on.
 */
export function dyingStore(store: Store, after: number, crash: 'before' | 'after'): Store {
  let commits = 0;
  let isDead = false;
  const requireLife = () => {
    if (isDead) throw new Error('the process is dead');
  };
  return {
    ...store,
    get db() {
      requireLife();
      return store.db;
    },
    forShop(shopId) {
      requireLife();
      return store.forShop(shopId);
    },
    async transaction(work) {
      requireLife();
      if (commits === after && crash === 'before') {
        isDead = true;
        requireLife();
      }
      const result = await store.transaction(work);
      if (commits === after) {
        isDead = true;
        requireLife();
      }
      commits += 1;
      return result;
    },
  };
}

/** How many transactions some work commits. */
export async function countCommits(
  store: Store,
  work: (counting: Store) => Promise<unknown>,
): Promise<number> {
  let commits = 0;
  await work({
    ...store,
    async transaction(write) {
      const result = await store.transaction(write);
      commits += 1;
      return result;
    },
  });
  return commits;
}
