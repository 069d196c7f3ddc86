import { chmod, rm } from 'node:fs/promises';
import { createServer, request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { z } from 'zod';
import { VitrineError } from '../../core/errors.ts';
import { type Operator, OperatorError } from './operator.ts';

/**
 * The embedded database is one process's. Commands that need it while the server runs ask the server, through a
 * socket in the data folder that only the folder's owner can open.
 */
export function socketPath(dataDir: string): string {
  // Windows has no sockets in folders; a pipe of that name serves.
  return process.platform === 'win32'
    ? `\\\\.\\pipe\\vitrine-${Buffer.from(dataDir).toString('hex').slice(-80)}`
    : join(dataDir, 'operator.sock');
}

const shop = z.string().nullable();
const requests = {
  restore: z.strictObject({ shop, image: z.string(), isForced: z.boolean() }),
  decide: z.strictObject({ shop, image: z.string(), decision: z.enum(['approve', 'reject']) }),
  verify: z.strictObject({ shop }),
  entries: z.strictObject({ shop, afterSeq: z.number().int().min(0) }),
} as const;
type Call = keyof typeof requests;

const maxBodyBytes = 100_000;

/** Answers until the returned function is called. */
export async function openOperatorSocket(dataDir: string, operator: Operator): Promise<() => Promise<void>> {
  const path = socketPath(dataDir);
  // Left behind by a process that was killed: the folder lock proves that nobody listens.
  await rm(path, { force: true });
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBodyBytes) request.destroy();
      else chunks.push(chunk);
    });
    request.on('end', () => {
      answer(operator, request.url ?? '', Buffer.concat(chunks).toString()).then(
        (body) => response.end(JSON.stringify(body)),
        (cause: unknown) => {
          response.writeHead(500).end(JSON.stringify(toProblem(cause)));
        },
      );
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  if (process.platform !== 'win32') await chmod(path, 0o600);
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
}

async function answer(operator: Operator, url: string, body: string): Promise<unknown> {
  const call = url.slice(1);
  if (!isCall(call))
    throw new OperatorError('call-unknown', 'The server that runs is of another version; restart it.');
  const parsed = requests[call].parse(JSON.parse(body));
  return operator[call](parsed as never);
}

function isCall(text: string): text is Call {
  return Object.hasOwn(requests, text);
}

function toProblem(cause: unknown): { code: string; sentence: string } {
  if (cause instanceof VitrineError) return { code: cause.code, sentence: cause.sentence };
  return { code: 'internal', sentence: cause instanceof Error ? cause.message : String(cause) };
}

/** The same calls, asked of the server that holds the data folder. */
export function connectOperator(dataDir: string): Operator {
  return {
    restore: (request) => ask(dataDir, 'restore', request),
    decide: (request) => ask(dataDir, 'decide', request),
    verify: (request) => ask(dataDir, 'verify', request),
    entries: (request) => ask(dataDir, 'entries', request),
  };
}

function ask<T>(dataDir: string, call: Call, body: object): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { socketPath: socketPath(dataDir), path: `/${call}`, method: 'POST' },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const answered = JSON.parse(Buffer.concat(chunks).toString());
          if (response.statusCode === 200) resolve(answered as T);
          else reject(new OperatorError(answered.code, answered.sentence));
        });
      },
    );
    request.on('error', (cause) => {
      reject(
        new OperatorError(
          'server-unreachable',
          `A Vitrine server holds the data folder ${dataDir}, but does not answer (${cause.message}); look at its log.`,
        ),
      );
    });
    request.end(JSON.stringify(body));
  });
}
