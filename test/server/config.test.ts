import { describe, expect, test } from 'vitest';
import { ConfigError, readConfig } from '../../web/server/config.ts';

const least = {
  VITRINE_URL: 'https://vitrine.example.com',
  SHOPIFY_API_KEY: 'key',
  SHOPIFY_API_SECRET: 'shpss_very_secret',
};

describe('the configuration', () => {
  test('needs three variables, and runs embedded with them', () => {
    expect(readConfig(least)).toMatchObject({
      url: 'https://vitrine.example.com',
      sandbox: null,
      databaseUrl: null,
      listen: { host: '0.0.0.0', port: 3000 },
      engine: { name: 'local', tier: 'balanced', steps: null },
      sealKeys: null,
    });
  });

  test('tells all faults at once, each with its variable and what is expected, and no value', () => {
    const env = {
      SHOPIFY_API_KEY: 'key',
      PORT: '70000',
      DATABASE_URL: 'mysql://user:hunter2@host/db',
      VITRINE_TIER: 'super',
      LOG_LEVEL: 'loud',
      VITRINE_LIVE_CONCURRENCY: '-1',
    };
    const error = (() => {
      try {
        return readConfig(env);
      } catch (caught) {
        return caught;
      }
    })();
    expect(error).toBeInstanceOf(ConfigError);
    const { problems, sentence } = error as ConfigError;
    expect(Object.fromEntries(problems.map(({ variable, problem }) => [variable, problem]))).toEqual({
      VITRINE_URL: 'is missing',
      SHOPIFY_API_SECRET: 'is missing',
      VITRINE_SECRET: 'is missing',
      PORT: 'expected 0…65535',
      DATABASE_URL: 'expected postgresql://user:password@host/database',
      VITRINE_TIER: 'expected fast, balanced or best',
      LOG_LEVEL: expect.stringContaining('expected one of trace'),
      VITRINE_LIVE_CONCURRENCY: 'expected a whole number 0…64',
    });
    expect(sentence).not.toContain('hunter2');
  });

  test.each([
    [{ SHOPIFY_APP_URL: 'https://cli.example.com' }, 'https://cli.example.com'],
    [{ HOST: 'https://tunnel.example.com/' }, 'https://tunnel.example.com'],
    [
      { HOST: 'https://tunnel.example.com', VITRINE_URL: 'https://own.example.com' },
      'https://own.example.com',
    ],
  ])('finds its own address where the Shopify command line puts it: %j', (env, url) => {
    const { VITRINE_URL: _, ...others } = least;
    expect(readConfig({ ...others, ...env }).url).toBe(url);
  });

  test('shows no secret, however it is printed', () => {
    const config = readConfig({
      ...least,
      DATABASE_URL: 'postgresql://user:hunter2@host/db',
      VITRINE_SECRET: Buffer.alloc(32, 1).toString('base64'),
      REPLICATE_API_TOKEN: 'r8_verysecret',
    });
    const printed = `${JSON.stringify(config)} ${String(config.databaseUrl)}`;
    expect(printed).not.toMatch(/hunter2|verysecret|very_secret|AQEB/);
    expect(config.databaseUrl?.reveal()).toContain('hunter2');
  });

  test('counts an empty variable as absent', () => {
    expect(
      readConfig({ ...least, DATABASE_URL: '', SHOPIFY_API_SECRET_PREVIOUS: '' }).shopify.secrets,
    ).toHaveLength(1);
  });

  test('takes several seal keys for a rotation, and refuses one of another length', () => {
    const key = (byte: number, length = 32) => Buffer.alloc(length, byte).toString('base64');
    expect(readConfig({ ...least, VITRINE_SECRET: `${key(1)},${key(2)}` }).sealKeys).toHaveLength(2);
    expect(() => readConfig({ ...least, VITRINE_SECRET: key(1, 31) })).toThrow(ConfigError);
  });
});
