import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import sharp from 'sharp';
import { type Sandbox, type SandboxOptions, sandboxShop, startSandbox } from '../../../sandbox/start.ts';

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** An app that only listens: it keeps what it is sent and answers as told. */
export interface ListeningApp {
  readonly url: string;
  readonly received: Received[];
  /** Decides each answer; default 200. */
  answer: (one: Received) => number;
  topics(): string[];
  payloads(topic: string): Record<string, unknown>[];
  close(): Promise<void>;
}

export async function startListeningApp(): Promise<ListeningApp> {
  const received: Received[] = [];
  const app = { answer: (_one: Received): number => 200 };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const one = { headers: request.headers, body: Buffer.concat(chunks).toString('utf8') };
      received.push(one);
      response.writeHead(app.answer(one)).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(app, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    topics: () => received.map((one) => String(one.headers['x-shopify-topic'])),
    payloads: (topic: string) =>
      received.filter((one) => one.headers['x-shopify-topic'] === topic).map((one) => JSON.parse(one.body)),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

export interface ApiAnswer {
  // biome-ignore lint/suspicious/noExplicitAny: the shape is the query's.
  readonly data: any;
  readonly errors: { message: string; extensions?: Record<string, unknown>; path?: unknown }[] | undefined;
  readonly extensions: {
    cost: {
      requestedQueryCost: number;
      actualQueryCost: number | null;
      throttleStatus: { maximumAvailable: number; currentlyAvailable: number; restoreRate: number };
    };
    search?: unknown;
  };
}

export const graphqlUrl = (sandbox: Sandbox, version = '2026-10'): string =>
  `${sandbox.origin}/shops/${sandboxShop}/admin/api/${version}/graphql.json`;

/** Asks the Admin API as an app does. */
export type Api = (query: string, variables?: Record<string, unknown>) => Promise<ApiAnswer>;

export function createApi(sandbox: Sandbox): Api {
  const token = sandbox.shop().issueAccessToken();
  return async (query, variables) => {
    const response = await fetch(graphqlUrl(sandbox), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-shopify-access-token': token },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as ApiAnswer;
  };
}

export interface Stage extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly app: ListeningApp;
  readonly api: Api;
}

/** A sandbox with an app that listens, both closed at the end of the block. */
export async function setStage(options: SandboxOptions = {}): Promise<Stage> {
  const app = await startListeningApp();
  const sandbox = await startSandbox({ appUrl: app.url, mediaDelayMs: 0, ...options });
  return {
    sandbox,
    app,
    api: createApi(sandbox),
    async [Symbol.asyncDispose]() {
      await sandbox.close();
      await app.close();
    },
  };
}

/** A plain picture. */
export async function makeImage(
  format: 'jpeg' | 'png' | 'webp' = 'jpeg',
  widthPx = 40,
  heightPx = 30,
  red = 200,
): Promise<Buffer> {
  const canvas = {
    create: { width: widthPx, height: heightPx, channels: 3 as const, background: { r: red, g: 90, b: 40 } },
  };
  return sharp(canvas).toFormat(format).toBuffer();
}

export interface Target {
  readonly url: string;
  readonly resourceUrl: string;
  readonly parameters: { name: string; value: string }[];
}

const stageMutation = `mutation Stage($input: [StagedUploadInput!]!) {
  stagedUploadsCreate(input: $input) { stagedTargets { url resourceUrl parameters { name value } } userErrors { field message } }
}`;

export async function stageTarget(
  api: Api,
  filename: string,
  mimeType: string,
  more: Record<string, unknown> = {},
): Promise<Target> {
  const answer = await api(stageMutation, { input: [{ resource: 'IMAGE', filename, mimeType, ...more }] });
  return answer.data.stagedUploadsCreate.stagedTargets[0];
}

export const putTo = (target: Target, bytes: Uint8Array): Promise<Response> =>
  fetch(target.url, {
    method: 'PUT',
    headers: Object.fromEntries(target.parameters.map(({ name, value }) => [name, value])),
    body: new Uint8Array(bytes),
  });

/** Stages bytes and answers the resource address. */
export async function stageBytes(
  api: Api,
  filename: string,
  mimeType: string,
  bytes: Uint8Array,
): Promise<string> {
  const target = await stageTarget(api, filename, mimeType);
  const response = await putTo(target, bytes);
  if (!response.ok) throw new Error(`upload: HTTP ${response.status} ${await response.text()}`);
  return target.resourceUrl;
}

export const fileUpdateMutation = `mutation Update($files: [FileUpdateInput!]!) {
  fileUpdate(files: $files) { files { id fileStatus ... on MediaImage { image { url } } } userErrors { field message code } }
}`;

export const mediaQuery = `query Media($id: ID!) {
  node(id: $id) { ... on MediaImage {
    id alt createdAt updatedAt fileStatus status mimeType fileErrors { code message }
    image { url width height } preview { status image { url } } originalSource { url fileSize }
  } }
}`;
