import '@shopify/shopify-api/adapters/node';
import { createHmac } from 'node:crypto';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { ApiVersion, LogSeverity, shopifyApi } from '@shopify/shopify-api';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Secret } from '../../../web/server/secret.ts';
import { createWebhookValidator } from '../../../web/server/shopify/validate-webhook.ts';

const secret = 'shpss_the_secret';
const library = shopifyApi({
  apiKey: 'key',
  apiSecretKey: secret,
  apiVersion: ApiVersion.October26,
  hostName: 'app.example.com',
  isEmbeddedApp: true,
  logger: { level: LogSeverity.Error, log: () => {} },
});
const validate = createWebhookValidator({ secrets: [new Secret(secret)] });

const names = ['x-shopify-topic', 'x-shopify-shop-domain', 'x-shopify-api-version', 'x-shopify-webhook-id'];
const signed = (body: string, key: string) => createHmac('sha256', key).update(body).digest('base64');

test('the verdict on any body, signature and set of headers is that of Shopify’s own library', async () => {
  const bodies = fc.oneof(fc.string({ unit: 'grapheme' }), fc.json(), fc.constant(''));
  const signatures = fc.oneof(
    fc.constant('right' as const),
    fc.constant('theirs' as const),
    fc.constant('cut' as const),
    fc.base64String(),
  );
  await fc.assert(
    fc.asyncProperty(bodies, signatures, fc.subarray(names), async (body, kind, given) => {
      const right = signed(body, secret);
      const known = { right, theirs: signed(body, 'another'), cut: right.slice(0, 20) };
      const signature = known[kind as keyof typeof known] ?? kind;
      const headers: Record<string, string> = { 'x-shopify-hmac-sha256': signature };
      for (const name of given) headers[name] = 'some-value';
      const rawRequest = Object.assign(new IncomingMessage(new Socket()), {
        headers,
        method: 'POST',
        url: '/',
      });
      const rawResponse = new ServerResponse(rawRequest);
      const theirs = await library.webhooks.validate({ rawBody: body, rawRequest, rawResponse });
      let ours: string;
      try {
        validate(Buffer.from(body), headers);
        ours = 'valid';
      } catch (error) {
        ours = (error as { code: string }).code;
      }
      const isMissing = !theirs.valid && theirs.reason === 'missing_headers';
      const wanted = theirs.valid ? 'valid' : isMissing ? 'webhook-incomplete' : 'webhook-forged';
      expect(ours).toBe(wanted);
    }),
    { numRuns: 300 },
  );
});
