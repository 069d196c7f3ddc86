import type { ErrorRequestHandler, Request, RequestHandler } from 'express';
import { VitrineError } from '../../core/errors.ts';
import type { StoreLog } from '../../core/store/store.ts';
import { isPublicCode, type PublicCode, statusOfCode } from './statuses.ts';

/** What a request gets wrong by itself. */
export class HttpError extends VitrineError {
  constructor(code: PublicCode, sentence: string, detail?: string) {
    super(code, sentence, { isReported: false, ...(detail === undefined ? {} : { detail }) });
  }
}

interface PublicAnswer {
  readonly status: number;
  readonly code: string;
  readonly sentence: string;
}

const unknownPage = new HttpError('unknown-page', 'There is nothing at this address.');
const tooLarge = new HttpError('body-too-large', 'The request is too large.');
const badRequest = new HttpError('bad-request', 'The request cannot be read.');

/** For whatever no route has answered. */
export const noSuchPage: RequestHandler = function noSuchPage() {
  throw unknownPage;
};

/** What a stranger is told: the public sentence, never an error's own message. */
export function answerOf(error: unknown): PublicAnswer {
  const known = error instanceof VitrineError ? error : bodyReaderError(error);
  if (known !== null && isPublicCode(known.code)) {
    return { status: statusOfCode[known.code], code: known.code, sentence: known.sentence };
  }
  return {
    status: 500,
    code: 'internal',
    sentence: 'Something went wrong on our side; please try again in a moment.',
  };
}

/** Express' own readers throw plain errors with a status for a body that is too large, cut off or wrongly encoded. */
function bodyReaderError(error: unknown): VitrineError | null {
  if (!(error instanceof Error) || !('status' in error) || !('type' in error)) return null;
  if (error.status === 413) return tooLarge;
  return typeof error.status === 'number' && error.status >= 400 && error.status < 500 ? badRequest : null;
}

/** The last handler of the app. */
export function answerErrors(log: StoreLog): ErrorRequestHandler {
  // Express tells an error handler by its four parameters.
  return function answerError(error: unknown, request: Request, response, _next) {
    const { status, code, sentence } = answerOf(error);
    const fields = { err: error, status, code, requestId: response.locals['requestId'], path: request.path };
    if (status >= 500 || (error instanceof VitrineError && error.isReported))
      log.error(fields, 'request failed');
    else log.debug(fields, 'request refused');
    if (response.headersSent) {
      response.destroy();
      return;
    }
    response.status(status).json({ error: { code, sentence } });
  };
}
