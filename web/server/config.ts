import { join, resolve } from 'node:path';
import { z } from 'zod';
import { models } from '../core/engines/models/register.ts';
import { VitrineError } from '../core/errors.ts';
import { logLevels } from './logger.ts';
import { Secret } from './secret.ts';

/** Everything that can be set from outside, and the only place that reads the environment. */
export type Config = z.infer<ReturnType<typeof schemaFor>>;

export interface ConfigProblem {
  readonly variable: string;
  readonly problem: string;
}

/** All faults of the environment at once. */
export class ConfigError extends VitrineError {
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    const list = problems.map(({ variable, problem }) => `${variable}: ${problem}`).join('; ');
    super('config', `The settings in the environment cannot be used: ${list}.`, { isReported: false });
    this.problems = problems;
  }
}

const origin = z
  .url({ protocol: /^https?$/, error: 'expected an address such as https://vitrine.example.com' })
  .transform((text) => new URL(text).origin);
const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, `expected a whole number ${min}…${max}`)
    .transform(Number)
    .pipe(z.number().min(min, `expected ${min}…${max}`).max(max, `expected ${min}…${max}`));
const secret = (min: number) =>
  z
    .string()
    .min(min, `expected at least ${min} characters`)
    .transform((text) => new Secret(text));
const optional = <T extends z.ZodType>(type: T) => type.nullable().default(null as never);
const sealKeys = z.string().transform((text, context) => {
  const keys = text.split(',').map((part) => Buffer.from(part.trim(), 'base64'));
  if (keys.some((key) => key.length !== 32)) {
    context.addIssue({
      code: 'custom',
      message:
        'expected 32 bytes in base64 (openssl rand -base64 32), or several with commas, the newest first',
    });
    return z.NEVER;
  }
  return keys.map((key) => new Secret(key.toString('base64')));
});

function schemaFor(env: NodeJS.ProcessEnv) {
  const isSandbox = (env['VITRINE_SANDBOX'] ?? '') !== '';
  const isEmbedded = (env['DATABASE_URL'] ?? '') === '';
  return z
    .object({
      VITRINE_SANDBOX: optional(origin),
      VITRINE_URL: origin,
      VITRINE_BIND: z.string().default(isSandbox ? '127.0.0.1' : '0.0.0.0'),
      PORT: wholeNumber(0, 65_535).default(3000),
      DATABASE_URL: optional(
        z.string().regex(/^postgres(ql)?:\/\//, 'expected postgresql://user:password@host/database'),
      ),
      VITRINE_DATA: z.string().default('.vitrine'),
      SHOPIFY_API_KEY: z.string().min(1),
      SHOPIFY_API_SECRET: secret(1),
      SHOPIFY_API_SECRET_PREVIOUS: optional(secret(1)),
      VITRINE_SECRET: isEmbedded ? optional(sealKeys) : sealKeys,
      LOG_LEVEL: z.enum(logLevels, `expected one of ${logLevels.join(', ')}`).default('info'),
      VITRINE_ENGINE: z
        .enum(['local', 'replicate', 'cog'], 'expected local, replicate or cog')
        .default('local'),
      VITRINE_TIER: z
        .enum(['fast', 'balanced', 'best'], 'expected fast, balanced or best')
        .default('balanced'),
      VITRINE_STEPS: optional(wholeNumber(1, 64)),
      VITRINE_CONFIRMED_LICENCES: z
        .string()
        .transform((text) => text.split(',').map((part) => part.trim()))
        .pipe(
          z.array(
            z.enum(
              models.map(({ id }) => id),
              `expected models such as zf-kbot/invsr, with commas`,
            ),
          ),
        )
        .default([]),
      REPLICATE_API_TOKEN: optional(secret(1)),
      REPLICATE_WEBHOOK_SECRET: optional(secret(1)),
      VITRINE_COG_URLS: z
        .string()
        .transform((text) => text.split(',').map((part) => part.trim()))
        .pipe(z.array(origin))
        .default([]),
      VITRINE_COG_TOKEN: optional(secret(1)),
      VITRINE_LIVE_CONCURRENCY: wholeNumber(0, 64).default(1),
      VITRINE_BACKFILL_CONCURRENCY: wholeNumber(0, 64).default(1),
      VITRINE_DATABASE_CONNECTIONS: wholeNumber(1, 100).default(10),
    })
    .transform((read) => ({
      /** The origin that stands for Shopify and its CDN; null in the open. */
      sandbox: read.VITRINE_SANDBOX,
      /** Where Shopify, the merchant's browser and the engines reach us. No slash at the end. */
      url: read.VITRINE_URL,
      listen: { host: read.VITRINE_BIND, port: read.PORT },
      databaseUrl: read.DATABASE_URL === null ? null : new Secret(read.DATABASE_URL),
      dataDir: resolve(read.VITRINE_DATA),
      shopify: {
        apiKey: read.SHOPIFY_API_KEY,
        /** The first signs; Shopify may go on using the one before for an hour after a rotation. */
        secrets: [read.SHOPIFY_API_SECRET, read.SHOPIFY_API_SECRET_PREVIOUS].filter((each) => each !== null),
      },
      /** 32 bytes each in base64, the newest first; null: kept in a file of the data folder. */
      sealKeys: read.VITRINE_SECRET,
      sealKeyFile: join(resolve(read.VITRINE_DATA), 'seal.key'),
      logLevel: read.LOG_LEVEL,
      engine: { name: read.VITRINE_ENGINE, tier: read.VITRINE_TIER, steps: read.VITRINE_STEPS },
      /** Models whose licence the operator has read and takes the responsibility for. */
      confirmedLicences: read.VITRINE_CONFIRMED_LICENCES,
      replicate: { token: read.REPLICATE_API_TOKEN, webhookSecret: read.REPLICATE_WEBHOOK_SECRET },
      cog: { urls: read.VITRINE_COG_URLS, token: read.VITRINE_COG_TOKEN },
      lanes: { live: read.VITRINE_LIVE_CONCURRENCY, backfill: read.VITRINE_BACKFILL_CONCURRENCY },
      databaseConnections: read.VITRINE_DATABASE_CONNECTIONS,
    }));
}

/**
 * Reads the environment; throws ConfigError with every fault in it. The Shopify command line names our address HOST
 * or SHOPIFY_APP_URL; VITRINE_URL comes first. Empty variables count as absent.
 */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  const url = given['VITRINE_URL'] ?? given['SHOPIFY_APP_URL'] ?? given['HOST'];
  const result = schemaFor(env).safeParse({ ...given, ...(url === undefined ? {} : { VITRINE_URL: url }) });
  if (result.success) return result.data;
  throw new ConfigError(
    result.error.issues.map(({ path, message, code }) => {
      const variable = String(path[0] ?? 'the environment');
      const isMissing = given[variable] === undefined && code === 'invalid_type';
      return { variable, problem: isMissing ? 'is missing' : message };
    }),
  );
}
