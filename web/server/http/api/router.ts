import express, { type RequestHandler, Router } from 'express';
import { sessionOf } from '../require-session.ts';
import { serveBlob } from './blobs.ts';
import type { ApiDeps } from './deps.ts';
import { streamEvents } from './events.ts';
import { createImageFeed, readSummary } from './image-feed.ts';
import { imageRoutes } from './images.ts';
import { ApiError, problemHandler } from './problem.ts';
import { summarySchema } from './schemas.ts';

export interface PanelApi {
  /** To be mounted at `/api`. */
  readonly router: Router;
  /** Ends the live streams' looks at the database. May be called twice. */
  close(): void;
}

const neverStored: RequestHandler = function neverStored(_request, response, next) {
  response.set({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  next();
};

/**
 * The API behind the panel. Everything but pictures needs a session token; pictures need a signed address. Answers
 * JSON, errors application/problem+json.
 */
export function apiRouter(deps: ApiDeps): PanelApi {
  const feed = createImageFeed(deps);
  const router = Router();
  router.get('/blobs/:digest', serveBlob(deps));
  router.use(deps.requireSession, neverStored, express.json({ limit: '64kb' }));
  router.use('/images', imageRoutes(deps));
  router.get('/summary', async function summary(_request, response) {
    response.json(summarySchema.parse(await readSummary(deps.store, sessionOf(response).shopId)));
  });
  router.get('/events', streamEvents(feed));
  router.use(function unknownPage() {
    throw new ApiError('page-unknown', 'There is no such page in this API.');
  });
  router.use(problemHandler(deps.log));
  return { router, close: () => feed.close() };
}
