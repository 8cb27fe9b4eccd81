import { cp, writeFile } from 'node:fs/promises';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { findBinaries } from '../../src/platform/database/embedded/binaries.js';
import { giveCluster } from '../../src/platform/database/embedded/cluster.js';
import { choosePort } from '../../src/platform/database/embedded/port.js';
import { serverAccount } from '../../src/platform/database/embedded/server-account.js';
import { ServerLog } from '../../src/platform/database/embedded/server-log.js';
import { spawnServer, type ServerProcess } from '../../src/platform/database/embedded/server-process.js';
import { serverArguments } from '../../src/platform/database/embedded/server-settings.js';
import { eventually } from './eventually.js';
import { query } from './embedded-servers.js';

/** Where a server answers. */
const at = (url: string, port: number): string => {
  const other = new URL(url);
  other.port = `${port}`;
  return other.toString();
};

/**
 * A hot standby of a server that is stopped: a cold copy of its folder, which follows it once it runs again.
 * @param port at which the primary will answer
 */
export async function standbyOf(
  dataDir: string,
  folder: string,
  url: string,
  port: number,
): Promise<{ url: string; server: ServerProcess }> {
  await cp(join(dataDir, 'postgres'), join(folder, 'postgres'), { recursive: true });
  const path = join(folder, 'postgres');
  await writeFile(join(path, 'standby.signal'), '');
  const account = await serverAccount();
  if (account) await giveCluster(path, account);
  const { password, username } = new URL(url);
  const binaries = await findBinaries(folder, account, () => undefined);
  const log = await ServerLog.open(join(folder, 'postgres.log'));
  const own = await choosePort(folder);
  const primary_conninfo = `host=127.0.0.1 port=${port} user=${username} password=${password}`;
  const args = serverArguments({ path, name: 'standby' }, own, { primary_conninfo, hot_standby: 'on' });
  const server = spawnServer(binaries.postgres, args, account, log);
  const there = at(url, own);
  await eventually(
    () => query(there, 'SELECT pg_is_in_recovery()').catch(() => []),
    ([standby]) => standby === true,
  );
  await log.close();
  return { url: there, server };
}

/** An address that leads to one server now and to another later, as a load balancer before two does. */
export class Switch {
  private readonly sockets = new Set<Socket>();
  private constructor(
    private readonly server: Server,
    private target: number,
  ) {}

  static async to(port: number): Promise<Switch> {
    const server = createServer();
    const made = new Switch(server, port);
    server.on('connection', (from) => {
      const onward = createConnection(made.target, '127.0.0.1');
      for (const [socket, other] of [[from, onward], [onward, from]] as const) {
        made.sockets.add(socket);
        socket.on('error', () => other.destroy());
        socket.on('close', () => {
          made.sockets.delete(socket);
          other.destroy();
        });
        socket.pipe(other);
      }
    }); // prettier-ignore
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return made;
  }

  /** The same connection, by way of this. */
  through(url: string): string {
    return at(url, (this.server.address() as AddressInfo).port);
  }

  /** Cuts whoever is connected; whoever connects from now on gets there. */
  lead(port: number): void {
    this.target = port;
    for (const socket of this.sockets) socket.destroy();
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }
}
