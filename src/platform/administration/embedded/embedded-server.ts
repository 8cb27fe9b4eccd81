import { join } from 'node:path';
import { findBinaries } from './binaries.js';
import { identityOf } from './cluster-identity.js';
import { clusterExists, createCluster, giveCluster } from './cluster.js';
import { ADMINISTRATOR, newPassword, readPasswords, storePassword } from './credentials-file.js';
import { lockFolder } from './instance-lock.js';
import { endOrphans } from './orphans.js';
import { makeFolder, placeOf } from './placement.js';
import { serverAccount } from './server-account.js';
import { serverArguments } from './server-settings.js';
import { startOnFreePort } from './start-on-free-port.js';

export { InstanceRunningError } from './instance-lock.js';

export interface EmbeddedServer {
  /** The administrator's connection: a superuser, over TCP on 127.0.0.1, to the database `remit`. */
  url: string;
  port: number;
  /** True when the cluster was made by this start. */
  created: boolean;
  /** Ends the server and frees the data folder. May be called again, and after the server ended by itself. */
  stop(): Promise<void>;
  /** Resolves with the reason when the server ends without `stop()`; otherwise never. */
  ended: Promise<string>;
}

export interface EmbeddedServerOptions {
  /** Made if missing; holds the cluster, its credentials, its log and the lock. */
  dataDir: string;
  /** PostgreSQL settings by name, over ours. */
  settings?: Readonly<Record<string, string>>;
  /** Gets a line for whatever the operator should know. Never a secret. */
  log?: (line: string) => void;
}

/**
 * Starts a PostgreSQL of our own on the data folder, with nothing installed but this package, and resolves when the
 * administrator can connect. What was committed before a kill of whatever processes is there again. As root the server
 * runs as an unprivileged account of the machine.
 *
 * @throws InstanceRunningError when another living process uses the folder. Processes of other containers that share
 *         the folder cannot be seen: a data folder belongs to one container at a time.
 * @throws Error that says what to do when the folder, the platform or the cluster's version does not allow a start.
 */
export async function startEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const log = options.log ?? (() => undefined);
  const account = await serverAccount();
  const dataDir = await makeFolder(options.dataDir, account);
  const home = await placeOf(dataDir, account, log);
  const unlock = await lockFolder(home);
  try {
    const binaries = await findBinaries(home, account, log);
    const path = join(home, 'postgres');
    const created = !(await clusterExists(path, binaries.major, account));
    const passwords = await passwordsFor(dataDir, path, created);
    if (created) await createCluster(path, passwords[0] ?? '', binaries, account, log);
    if (account) await giveCluster(path, account);
    const cluster = await identityOf(path);
    await endOrphans(cluster, log);
    const {
      process: server,
      port,
      password,
    } = await startOnFreePort((wanted) => serverArguments(cluster, wanted, options.settings), {
      dataDir,
      program: binaries.postgres,
      account,
      passwords,
      cluster: path,
    });
    if (passwords.length > 1) await storePassword(dataDir, password);
    let stopped: Promise<void> | undefined;
    const stop = async (): Promise<void> => {
      try {
        await server.stop();
        await endOrphans(cluster, log);
      } finally {
        await unlock();
      }
    };
    return {
      url: `postgresql://${ADMINISTRATOR}:${password}@127.0.0.1:${port}/remit`,
      port,
      created,
      stop: () => (stopped ??= stop()),
      ended: new Promise((resolve) => {
        void server.exited.then((reason) => {
          if (!stopped) resolve(`PostgreSQL ended by itself (${reason}); see ${join(dataDir, 'postgres.log')}.`);
        });
      }),
    };
  } catch (error) {
    await unlock();
    throw error;
  }
}

async function passwordsFor(dataDir: string, cluster: string, created: boolean): Promise<string[]> {
  const known = await readPasswords(dataDir);
  if (known.length > 0) return known;
  if (created) {
    const password = newPassword();
    await storePassword(dataDir, password);
    return [password];
  }
  throw new Error(
    `${join(dataDir, 'credentials.json')} is missing, and ${cluster} cannot be opened without it: restore it from a backup.`,
  );
}
