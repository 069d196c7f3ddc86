import express, { type RequestHandler } from 'express';
import type { NewDelivery } from '../../core/store/deliveries.ts';
import { parseShopDomain } from '../shopify/shop-domain.ts';
import type { ValidatedHeaders, ValidateWebhook } from '../shopify/validate-webhook.ts';
import { HttpError } from './errors.ts';
import type { Inbox } from './inbox.ts';
import { isHandledTopic, trimPayload } from './webhook-payload.ts';

export interface WebhooksDeps {
  readonly validate: ValidateWebhook;
  readonly inbox: Inbox;
  readonly now: () => Date;
}

/** A product with all its variants is below 1 MB; include_fields leave a few kB of it. */
const maxBytes = 2 * 1024 * 1024;

/**
 * POST /webhooks, for all topics: answers 200 once the delivery and its job are committed. 401 for a signature that
 * is not Shopify's, 400 for headers or a body that cannot be used, 413 for a body that is too large.
 *
 * A topic that this version does not know is stored and answered 200 as well: it is truly from Shopify, the
 * configuration is merely ahead of the program, and an error would only make Shopify repeat it and then give up.
 */
export function receiveWebhooks({ validate, inbox, now }: WebhooksDeps): RequestHandler[] {
  // The signature is over the bytes, so nothing may unpack or decode them before.
  const readBody = express.raw({ type: () => true, limit: maxBytes, inflate: false });
  const receive: RequestHandler = async function receiveWebhook(request, response) {
    const rawBody = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const headers = validate(rawBody, request.headers);
    await inbox.accept(toDelivery(headers, rawBody.toString('utf8'), now()));
    response.status(200).end();
  };
  return [readBody, receive];
}

function toDelivery(headers: ValidatedHeaders, rawBody: string, receivedAt: Date): NewDelivery {
  const shopDomain = parseShopDomain(headers.domain);
  if (shopDomain === null) throw new HttpError('webhook-incomplete', 'X-Shopify-Shop-Domain is not a shop.');
  const body = parseBody(rawBody);
  const topic = headers.topic;
  const payload = isHandledTopic(topic) ? trimPayload(topic, body) : {};
  if (payload === null) {
    throw new HttpError('webhook-unreadable', `The body is not what ${topic} promises.`);
  }
  return {
    id: headers.webhookId,
    shopDomain,
    topic,
    eventId: headers.eventId ?? null,
    apiVersion: headers.apiVersion,
    triggeredAt: readTime(headers.triggeredAt),
    receivedAt,
    payload,
  };
}

function parseBody(rawBody: string): unknown {
  try {
    return JSON.parse(rawBody);
  } catch {
    throw new HttpError('webhook-unreadable', 'The body is not JSON.');
  }
}

function readTime(text: string | undefined): Date | null {
  const time = new Date(text ?? '');
  return Number.isNaN(time.getTime()) ? null : time;
}
