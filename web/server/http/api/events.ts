import type { RequestHandler } from 'express';
import { sessionOf } from '../require-session.ts';
import type { ImageFeed } from './image-feed.ts';
import type { LiveEvent } from './schemas.ts';

/** Proxies cut silent connections after half a minute or so. */
const heartbeatMs = 15_000;
/** A session token lives a minute; a stream that was opened with one must not live for ever after. */
const longestMs = 10 * 60_000;

/**
 * GET /api/events: server-sent events, read by fetch so that the session token travels in a header. Begins with a
 * comment when it is open. The server ends it after ten minutes; the panel comes again with a fresh token.
 */
export function streamEvents(feed: ImageFeed): RequestHandler {
  return function events(_request, response) {
    const { shopId } = sessionOf(response);
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    response.write(': open\n\n');
    const stopWatching = feed.watch(shopId, (event: LiveEvent) => {
      response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    });
    const heartbeat = setInterval(() => response.write(': still here\n\n'), heartbeatMs);
    const end = setTimeout(() => response.end(), longestMs);
    response.on('close', () => {
      clearInterval(heartbeat);
      clearTimeout(end);
      stopWatching();
    });
  };
}
