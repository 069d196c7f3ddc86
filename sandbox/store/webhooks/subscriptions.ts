import type { Payload } from './payloads.ts';

/** A subscription as `[[webhooks.subscriptions]]` in shopify.app.toml or `webhookSubscriptionCreate` declares it. */
export interface Subscription {
  readonly topic: string;
  /** A path of the app, such as `/webhooks`, or a whole address. */
  readonly uri: string;
  readonly name?: string;
  readonly includeFields?: readonly string[];
  /** Made through the Admin API: deleted after eight failures in a row. Those of the toml are not. */
  readonly isApiMade?: boolean;
  /** For an API-made one: its number and shop. */
  readonly id?: number;
  readonly shop?: string;
  readonly createdAtMs?: number;
}

export const defaultSubscriptions: readonly Subscription[] = [
  'products/create',
  'products/update',
  'products/delete',
  'app/uninstalled',
  'app/scopes_update',
  'shop/update',
  'bulk_operations/finish',
  'customers/data_request',
  'customers/redact',
  'shop/redact',
].map((topic) => ({ topic, uri: '/webhooks' }));

function pick(value: unknown, path: readonly string[]): unknown {
  const [head, ...rest] = path;
  if (head === undefined) return value;
  if (Array.isArray(value)) return value.map((item) => pick(item, path));
  if (value === null || typeof value !== 'object' || !Object.hasOwn(value, head)) return undefined;
  return { [head]: pick((value as Payload)[head], rest) };
}

function merge(a: unknown, b: unknown): unknown {
  if (a === undefined) return b;
  if (b === undefined) return a;
  if (Array.isArray(a) && Array.isArray(b)) return a.map((item, index) => merge(item, b[index]));
  if (a !== null && b !== null && typeof a === 'object' && typeof b === 'object') {
    const merged: Record<string, unknown> = { ...a };
    for (const [key, value] of Object.entries(b)) merged[key] = merge(merged[key], value);
    return merged;
  }
  return b;
}

/** `include_fields`: names such as `id` and paths such as `media.id`; a path goes through lists. */
export function keepFields(payload: Payload, fields: readonly string[] | undefined): Payload {
  if (fields === undefined || fields.length === 0) return payload;
  const kept = fields.reduce<unknown>((sum, field) => merge(sum, pick(payload, field.split('.'))), {});
  return kept as Payload;
}
