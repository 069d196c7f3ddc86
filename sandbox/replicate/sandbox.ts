import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Clock, createSystemClock } from '../store/clock/clock.ts';
import { createRandom } from '../store/faults.ts';
import { type Account, createAccount } from './account.ts';
import { createApi } from './api.ts';
import { createFaults, type Faults } from './faults.ts';
import { createPlainRender, type Render } from './render.ts';

export interface ReplicateSandboxOptions {
  readonly clock?: Clock;
  /** Default: cubic ×4 without a network. */
  readonly render?: Render;
  readonly seed?: number;
  readonly machines?: number;
  readonly coldBootMs?: number;
  readonly runMs?: number;
}

export interface ReplicateSandbox {
  readonly faults: Faults;
  readonly account: Account;
  /** Tokens that are good; the first is the operator's. */
  readonly tokens: readonly [string, string];
  readonly webhookSecret: string;
  /** Handles what comes under the base path, whether or not `request.url` still begins with it. */
  readonly listener: RequestListener;
  /** Where it was mounted, such as http://127.0.0.1:4000/replicate: needed before the first prediction. */
  mountedAt(baseUrl: string): void;
  /** What the client is given as base URL. */
  apiUrl(): string;
  /** Opens the delivery host on its own port. */
  listen(host?: string): Promise<void>;
  close(): Promise<void>;
}

export function createReplicateSandbox(options: ReplicateSandboxOptions = {}): ReplicateSandbox {
  const clock = options.clock ?? createSystemClock();
  const random = createRandom(options.seed ?? 1);
  const faults = createFaults(random);
  const webhookSecret = `whsec_${Buffer.from('a secret of the sandbox, 32 bytes').toString('base64')}`;
  const tokens = [
    'r8_SandboxOperatorToken000000000000000',
    'r8_SandboxMerchantToken000000000000000',
  ] as const;
  let baseUrl: URL | null = null;
  let delivery: Server | null = null;
  let deliveryOrigin = '';
  const apiUrl = (): string => {
    if (baseUrl === null) throw new Error('mountedAt was not called');
    return `${baseUrl.href.replace(/\/$/, '')}/v1`;
  };
  const account = createAccount({
    clock,
    faults,
    random,
    webhookSecret,
    render: options.render ?? createPlainRender(),
    machines: options.machines ?? 2,
    coldBootMs: options.coldBootMs ?? 0,
    runMs: options.runMs ?? 0,
    apiUrl,
    deliveryOrigin: () => deliveryOrigin,
  });
  const api = createApi({
    account,
    faults,
    clock,
    tokens,
    webhookSecret,
    apiUrl,
    allowHttpWebhooks: true,
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Whoever mounts it may have taken its own path off the address.
    const url = new URL(request.url ?? '/', apiUrl());
    const path = /\/v1(\/.*?)\/?$/.exec(url.pathname)?.[1];
    if (path === undefined) response.writeHead(404).end();
    else await api(request, response, url, path);
  }

  function deliver(request: IncomingMessage, response: ServerResponse): void {
    const bytes = account.deliveries.get((request.url ?? '/').slice(1));
    if (faults.strike('delivery.serverError') !== null) {
      response.writeHead(502).end();
    } else if (bytes === undefined) {
      response.writeHead(404).end();
    } else if (faults.strike('delivery.truncated') !== null) {
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy());
    } else {
      const contentType = request.url?.endsWith('.jpg') ? 'image/jpeg' : 'image/png';
      response.writeHead(200, { 'content-type': contentType, 'content-length': bytes.length }).end(bytes);
    }
  }

  return {
    faults,
    account,
    tokens,
    webhookSecret,
    apiUrl,
    mountedAt(url) {
      baseUrl = new URL(url);
    },
    listener: (request, response) => {
      handle(request, response).catch((error: unknown) => {
        // A mistake of the sandbox itself must not look like a fault of Replicate that the app should survive.
        console.error('replicate sandbox:', error);
        response.writeHead(500).end();
      });
    },
    async listen(host = '127.0.0.1') {
      const server = createServer(deliver);
      await new Promise<void>((resolve) => server.listen(0, host, resolve));
      delivery = server;
      deliveryOrigin = `http://${host}:${(server.address() as AddressInfo).port}`;
    },
    async close() {
      account.close();
      await closeServer(delivery);
    },
  };
}

/** On ports of its own, for tests and benches. */
export async function startReplicateSandbox(
  options: ReplicateSandboxOptions = {},
): Promise<ReplicateSandbox & { readonly origin: string }> {
  const sandbox = createReplicateSandbox(options);
  const server = createServer(sandbox.listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  sandbox.mountedAt(origin);
  await sandbox.listen();
  return {
    ...sandbox,
    origin,
    async close() {
      await sandbox.close();
      await closeServer(server);
    },
  };
}

async function closeServer(server: Server | null): Promise<void> {
  if (server === null) return;
  const done = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await done;
}
