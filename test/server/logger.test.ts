import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { createLogger } from '../../web/server/logger.ts';
import { Secret } from '../../web/server/secret.ts';
import { NotConnectedError } from '../../web/server/shopify/errors.ts';

function recorded(): { lines: string[]; log: ReturnType<typeof createLogger> } {
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  return { lines, log: createLogger({ level: 'debug', destination }) };
}

describe('the log', () => {
  const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJhdWQiOiJ4In0.c2lnbmF0dXJl';
  test.each([
    ['a session token', jwt],
    ['an access token', 'shpat_0123456789abcdef'],
    ['a refresh token', 'shprt_0123456789abcdef'],
    ['a client secret', 'shpss_0123456789abcdef'],
    ['a Replicate token', 'r8_0123456789abcdef'],
    ['an address with a password', 'postgresql://user:0123456789abcdef@host/db'],
    ['a bearer header', 'Bearer 0123456789abcdef'],
    ['a query with a token', 'https://app.example.com/?id_token=0123456789abcdef&shop=x'],
  ])('never shows %s, wherever it stands', (_, text) => {
    const { lines, log } = recorded();
    log.info({ deep: { text } }, `said ${text}`);
    log.error({ err: new Error(`failed with ${text}`, { cause: new Error(text) }) }, 'failed');
    expect(lines).toHaveLength(2);
    expect(lines.join('')).not.toMatch(/0123456789abcdef|eyJhdWQ/);
    for (const line of lines) expect(() => JSON.parse(line)).not.toThrow();
  });

  test('shows a wrapped secret as such', () => {
    const { lines, log } = recorded();
    log.info({ token: new Secret('plain words') }, 'here');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ token: '[secret]', level: 'info', msg: 'here' });
  });

  test('names an error with its code and its causes', () => {
    const { lines, log } = recorded();
    log.warn({ err: new NotConnectedError({ cause: new TypeError('socket') }) }, 'no token');
    expect(JSON.parse(lines[0] ?? '').err).toMatchObject({
      type: 'NotConnectedError',
      code: 'not-connected',
      causes: [{ type: 'TypeError', message: 'socket' }],
    });
  });
});
