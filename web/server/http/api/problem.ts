import type { ErrorRequestHandler, Response } from 'express';
import { z } from 'zod';
import { VitrineError, type VitrineErrorOptions } from '../../../core/errors.ts';
import type { StoreLog } from '../../../core/store/store.ts';
import { statusOfCode } from '../statuses.ts';
import type { Problem } from './schemas.ts';

export type ApiErrorCode = 'bad-request' | 'page-unknown' | 'link-expired';

/** What a request to the panel's API gets wrong by itself. */
export class ApiError extends VitrineError {
  declare readonly code: ApiErrorCode;
  constructor(code: ApiErrorCode, sentence: string, options: VitrineErrorOptions = {}) {
    super(code, sentence, { isReported: false, ...options });
  }
}

/** Codes that only the panel's calls can end with, beside those of the rest of the server. Any other is a 500. */
const statusOf: Readonly<Record<string, number>> = {
  ...statusOfCode,
  'page-unknown': 404,
  'vault-missing': 404,
  'link-expired': 403,
  'nothing-to-restore': 409,
  'restore-conflict': 409,
};

const ourFault = 'Something went wrong on our side; please try again in a moment.';

export function problemOf(error: unknown): Problem {
  if (error instanceof z.ZodError) {
    const [issue] = error.issues;
    const where = issue?.path.join('.') ?? '';
    return problem(
      'bad-request',
      400,
      `The request is not understood${where ? `: ${where} is not valid` : ''}.`,
    );
  }
  if (isUnreadableBody(error)) {
    return problem(
      'bad-request',
      error.status,
      'The request cannot be read: it must be small and valid JSON.',
    );
  }
  if (error instanceof VitrineError) {
    const status = statusOf[error.code];
    // What is wrong on our side is told to the operator by the log; a merchant can only wait.
    if (status !== undefined) return problem(error.code, status, status < 500 ? error.sentence : ourFault);
  }
  return problem('internal', 500, ourFault);
}

/** What Express' body reader throws for a body that is too large or not JSON. */
function isUnreadableBody(error: unknown): error is Error & { status: number } {
  if (!(error instanceof Error) || !('status' in error) || !('type' in error)) return false;
  const { status } = error;
  return typeof status === 'number' && status >= 400 && status < 500;
}

function problem(code: string, status: number, title: string): Problem {
  return { type: `urn:vitrine:problem:${code}`, title, status, code };
}

export function sendProblem(response: Response, body: Problem): void {
  response.status(body.status).type('application/problem+json').set('cache-control', 'no-store').json(body);
}

/** The last handler of the API: every error leaves as application/problem+json, the public sentence only. */
export function problemHandler(log: StoreLog): ErrorRequestHandler {
  // Express tells an error handler by its four parameters.
  return function answerProblem(error, request, response, _next) {
    const body = problemOf(error);
    const isReported = body.status >= 500 || (error instanceof VitrineError && error.isReported);
    if (isReported) log.error({ err: error, path: request.path, code: body.code }, 'panel API failed');
    if (response.headersSent) response.destroy();
    else sendProblem(response, body);
  };
}
