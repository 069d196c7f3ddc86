import { createHmac } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';

/** Base64 HMAC-SHA256 of the raw body under the app's client secret: X-Shopify-Hmac-Sha256. */
export const signBody = (body: string | Uint8Array, secret: string): string =>
  createHmac('sha256', secret).update(body).digest('base64');

export interface Answer {
  /** Null when there was none. */
  readonly status: number | null;
  readonly error: string | null;
  readonly tookMs: number;
}

const connectLimitMs = 1000;
const wholeLimitMs = 5000;

export interface Sender {
  /** One POST within Shopify's limits: 1 s to connect, 5 s in all. Never rejects. */
  post(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<Answer>;
  close(): void;
}

export function createSender(maxSockets: number): Sender {
  const agent = new Agent({ keepAlive: true, maxSockets });
  return {
    post(url, headers, body) {
      return new Promise((resolve) => {
        const startMs = performance.now();
        let isSettled = false;
        const settle = (status: number | null, error: string | null): void => {
          if (isSettled) return;
          isSettled = true;
          clearTimeout(connectTimer);
          clearTimeout(wholeTimer);
          resolve({ status, error, tookMs: performance.now() - startMs });
        };
        const bytes = Buffer.from(body);
        const request = httpRequest(url, {
          method: 'POST',
          agent,
          headers: { ...headers, 'content-type': 'application/json', 'content-length': bytes.length },
        });
        const giveUp = (why: string) => () => request.destroy(new Error(why));
        const connectTimer = setTimeout(giveUp('no connection within 1 s'), connectLimitMs);
        const wholeTimer = setTimeout(giveUp('no answer within 5 s'), wholeLimitMs);
        request.on('socket', (socket) => {
          if (!socket.connecting) clearTimeout(connectTimer);
          else socket.once('connect', () => clearTimeout(connectTimer));
        });
        request.on('error', (error) => settle(null, error.message));
        request.on('response', (response) => {
          response.on('error', (error) => settle(null, error.message));
          response.on('end', () => settle(response.statusCode ?? null, null));
          response.resume();
        });
        request.end(bytes);
      });
    },
    close: () => agent.destroy(),
  };
}
