import { beforeEach, describe, expect, test } from 'vitest';
import { CircuitOpenError } from '../../../../web/core/engines/errors.ts';
import { type Breaker, createBreakers, type Trouble } from '../../../../web/core/engines/router/breaker.ts';

const atOnce: Trouble = { threshold: 1, openMs: 60_000, sentence: 'Add credit.' };
const third: Trouble = { threshold: 3, openMs: 60_000, sentence: 'It keeps failing.' };
let nowMs = 0;
let breaker: Breaker;
const clock = { now: () => new Date(nowMs), sleep: async () => undefined };
const isOpen = (): boolean => {
  try {
    breaker.check();
    return false;
  } catch (error) {
    if (error instanceof CircuitOpenError) return true;
    throw error;
  }
};

beforeEach(() => {
  nowMs = Date.UTC(2026, 10, 23);
  breaker = createBreakers({ clock }).of('replicate operator');
});

describe('opening', () => {
  test('it opens at the threshold of failures in a row, and not before', () => {
    breaker.failed(third);
    breaker.failed(third);
    expect(isOpen()).toBe(false);
    breaker.failed(third);
    expect(isOpen()).toBe(true);
  });

  test('a success in between starts the count again', () => {
    breaker.failed(third);
    breaker.failed(third);
    breaker.succeeded();
    breaker.failed(third);
    expect(isOpen()).toBe(false);
  });

  test('what says nothing about the engine does not open it', () => {
    for (let count = 0; count < 10; count += 1) breaker.failed(null);
    expect(isOpen()).toBe(false);
  });

  test('the error and the status carry the sentence and the time', () => {
    breaker.failed(atOnce);
    expect(breaker.status()).toEqual({
      key: 'replicate operator',
      state: 'open',
      sentence: 'Add credit.',
      retryAt: new Date(nowMs + 60_000),
    });
    expect(() => breaker.check()).toThrow('Add credit.');
  });

  test('calls that were under way when it opened do not open it again for longer', () => {
    for (let count = 0; count < 8; count += 1) breaker.failed(atOnce);
    expect(breaker.status().retryAt).toEqual(new Date(nowMs + 60_000));
  });
});

describe('closing', () => {
  test('after its time one probe goes ahead, the others wait for what it finds', () => {
    breaker.failed(atOnce);
    nowMs += 60_000;
    expect(breaker.status().state).toBe('probing');
    expect(isOpen()).toBe(false);
    expect(isOpen()).toBe(true);
    breaker.succeeded();
    expect(isOpen()).toBe(false);
    expect(breaker.status().state).toBe('closed');
  });

  test('a probe that fails opens it again, for twice as long, up to an hour', () => {
    breaker.failed(atOnce);
    const waits: number[] = [];
    for (let probe = 0; probe < 8; probe += 1) {
      nowMs = breaker.status().retryAt?.getTime() ?? 0;
      expect(isOpen()).toBe(false);
      breaker.failed(third);
      waits.push((breaker.status().retryAt?.getTime() ?? 0) - nowMs);
    }
    expect(waits.map((wait) => wait / 60_000)).toEqual([2, 4, 8, 16, 32, 60, 60, 60]);
  });

  test('a probe that never reports back is given up', () => {
    breaker.failed(atOnce);
    nowMs += 60_000;
    expect(isOpen()).toBe(false);
    nowMs += 120_000;
    expect(isOpen()).toBe(false);
  });
});

test('one account in trouble does not stop another', () => {
  const breakers = createBreakers({ clock });
  breakers.of('replicate shop 1').failed(atOnce);
  expect(() => breakers.of('replicate shop 2').check()).not.toThrow();
  expect(breakers.troubled().map(({ key }) => key)).toEqual(['replicate shop 1']);
});
