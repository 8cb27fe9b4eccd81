import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';

/**
 * Stands between the application and its database and counts round trips by login: whenever a client speaks after the
 * server has. Nothing in the application knows of it.
 */
export class RoundTrips {
  private readonly counts = new Map<string, number>();
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async before(url: string): Promise<RoundTrips> {
    const target = new URL(url);
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const through = new URL(url);
    through.port = String((server.address() as AddressInfo).port);
    const trips = new RoundTrips(server, through.toString());
    server.on('connection', (client) => {
      trips.relay(client, connect(Number(target.port), target.hostname));
    });
    return trips;
  }

  of(login: string): number {
    return this.counts.get(login) ?? 0;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private relay(client: Socket, server: Socket): void {
    let login: string | undefined;
    let serverSpokeLast = true;
    client.on('data', (data) => {
      login ??= /user\0([^\0]+)\0/.exec(data.toString('latin1'))?.[1];
      if (serverSpokeLast && login) this.counts.set(login, this.of(login) + 1);
      serverSpokeLast = false;
      server.write(data);
    });
    server.on('data', (data) => {
      serverSpokeLast = true;
      client.write(data);
    });
    for (const [one, other] of [[client, server], [server, client]] as const) {
      this.sockets.add(one);
      one.setNoDelay(true);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        this.sockets.delete(one);
        other.destroy();
      });
    } // prettier-ignore
  }
}
