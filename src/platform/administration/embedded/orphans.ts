import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClusterIdentity } from './cluster-identity.js';
import { hasCode } from '../../base/error-code.js';
import { isTaken, processesOf, untilEnded } from './process-table.js';

const FAST_SHUTDOWN_MS = 15_000;
const IMMEDIATE_SHUTDOWN_MS = 5_000;

/**
 * Ends every server process that an earlier, killed run left on this cluster. Each backend leads a session of its
 * own, so a SIGKILL to the process group never reaches it, and a busy one does not notice that the postmaster is
 * gone; a new postmaster refuses to start beside it ("pre-existing shared memory block").
 *
 * A living postmaster is asked to shut down first; backends without one are told to quit without touching the shared
 * memory, which WAL replay makes good. Nothing but processes of this cluster is ever signalled.
 *
 * @throws Error when one of them outlives even SIGKILL.
 */
export async function endOrphans(cluster: ClusterIdentity, log: (line: string) => void): Promise<void> {
  const left = await processesOf(cluster);
  if (left.length > 0) {
    log(`Ending ${left.length} PostgreSQL processes that an earlier run left behind.`);
    const postmaster = await recordedPostmaster(cluster);
    if (postmaster !== undefined && left.includes(postmaster)) {
      signal([postmaster], 'SIGINT');
      await untilEnded([postmaster], FAST_SHUTDOWN_MS);
    }
    await endAll(cluster, 'SIGQUIT');
    await endAll(cluster, 'SIGKILL');
    const immortal = await processesOf(cluster);
    if (immortal.length > 0)
      throw new Error(`PostgreSQL processes of ${cluster.path} do not end: ${immortal.join(', ')}. End them by hand.`);
  }
  await removeMisleadingPidFile(cluster);
}

async function endAll(cluster: ClusterIdentity, how: NodeJS.Signals): Promise<void> {
  const pids = await processesOf(cluster);
  signal(pids, how);
  await untilEnded(pids, IMMEDIATE_SHUTDOWN_MS);
}

/**
 * PostgreSQL refuses to start when the process id in its own file is in use: by anybody who was given it after the
 * kill, or by the dead postmaster itself as long as nobody reaps it. Otherwise the file stays, since it also tells
 * PostgreSQL which shared memory to check.
 */
async function removeMisleadingPidFile(cluster: ClusterIdentity): Promise<void> {
  const recorded = await recordedPostmaster(cluster);
  if (recorded !== undefined && isTaken(recorded)) await rm(pidFile(cluster), { force: true });
}

async function recordedPostmaster(cluster: ClusterIdentity): Promise<number | undefined> {
  const text = await readFile(pidFile(cluster), 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  return pid > 0 ? pid : undefined;
}

const pidFile = (cluster: ClusterIdentity): string => join(cluster.path, 'postmaster.pid');

function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids)
    try {
      process.kill(pid, name);
    } catch (error) {
      if (!hasCode(error, 'ESRCH')) throw error;
    }
}
