import { parse } from 'smol-toml';
import { z } from 'zod';
import type { Subscription } from './subscriptions.ts';

const entrySchema = z.object({
  topics: z.array(z.string()).default([]),
  compliance_topics: z.array(z.string()).default([]),
  uri: z.string(),
  name: z.string().optional(),
  include_fields: z.array(z.string()).optional(),
  // Shopify would judge every payload by it; the store cannot, and must not pretend that it did.
  filter: z.undefined({ error: 'the sandbox store has no filters of webhooks' }).optional(),
});
const configSchema = z.object({ webhooks: z.object({ subscriptions: z.array(entrySchema).default([]) }) });

/**
 * What a shopify.app.toml declares, one subscription a topic. Throws TomlError or ZodError for a text that is no
 * such file, and for a filter, which this store does not have.
 */
export function readAppSubscriptions(toml: string): Subscription[] {
  const { webhooks } = configSchema.parse(parse(toml));
  return webhooks.subscriptions.flatMap((entry) =>
    [...entry.topics, ...entry.compliance_topics].map((topic) => ({
      topic,
      uri: entry.uri,
      ...(entry.name === undefined ? {} : { name: entry.name }),
      ...(entry.include_fields === undefined ? {} : { includeFields: entry.include_fields }),
    })),
  );
}
