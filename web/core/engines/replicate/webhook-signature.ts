import { createHmac, timingSafeEqual } from 'node:crypto';

export interface SignedWebhook {
  readonly id: string | undefined;
  /** Seconds since 1970, as text. */
  readonly timestamp: string | undefined;
  /** A list of `v1,<base64>`, separated by spaces. */
  readonly signature: string | undefined;
  readonly rawBody: Uint8Array;
}

const toleranceSeconds = 5 * 60;

/**
 * Whether the webhook is Replicate's and fresh: Standard Webhooks, HMAC-SHA256 over `id.timestamp.body` with the
 * base64 key after `whsec_`, compared in constant time; the timestamp at most five minutes away in either direction.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function isWebhookGenuine(webhook: SignedWebhook, secret: string, now: Date): boolean {
  const { id, timestamp, signature, rawBody } = webhook;
  if (!id || !timestamp || !signature || !/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(now.getTime() / 1000 - Number(timestamp)) > toleranceSeconds) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  // An empty key would let anybody sign.
  if (key.length === 0) return false;
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(rawBody).digest();
  let isGenuine = false;
  for (const part of signature.split(' ').slice(0, 16)) {
    const [version, text] = part.split(',', 2);
    const given = Buffer.from(version === 'v1' ? (text ?? '') : '', 'base64');
    if (given.length === expected.length && timingSafeEqual(given, expected)) isGenuine = true;
  }
  return isGenuine;
}
