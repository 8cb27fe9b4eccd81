import { readdir, readlink, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { hasCode, unlessCode } from '../../base/error-code.js';
import { isRunning, startOf } from './process-table.js';

/** Another living Remit uses the folder; the message is one line that names its process. */
export class InstanceRunningError extends Error {
  constructor(
    readonly pid: number,
    readonly folder: string,
  ) {
    super(
      `Remit is already running on ${folder} (process ${pid}). Stop it first, or name another folder in REMIT_DATA_DIR.`,
    );
  }
}

/**
 * Takes the folder for this process and returns what gives it back. The lock of a process that has died, and whose id
 * may since belong to another, is taken over; of several processes that try at once exactly one succeeds.
 *
 * The lock is a symbolic link whose target names the holder: made in one step with its content, so that no other
 * process can ever read half of it, nor can a crash leave it empty.
 *
 * @throws InstanceRunningError when a living process holds it.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, 'remit.lock');
  const self = `${process.pid}@${(await startOf(process.pid)) ?? ''}`;
  await take(path, self, folder);
  for (const name of await readdir(folder))
    if (name.startsWith(`${basename(path)}.`)) await rm(join(folder, name), { force: true });
  return async () => {
    if ((await holderOf(path)) === self) await rm(path, { force: true });
  };
}

async function take(path: string, self: string, folder: string): Promise<void> {
  for (;;)
    try {
      await symlink(self, path);
      return;
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
      const holder = await holderOf(path);
      if (holder === undefined) continue;
      if (await isAlive(holder)) throw new InstanceRunningError(pidOf(holder), folder);
      await removeStale(path, holder, self, folder);
    }
}

/**
 * Two processes may find the same stale lock, and the slower must not remove the lock that the quicker has put in its
 * place. So removing it needs a lock too, which bears the dead holder's name: who has it looks once more.
 */
async function removeStale(path: string, holder: string, self: string, folder: string): Promise<void> {
  const claim = join(dirname(path), `${basename(path)}.${holder}`);
  await take(claim, self, folder);
  try {
    if ((await holderOf(path)) === holder) await rm(path, { force: true });
  } finally {
    await rm(claim, { force: true });
  }
}

const holderOf = (path: string): Promise<string | undefined> => unlessCode(readlink(path), 'ENOENT');

const pidOf = (holder: string): number => Number.parseInt(holder, 10);

async function isAlive(holder: string): Promise<boolean> {
  const pid = pidOf(holder);
  if (!(pid > 0) || !(await isRunning(pid))) return false;
  const started = holder.slice(holder.indexOf('@') + 1);
  const current = await startOf(pid);
  return !started || current === undefined || current === started;
}
