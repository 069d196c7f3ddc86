import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import {
  isWebhookGenuine,
  type SignedWebhook,
} from '../../../../web/core/engines/replicate/webhook-signature.ts';

const secret = `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`;
const now = new Date('2026-11-23T10:00:00.000Z');
const body = '{"id":"abc","status":"succeeded"}';

/** Signed by another's implementation of Standard Webhooks. */
function signed(change: { body?: string; at?: Date; secret?: string; id?: string } = {}): SignedWebhook {
  const { body: text = body, at = now, secret: key = secret, id = 'msg_1' } = change;
  return {
    id,
    timestamp: String(Math.floor(at.getTime() / 1000)),
    signature: new Webhook(key).sign(id, at, text),
    rawBody: Buffer.from(text),
  };
}

const shifted = (seconds: number): Date => new Date(now.getTime() + seconds * 1000);

test('a webhook that another implementation signed is genuine, whatever its body', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.uuid(), (text, id) => {
      expect(isWebhookGenuine(signed({ body: text, id }), secret, now)).toBe(true);
    }),
  );
});

describe('what is refused', () => {
  test.each([
    ['another body', { ...signed(), rawBody: Buffer.from(body.replace('succeeded', 'failed')) }],
    ['the same body with other spaces', { ...signed(), rawBody: Buffer.from(body.replace(':', ': ')) }],
    ['another id', { ...signed(), id: 'msg_2' }],
    ['another timestamp', { ...signed(), timestamp: String(Math.floor(now.getTime() / 1000) + 1) }],
    ['another secret', signed({ secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}` })],
    ['no signature', { ...signed(), signature: undefined }],
    ['an empty signature', { ...signed(), signature: '' }],
    ['no id', { ...signed(), id: undefined }],
    ['no timestamp', { ...signed(), timestamp: undefined }],
    ['a timestamp that is no number', { ...signed(), timestamp: 'now' }],
    [
      'the signature under another version',
      { ...signed(), signature: signed().signature?.replace('v1,', 'v2,') },
    ],
    ['half of the signature', { ...signed(), signature: signed().signature?.slice(0, 20) }],
    ['the signature without its version', { ...signed(), signature: signed().signature?.slice(3) }],
  ])('%s', (_what, webhook) => {
    expect(isWebhookGenuine(webhook as SignedWebhook, secret, now)).toBe(false);
  });

  test.each([
    [-301, false],
    [-299, true],
    [0, true],
    [299, true],
    [301, false],
  ])('signed %d s away from now: %s', (seconds, isGenuine) => {
    expect(isWebhookGenuine(signed({ at: shifted(seconds) }), secret, now)).toBe(isGenuine);
  });

  test.each(['', 'whsec_', 'whsec_!!!'])('anything, where the secret is "%s"', (empty) => {
    const forged = { ...signed(), signature: 'v1,' };
    expect(isWebhookGenuine(forged, empty, now)).toBe(false);
  });
});

test('one good signature among several is enough: secrets are rotated that way', () => {
  const webhook = signed();
  const old = new Webhook(`whsec_${Buffer.alloc(32, 1).toString('base64')}`).sign('msg_1', now, body);
  expect(isWebhookGenuine({ ...webhook, signature: `${old} ${webhook.signature}` }, secret, now)).toBe(true);
});
