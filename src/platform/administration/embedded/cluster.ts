import { chown, lchown, mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Binaries } from './binaries.js';
import { ADMINISTRATOR, syncFolder } from './credentials-file.js';
import { unlessCode } from '../../base/error-code.js';
import { runProgram, type ServerAccount } from './server-account.js';

/**
 * Whether there is a cluster that these programs can run. Changes nothing.
 * @throws Error in one line when another major version of PostgreSQL made it, when it belongs to somebody else and only
 *         root could change that, or when it is no cluster at all.
 */
export async function clusterExists(
  cluster: string,
  major: string,
  account: ServerAccount | undefined,
): Promise<boolean> {
  const owner = (await unlessCode(stat(cluster), 'ENOENT'))?.uid;
  if (owner === undefined) return false;
  if (!account && owner !== (process.getuid?.() ?? owner))
    throw new Error(`${cluster} belongs to user id ${owner}: run Remit as that user or as root.`);
  const version = (await unlessCode(readFile(join(cluster, 'PG_VERSION'), 'utf8'), 'ENOENT'))?.trim();
  if (version === major) return true;
  if (version !== undefined)
    throw new Error(
      `${cluster} was made by PostgreSQL ${version}, and this is ${major}, which cannot read it: dump it with the version of Remit that made it, move the folder away, start, and restore the dump.`,
    );
  if ((await readdir(cluster)).length > 0)
    throw new Error(`${cluster} is not empty and not a PostgreSQL cluster: move it away.`);
  return false;
}

/**
 * Makes a cluster in which every connection needs a password. It is made beside its place and moved there when it is
 * complete, so that a kill at any moment leaves either the whole cluster or none.
 *
 * @throws Error with initdb's own explanation.
 */
export async function createCluster(
  cluster: string,
  password: string,
  binaries: Binaries,
  account: ServerAccount | undefined,
  log: (line: string) => void,
): Promise<void> {
  log(`Creating the database in ${cluster}.`);
  const home = dirname(cluster);
  for (const name of await readdir(home)) if (name.startsWith('postgres-initdb-')) await remove(join(home, name));
  const workplace = join(home, `postgres-initdb-${process.pid}`);
  await mkdir(workplace, { mode: 0o700 });
  try {
    const passwordFile = join(workplace, 'password');
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    if (account) for (const path of [passwordFile, workplace]) await chown(path, account.uid, account.gid);
    const made = join(workplace, 'cluster');
    await runProgram(binaries.initdb, ['--pgdata', made, '--pwfile', passwordFile, ...INITDB], account);
    await rm(passwordFile);
    await rename(made, cluster);
    await syncFolder(home);
  } finally {
    await remove(workplace);
  }
}

/** The built-in locale sorts and folds case alike on every machine; the operating system's changes with its libc. */
const INITDB = [
  `--username=${ADMINISTRATOR}`,
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--data-checksums',
  '--set=timezone=UTC',
  '--set=log_timezone=UTC',
];

/** An initdb that outlived a killed run may still be writing there; it fails as soon as its folder is gone. */
const remove = (path: string): Promise<void> => rm(path, { recursive: true, force: true, maxRetries: 10 });

/** Gives the cluster to the account, which was another when Remit ran as somebody else or on another machine. */
export async function giveCluster(cluster: string, { uid, gid }: ServerAccount): Promise<void> {
  if ((await stat(cluster)).uid === uid) return;
  for (const entry of await readdir(cluster, { recursive: true })) await lchown(join(cluster, entry), uid, gid);
  // Last, so that a kill in between is noticed at the next start.
  await chown(cluster, uid, gid);
}
