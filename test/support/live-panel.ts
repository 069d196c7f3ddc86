import { type LiveEvent, liveEventSchema } from '../../web/server/http/api/schemas.ts';

/**
 * Reads the app's live stream as the panel does, until an event satisfies `isIt`. Whoever begins to listen misses what
 * happened before, so `isIt` is also asked about what `readState` says at the start.
 */
export async function waitForEvent(options: {
  readonly origin: string;
  readonly sessionToken: string;
  readonly isIt: (event: LiveEvent) => boolean;
  /** Resolves true when the awaited state is there already. */
  readonly isThere: () => Promise<boolean>;
}): Promise<void> {
  const { origin, sessionToken, isIt, isThere } = options;
  const closed = new AbortController();
  const response = await fetch(`${origin}/api/events`, {
    headers: { authorization: `Bearer ${sessionToken}` },
    signal: closed.signal,
  });
  if (!response.ok || response.body === null) throw new Error(`the live stream answered ${response.status}`);
  try {
    if (await isThere()) return;
    let text = '';
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const parts = text.split('\n\n');
      text = parts.pop() ?? '';
      for (const part of parts) {
        const data = /^data: (.*)$/m.exec(part)?.[1];
        if (data !== undefined && isIt(liveEventSchema.parse(JSON.parse(data)))) return;
      }
    }
    throw new Error('the live stream ended before the event came');
  } finally {
    closed.abort();
  }
}
