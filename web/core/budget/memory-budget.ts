import { type Budget, type Caps, checkImageCap, dayCapError, shopCapError } from './budget.ts';

interface Held {
  state: 'held' | 'settled' | 'released';
  readonly day: string;
  readonly micros: number;
}

export interface MemoryBudget extends Budget {
  /** Of all shops. */
  spentMicros(): number;
  /** What a shop has reserved and spent. */
  usedMicros(shopId: string): number;
}

/** The budget of one process without a database, such as the command line: forgotten when it ends. */
export function createMemoryBudget(caps: Caps, now: () => Date): MemoryBudget {
  const reservations = new Map<string, Held>();
  /** By shop and day, and by shop alone. */
  const used = new Map<string, number>();
  let spentMicros = 0;

  const add = (key: string, micros: number): void => {
    used.set(key, (used.get(key) ?? 0) + micros);
  };
  const fits = (key: string, micros: number, capMicros: number | null): boolean =>
    capMicros === null || (used.get(key) ?? 0) + micros <= capMicros;

  function end(shopId: string, id: string, state: 'settled' | 'released', micros: number): void {
    const held = reservations.get(`${shopId} ${id}`);
    if (held === undefined || held.state === 'settled' || held.state === state) return;
    const heldMicros = held.state === 'held' ? held.micros : 0;
    held.state = state;
    spentMicros += micros;
    add(shopId, micros - heldMicros);
    add(`${shopId} ${held.day}`, micros - heldMicros);
  }

  return {
    imageCapMicros: async () => caps.perImageMicros,
    async reserve(shopId, { id, micros }) {
      checkImageCap(micros, caps);
      if (reservations.has(`${shopId} ${id}`)) return;
      const day = now().toISOString().slice(0, 10);
      if (!fits(shopId, micros, caps.perShopMicros)) throw shopCapError(caps.perShopMicros ?? 0);
      if (!fits(`${shopId} ${day}`, micros, caps.perDayMicros)) throw dayCapError(caps.perDayMicros ?? 0);
      reservations.set(`${shopId} ${id}`, { state: 'held', day, micros });
      add(shopId, micros);
      add(`${shopId} ${day}`, micros);
    },
    settle: async (shopId, id, micros) => end(shopId, id, 'settled', micros),
    release: async (shopId, id) => end(shopId, id, 'released', 0),
    spentMicros: () => spentMicros,
    usedMicros: (shopId) => used.get(shopId) ?? 0,
  };
}
