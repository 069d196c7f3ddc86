import { setImmediate as turn } from 'node:timers/promises';
import { type Sandbox, type StoreHandle, startSandbox } from '../../sandbox/start.ts';
import { createManualClock, type ManualClock } from '../../sandbox/store/clock/clock.ts';
import { type AdminClient, createAdminClient } from '../../web/core/catalog/admin-client.ts';
import type { Throttle } from '../../web/core/catalog/throttle.ts';
import type { Lane } from '../../web/core/store/records.ts';

/** A store and its clients on one clock, which moves on to the next thing due whenever no call is under way. */
export interface SharedTime {
  readonly sandbox: Sandbox;
  readonly shop: StoreHandle;
  readonly clock: ManualClock;
  client(throttle: Throttle, lane: Lane): AdminClient;
  /** Lets time pass until the work is over. */
  drive<T>(work: Promise<T>): Promise<T>;
}

/** Turns of the event loop without a call under way before time moves: an answer is read and acted on in fewer. */
const quietTurns = 4;

export async function startSharedTime(): Promise<SharedTime> {
  const clock = createManualClock();
  const sandbox = await startSandbox({ clock });
  const shop = sandbox.shop();
  let inFlight = 0;
  const countingFetch: typeof fetch = async (...args) => {
    inFlight += 1;
    try {
      const { status, headers, ...response } = await readWhole(await fetch(...args));
      return new Response(response.body, { status, headers });
    } finally {
      inFlight -= 1;
    }
  };
  return {
    sandbox,
    shop,
    clock,
    client(throttle, lane) {
      const token = shop.issueAccessToken();
      return createAdminClient({
        shopDomain: shop.domain,
        accessToken: async () => token,
        fetch: countingFetch,
        sandboxOrigin: sandbox.origin,
        clock: clock.nowMs,
        random: () => 0.5,
        timers: clock,
        deadlineMs: 24 * 3_600_000,
        throttle,
        lane,
      });
    },
    async drive(work) {
      let isOver = false;
      const end = () => {
        isOver = true;
      };
      work.then(end, end);
      for (let quiet = 0; !isOver; ) {
        await turn();
        quiet = inFlight === 0 ? quiet + 1 : 0;
        const dueMs = clock.nextDueMs();
        if (quiet > quietTurns && dueMs !== null) clock.advance(Math.max(0, dueMs - clock.nowMs()));
      }
      return work;
    },
  };
}

async function readWhole(response: Response) {
  return { status: response.status, headers: response.headers, body: await response.arrayBuffer() };
}
