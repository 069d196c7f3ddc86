import type { RequestHandler } from 'express';
import { newId } from '../../core/store/ids.ts';

/** What a proxy in front may hand over; anything else would let strangers write into our log. */
const acceptable = /^[\w-]{8,64}$/;

/** Gives each request an id, in `response.locals.requestId` and in the answer's X-Request-Id. */
export const requestId: RequestHandler = function requestId(request, response, next) {
  const given = request.get('x-request-id') ?? '';
  const id = acceptable.test(given) ? given : newId();
  response.locals['requestId'] = id;
  response.set('x-request-id', id);
  next();
};
