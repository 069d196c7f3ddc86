import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';

/** The app ended or did not answer; the sentence says which. */
export class AppError extends Error {}

export interface AppProcess {
  /** Settles when the process has ended, however it ended. */
  readonly ended: Promise<string>;
  readonly pid: number;
  /** Resolves when GET `path` answers 200; throws AppError when the process ends first or the time is up. */
  waitUntilReady(path: string, deadlineMs: number): Promise<void>;
  /** The last lines of its log, long ones cut. */
  logTail(lines: number): string;
  /** Asks it to end, and makes it end after a grace of ten seconds. May be called twice. */
  stop(): Promise<void>;
}

export interface AppProcessOptions {
  readonly command: readonly [string, ...string[]];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly origin: string;
  readonly logPath: string;
}

const graceMs = 10_000;
const pollMs = 150;
const longestLine = 600;

const pause = (delayMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delayMs));

/** A port that was free a moment ago. */
export async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new AppError('This machine gave no free port.');
  return address.port;
}

/** Starts the app as a process of its own, its output going to the log file. */
export function startApp(options: AppProcessOptions): AppProcess {
  const log = openSync(options.logPath, 'w');
  const [file, ...args] = options.command;
  const child: ChildProcess = spawn(file, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  let isOver = false;
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => {
      isOver = true;
      resolve(`The app could not be started: ${error.message}.`);
    });
    child.once('exit', (code, signal) => {
      isOver = true;
      resolve(signal === null ? `The app ended with code ${code}.` : `The app was ended by ${signal}.`);
    });
  });
  // Whatever ends the demo, the app does not outlive it.
  const kill = (): void => {
    child.kill('SIGKILL');
  };
  process.once('exit', kill);

  async function isReady(path: string): Promise<boolean> {
    try {
      const answer = await fetch(options.origin + path, { signal: AbortSignal.timeout(2000) });
      await answer.body?.cancel();
      return answer.status === 200;
    } catch {
      // Not listening yet: asked again until the deadline.
      return false;
    }
  }

  return {
    ended,
    pid: child.pid ?? -1,
    async waitUntilReady(path, deadlineMs) {
      const until = Date.now() + deadlineMs;
      while (!(await isReady(path))) {
        if (isOver) throw new AppError(await ended);
        if (Date.now() > until) {
          throw new AppError(
            `The app did not answer on ${options.origin}${path} within ${deadlineMs / 1000} s.`,
          );
        }
        await Promise.race([pause(pollMs), ended]);
      }
    },
    logTail(lines) {
      const all = readFileSync(options.logPath, 'utf8').trimEnd().split('\n');
      return all
        .slice(-lines)
        .map((line) => (line.length > longestLine ? `${line.slice(0, longestLine)}…` : line))
        .join('\n');
    },
    async stop() {
      process.off('exit', kill);
      if (isOver) return;
      child.kill('SIGTERM');
      const timer = setTimeout(kill, graceMs);
      await ended;
      clearTimeout(timer);
    },
  };
}
