import '@shopify/shopify-api/adapters/node';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiVersion, LogSeverity, shopifyApi, WebhookValidationErrorReason } from '@shopify/shopify-api';
import { HttpError } from '../http/errors.ts';
import type { Secret } from '../secret.ts';

/** What Shopify says of a delivery; every field is covered by nothing but the sender's honesty, see below. */
export interface ValidatedHeaders {
  readonly webhookId: string;
  readonly eventId: string | undefined;
  /** As Shopify writes it, such as products/update. */
  readonly topic: string;
  readonly domain: string;
  readonly apiVersion: string;
  readonly triggeredAt: string | undefined;
}

/** Throws HttpError: 401 unless the body is signed with one of our secrets, 400 when a header is missing. */
export type ValidateWebhook = (
  rawBody: string,
  rawRequest: IncomingMessage,
  rawResponse: ServerResponse,
) => Promise<ValidatedHeaders>;

export interface ValidateWebhookOptions {
  readonly apiKey: string;
  readonly secrets: readonly Secret[];
  readonly appUrl: string;
}

const forged = new HttpError('webhook-forged', 'The signature is missing or not the right one.');

/**
 * Shopify signs the body alone. That the headers are true follows from the body being secret to Shopify and us: who
 * can replay a body with other headers has broken into the connection. What is written is read by API anyway.
 */
export function createWebhookValidator(options: ValidateWebhookOptions): ValidateWebhook {
  const libraries = options.secrets.map((secret) => libraryWith(secret, options));
  return async (rawBody, rawRequest, rawResponse) => {
    for (const library of libraries) {
      const result = await library.webhooks.validate({ rawBody, rawRequest, rawResponse });
      if (result.valid) {
        return {
          webhookId: idOf(result.webhookId),
          eventId: result.webhookType === 'webhooks' ? result.eventId : undefined,
          topic: headerOf(rawRequest, 'x-shopify-topic'),
          domain: result.domain,
          apiVersion: result.apiVersion,
          triggeredAt: result.triggeredAt,
        };
      }
      if (result.reason === WebhookValidationErrorReason.MissingHeaders) {
        throw new HttpError('webhook-incomplete', 'A header that Shopify sends is missing.');
      }
    }
    throw forged;
  };
}

/** The library knows one secret; after a rotation Shopify may use the one before for an hour. */
function libraryWith(secret: Secret, { apiKey, appUrl }: ValidateWebhookOptions) {
  return shopifyApi({
    apiKey,
    apiSecretKey: secret.reveal(),
    apiVersion: ApiVersion.October26,
    hostName: new URL(appUrl).host,
    isEmbeddedApp: true,
    // Its lines would go to the console past our log.
    logger: { level: LogSeverity.Error, log: () => {} },
  });
}

/** A key of our table: a UUID today, but only its length and letters matter. */
function idOf(text: string): string {
  if (!/^[\w:.-]{1,128}$/.test(text))
    throw new HttpError('webhook-incomplete', 'X-Shopify-Webhook-Id is not an id.');
  return text;
}

function headerOf(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  return (Array.isArray(value) ? value[0] : value)?.slice(0, 100) ?? '';
}
