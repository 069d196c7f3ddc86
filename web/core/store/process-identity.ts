import { execFile } from 'node:child_process';
import { readFile, readlink } from 'node:fs/promises';
import { platform } from 'node:os';
import { promisify } from 'node:util';

/** What tells one process from every other one that ever had its pid. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Start time in the system's own words; compared, never parsed. */
  readonly startedAt: string;
  /** The space in which the pid means something: this boot and, in a container, its pid namespace. */
  readonly namespace: string;
}

/** The identity of a living process, or null when there is none with that pid. */
export async function readIdentity(pid: number): Promise<ProcessIdentity | null> {
  return platform() === 'linux' ? fromProc(pid) : fromSystem(pid);
}

async function fromProc(pid: number): Promise<ProcessIdentity | null> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may itself hold spaces and parentheses; fields are counted after the last one.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    // A zombie (state Z) has exited: its files are closed and it only waits to be collected.
    if (fields[0] === 'Z' || fields[0] === 'X') return null;
    const bootId = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
    const namespace = `${bootId} ${await readlink('/proc/self/ns/pid')}`;
    return { pid, startedAt: fields[19] ?? '', namespace };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return null;
    throw error;
  }
}

async function fromSystem(pid: number): Promise<ProcessIdentity | null> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return null;
  }
  if (platform() === 'win32') return { pid, startedAt: '', namespace: 'windows' };
  const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)]);
  return { pid, startedAt: stdout.trim(), namespace: platform() };
}
