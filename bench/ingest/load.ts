/**
 * Sends deliveries over kept connections and prints what came of it as JSON. In a process of its own, on bare sockets:
 * on two cores the client must take as little as possible from the server.
 *
 * load.ts PORT CONNECTIONS SECONDS PER_SECOND: with PER_SECOND 0 each connection sends as soon as it was answered;
 * otherwise requests are due at fixed times, and latency counts from then, so that waiting for a free connection is
 * not left out.
 */
import { connect, type Socket } from 'node:net';
import { body, headers } from './body.ts';

export interface LoadResult {
  readonly answered: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** Anything but 200. */
  readonly refused: number;
}

const [port = 0, connections = 50, seconds = 5, perSecond = 0] = process.argv.slice(2).map(Number);
const head = Object.entries(headers)
  .map(([name, value]) => `${name}: ${value}\r\n`)
  .join('');
const length = Buffer.byteLength(body);
const run = process.pid.toString(36);

let sent = 0;
let refused = 0;
const latenciesMs: number[] = [];
const startMs = performance.now();
const endMs = startMs + seconds * 1000;
const intervalMs = perSecond === 0 ? 0 : 1000 / perSecond;

function request(): string {
  sent += 1;
  return `POST /webhooks HTTP/1.1\r\nhost: bench\r\n${head}x-shopify-webhook-id: ${run}-${sent}\r\ncontent-length: ${length}\r\n\r\n${body}`;
}

interface Connection {
  readonly socket: Socket;
  dueMs: number;
  isBusy: boolean;
  received: string;
}

function send(connection: Connection, dueMs: number): void {
  connection.dueMs = dueMs;
  connection.isBusy = true;
  connection.socket.write(request());
}

/** Whether a whole answer is there. Answers are small and one at a time. */
function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const match = /content-length: (\d+)/i.exec(text);
  return text.length >= end + 4 + Number(match?.[1] ?? 0);
}

async function open(): Promise<Connection> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const connection: Connection = { socket, dueMs: 0, isBusy: false, received: '' };
  await new Promise((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  socket.on('data', (chunk) => {
    connection.received += chunk.toString('latin1');
    if (!isWhole(connection.received)) return;
    if (!connection.received.startsWith('HTTP/1.1 200')) refused += 1;
    connection.received = '';
    connection.isBusy = false;
    latenciesMs.push(performance.now() - connection.dueMs);
    next(connection);
  });
  return connection;
}

let dueCount = 0;
const waitingDueMs: number[] = [];

function next(connection: Connection): void {
  const nowMs = performance.now();
  if (nowMs >= endMs) return;
  if (perSecond === 0) {
    send(connection, nowMs);
    return;
  }
  const dueMs = waitingDueMs.shift();
  if (dueMs !== undefined) send(connection, dueMs);
}

const all = await Promise.all(Array.from({ length: connections }, open));
if (perSecond === 0) {
  for (const connection of all) next(connection);
} else {
  const tick = setInterval(() => {
    const nowMs = Math.min(performance.now(), endMs);
    while (startMs + dueCount * intervalMs <= nowMs) {
      waitingDueMs.push(startMs + dueCount * intervalMs);
      dueCount += 1;
    }
    for (const connection of all) {
      if (waitingDueMs.length === 0) break;
      if (!connection.isBusy) next(connection);
    }
  }, 1);
  setTimeout(() => clearInterval(tick), seconds * 1000);
}

await new Promise<void>((resolve) => {
  const check = setInterval(() => {
    const isOver = performance.now() > endMs && all.every(({ isBusy }) => !isBusy);
    if (!isOver && performance.now() < endMs + 10_000) return;
    clearInterval(check);
    resolve();
  }, 20);
});
for (const { socket } of all) socket.destroy();

latenciesMs.sort((a, b) => a - b);
const at = (share: number): number =>
  latenciesMs[Math.min(latenciesMs.length - 1, Math.floor(latenciesMs.length * share))] ?? 0;
const result: LoadResult = {
  answered: latenciesMs.length,
  perSecond: latenciesMs.length / seconds,
  p50Ms: at(0.5),
  p99Ms: at(0.99),
  maxMs: at(1),
  refused,
};
console.log(JSON.stringify(result));
