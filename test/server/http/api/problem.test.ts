import { expect, test } from 'vitest';
import { z } from 'zod';
import { RestoreError } from '../../../../web/core/audit/rollback.ts';
import { RecordMissingError, StoreUnavailableError } from '../../../../web/core/store/errors.ts';
import { ApiError, problemOf } from '../../../../web/server/http/api/problem.ts';

const zodError = z.object({ limit: z.number() }).safeParse({ limit: 'DROP TABLE' }).error;

test.each([
  [new ApiError('link-expired', 'The link has expired.'), 403, 'link-expired', 'The link has expired.'],
  [new RecordMissingError('image'), 404, 'not-found', /image does not exist/],
  [
    new RestoreError('nothing-to-restore', 'Nothing to put back.'),
    409,
    'nothing-to-restore',
    'Nothing to put back.',
  ],
  [zodError, 400, 'bad-request', 'The request is not understood: limit is not valid.'],
])('%s is told with its status, code and sentence', (error, status, code, title) => {
  const problem = problemOf(error);
  expect(problem).toMatchObject({ status, code, type: `urn:vitrine:problem:${code}` });
  expect(problem.title).toMatch(title);
});

test.each([
  [new Error('password=secret at /srv/app.ts'), 500],
  [new StoreUnavailableError(), 503],
  ['a thrown string', 500],
  [null, 500],
])('what is our own fault tells a merchant nothing of the inside', (error, status) => {
  const problem = problemOf(error);
  expect(problem.status).toBe(status);
  expect(problem.title).toBe('Something went wrong on our side; please try again in a moment.');
});
