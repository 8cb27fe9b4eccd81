import { writeFile } from 'node:fs/promises';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { findBinaries } from '../../src/platform/administration/embedded/binaries.js';
import { giveCluster } from '../../src/platform/administration/embedded/cluster.js';
import { choosePort } from '../../src/platform/administration/embedded/port.js';
import { serverAccount } from '../../src/platform/administration/embedded/server-account.js';
import { ServerLog } from '../../src/platform/administration/embedded/server-log.js';
import { spawnServer, type ServerProcess } from '../../src/platform/administration/embedded/server-process.js';
import { serverArguments } from '../../src/platform/administration/embedded/server-settings.js';
import { eventually } from './eventually.js';
import { query } from './embedded-servers.js';

const portOf = (url: string): number => Number(new URL(url).port);

/** Where a server answers. */
const at = (url: string, port: number): string => {
  const other = new URL(url);
  other.port = `${port}`;
  return other.toString();
};

/**
 * A hot standby that follows a server.
 * @param dataDir a copy of the server's, made while that was stopped
 * @param primary where the server answers now
 * @throws Error with the last lines of the standby's log when it ends before it answers
 */
export async function startStandby(dataDir: string, primary: string): Promise<{ url: string; server: ServerProcess }> {
  const path = join(dataDir, 'postgres');
  await writeFile(join(path, 'standby.signal'), '');
  const account = await serverAccount();
  if (account) await giveCluster(path, account);
  const { password, username, port } = new URL(primary);
  const binaries = await findBinaries(dataDir, account, () => undefined);
  const log = await ServerLog.open(join(dataDir, 'postgres.log'));
  const own = await choosePort(dataDir);
  const primary_conninfo = `host=127.0.0.1 port=${port} user=${username} password=${password}`;
  const args = serverArguments({ path, name: 'standby' }, own, { primary_conninfo, hot_standby: 'on' });
  const server = spawnServer(binaries.postgres, args, account, log);
  const url = at(primary, own);
  const answers = (): Promise<boolean> => query(url, 'SELECT 1').then(() => true, () => false); // prettier-ignore
  try {
    const ended = server.exited.then(async (reason) => `it ended (${reason}):\n${await log.tail()}`);
    const why = await Promise.race([ended, eventually(answers, Boolean, 60_000)]);
    if (typeof why === 'string') throw new Error(`The standby did not start: ${why}`);
    return { url, server };
  } catch (error) {
    await server.stop();
    throw error;
  } finally {
    await log.close();
  }
}

/** An address that leads to one server now and to another later, as a load balancer before two does. */
export class Switch {
  private readonly sockets = new Set<Socket>();
  private constructor(
    private readonly server: Server,
    private target: number,
  ) {}

  static async to(url: string): Promise<Switch> {
    const server = createServer();
    const made = new Switch(server, portOf(url));
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
  lead(url: string): void {
    this.target = portOf(url);
    for (const socket of this.sockets) socket.destroy();
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }
}
