import { describe, expect, test } from 'vitest';
import { decideRetry, parseRetryAfter, type RetryQuestion } from '../../../web/core/catalog/retry.ts';

const nowMs = Date.UTC(2026, 10, 1, 12);
const ask = (change: Partial<RetryQuestion>) =>
  decideRetry({
    attempt: 0,
    maxAttempts: 8,
    status: 503,
    isThrottled: false,
    retryAfter: null,
    shortfall: null,
    nowMs,
    random: 0,
    ...change,
  });

describe('when a call is made again', () => {
  test.each<[string, Partial<RetryQuestion>, number | null]>([
    ['a server error, first time, least jitter', {}, 250],
    ['a server error, first time, most jitter', { random: 0.9999 }, 500],
    ['no answer at all', { status: null }, 250],
    ['the wait doubles', { attempt: 3 }, 2000],
    ['up to half a minute', { attempt: 6, maxAttempts: 20, random: 0.9999 }, 29_999],
    ['the last try was made', { attempt: 7 }, null],
    ['Retry-After is in seconds', { status: 429, retryAfter: '2.0' }, 2000],
    ['Retry-After may be a date', { status: 503, retryAfter: 'Sun, 01 Nov 2026 12:00:05 GMT' }, 5000],
    ['a date that is over asks for no wait', { retryAfter: 'Sun, 01 Nov 2026 11:00:00 GMT' }, 0],
    ['Retry-After of a day is obeyed for two minutes', { status: 429, retryAfter: '86400' }, 120_000],
    ['Retry-After that nobody can read is none', { retryAfter: 'soon' }, 250],
    ['THROTTLED, 50 points short at 100 a second', throttled(50), 500],
    ['THROTTLED although enough is there: for a point', throttled(-900), 10],
    ['a refusal is final', { status: 400 }, null],
    ['so is a missing page', { status: 404 }, null],
    ['a request that took too long is not', { status: 408 }, 250],
  ])('%s', (_name, change, expected) => {
    expect(ask(change)).toBe(expected);
  });

  test('throttled workers of several processes do not come back together', () => {
    const waits = [0, 0.5, 0.99].map((random) => ask({ ...throttled(100), random }));
    expect(waits).toEqual([1000, 1125, 1248]);
  });
});

test.each([
  [null, null],
  ['3', 3000],
  [' 0.5 ', 500],
  ['-1', null],
  ['', null],
])('Retry-After %j is %j ms', (value, expected) => {
  // Date.parse reads "-1" as a year: long over.
  expect(parseRetryAfter(value, nowMs) || null).toBe(expected);
});

function throttled(points: number): Partial<RetryQuestion> {
  return { status: 200, isThrottled: true, shortfall: { points, restorePerSecond: 100 } };
}
