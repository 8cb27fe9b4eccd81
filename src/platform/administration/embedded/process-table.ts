import { execFile } from 'node:child_process';
import { readFile, readdir, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { ClusterIdentity } from './cluster-identity.js';
import { hasCode } from '../../base/error-code.js';

interface ProcessStatus {
  program: string;
  state: string;
  start: string;
}

/** Linux only; undefined when there is no such process or the platform has no /proc. */
async function statusOf(pid: number): Promise<ProcessStatus | undefined> {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (line === undefined) return undefined;
  // The program's name stands in parentheses and may itself hold spaces and parentheses.
  const end = line.lastIndexOf(')');
  const fields = line.slice(end + 2).split(' ');
  return { program: line.slice(line.indexOf('(') + 1, end), state: fields[0] ?? '', start: fields[19] ?? '' };
}

/** A process that has ended but that nobody has reaped, as in a container without an init process. */
const isZombie = (status: ProcessStatus): boolean => status.state === 'Z' || status.state === 'X';

/** Whether the id belongs to a process, alive or dead but not reaped, whoever's it is. */
export function isTaken(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return !hasCode(error, 'ESRCH');
  }
}

/** Whether the process lives, whoever's it is. */
export async function isRunning(pid: number): Promise<boolean> {
  if (!isTaken(pid)) return false;
  const status = await statusOf(pid);
  return status === undefined || !isZombie(status);
}

/** Tells a process from a later one with the same id, also after a reboot. Undefined where the platform has no /proc. */
export async function startOf(pid: number): Promise<string | undefined> {
  const status = await statusOf(pid);
  if (status === undefined) return undefined;
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  return `${boot.slice(0, 8)}.${status.start}`;
}

/** Waits until none of them runs. Returns false when some still does after that many milliseconds. */
export async function untilEnded(pids: readonly number[], milliseconds: number): Promise<boolean> {
  const deadline = Date.now() + milliseconds;
  for (const pid of pids)
    while (await isRunning(pid)) {
      if (Date.now() > deadline) return false;
      await sleep(10);
    }
  return true;
}

/** The postmaster and backends of this very cluster that are alive, with or without one another. */
export async function processesOf(cluster: ClusterIdentity): Promise<number[]> {
  if (process.platform !== 'linux') return processesByTitle(cluster);
  const pids = (await readdir('/proc')).map(Number).filter(Number.isInteger);
  const own = await Promise.all(pids.map((pid) => isOf(cluster, pid)));
  return pids.filter((_, index) => own[index]);
}

async function isOf(cluster: ClusterIdentity, pid: number): Promise<boolean> {
  const status = await statusOf(pid);
  if (status?.program !== 'postgres' || isZombie(status)) return false;
  try {
    // A server process never leaves its data folder. Compared by inode: another container may see the same path.
    const folder = await stat(`/proc/${pid}/cwd`, { bigint: true });
    return folder.dev === cluster.dev && folder.ino === cluster.ino;
  } catch {
    // Root in a container usually may not look there (no CAP_SYS_PTRACE), but command lines are open to all.
    const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return commandLine.includes(cluster.name);
  }
}

async function processesByTitle(cluster: ClusterIdentity): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-axo', 'pid=,command='], { maxBuffer: 64 * 1024 * 1024 });
  return stdout.split('\n').flatMap((line) => {
    const [pid = '', program = ''] = line.trim().split(/\s+/);
    return basename(program).startsWith('postgres') && line.includes(cluster.name) ? [Number(pid)] : [];
  });
}
