import { readFileSync } from 'node:fs';
import { parse } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { handledTopics, trimPayload } from '../../web/server/http/webhook-payload.ts';
import { productBody } from '../support/edge.ts';

const read = (path: string): unknown =>
  parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'));

/** What Shopify's documentation of the app configuration allows of the parts that we use; unknown keys are refused. */
const url = z.url({ protocol: /^https$/ });
const appSchema = z.strictObject({
  client_id: z.string(),
  name: z.string().min(1).max(30),
  handle: z.string().regex(/^[a-z0-9-]+$/),
  application_url: url,
  embedded: z.literal(true),
  build: z.strictObject({
    automatically_update_urls_on_dev: z.boolean(),
    include_config_on_deploy: z.boolean(),
  }),
  access_scopes: z.strictObject({ scopes: z.string() }),
  auth: z.strictObject({ redirect_urls: z.array(url).min(1) }),
  webhooks: z.strictObject({
    api_version: z.string().regex(/^20\d\d-(01|04|07|10)$/),
    subscriptions: z.array(
      z
        .strictObject({
          topics: z.array(z.string()).min(1).optional(),
          compliance_topics: z
            .array(z.enum(['customers/data_request', 'customers/redact', 'shop/redact']))
            .min(1)
            .optional(),
          uri: z.string().regex(/^(\/|https:\/\/)/),
          filter: z.string().optional(),
          include_fields: z.array(z.string()).min(1).optional(),
        })
        .refine((one) => (one.topics === undefined) !== (one.compliance_topics === undefined)),
    ),
  }),
  access: z.strictObject({
    admin: z.strictObject({
      direct_api_mode: z.enum(['online', 'offline']),
      embedded_app_direct_api_access: z.boolean(),
    }),
  }),
});

const webSchema = z.strictObject({
  name: z.string(),
  roles: z.array(z.enum(['frontend', 'backend', 'background'])).min(1),
  port: z.int().min(1).max(65_535),
  commands: z.strictObject({ predev: z.string(), dev: z.string(), build: z.string() }),
});

describe('shopify.app.toml', () => {
  const app = appSchema.parse(read('shopify.app.toml'));
  const subscriptions = app.webhooks.subscriptions;
  const topicsOf = (one: (typeof subscriptions)[number]) => one.topics ?? one.compliance_topics ?? [];

  test('asks for exactly the topics that the server handles, each once, at the address where it listens', () => {
    const topics = subscriptions.flatMap(topicsOf);
    expect([...topics].sort()).toEqual([...handledTopics].sort());
    expect(new Set(subscriptions.map(({ uri }) => uri))).toEqual(new Set(['/webhooks']));
  });

  test('asks for the scopes that writing needs, and no more', () => {
    expect(app.access_scopes.scopes.split(',')).toEqual(['write_products', 'write_files']);
  });

  test('keeps in product deliveries what work reads, and something that makes each distinct', () => {
    const [products] = subscriptions.filter((one) => one.topics?.includes('products/update'));
    const fields = products?.include_fields ?? [];
    expect(fields).toContain('updated_at');
    const whole = JSON.parse(productBody(1)) as Record<string, unknown>;
    const kept = Object.fromEntries(Object.entries(whole).filter(([name]) => fields.includes(name)));
    expect(trimPayload('products/update', kept)).toEqual(trimPayload('products/update', whole));
  });
});

test('web/shopify.web.toml is one that the Shopify command line can run', () => {
  const web = webSchema.parse(read('web/shopify.web.toml'));
  const scripts = (readPackage() as { scripts: Record<string, string> }).scripts;
  for (const command of Object.values(web.commands)) {
    const [, script] = /^npm (?:run )?(\S+)$/.exec(command) ?? [];
    if (script !== undefined) expect(Object.keys(scripts)).toContain(script);
  }
});

function readPackage(): unknown {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
}
