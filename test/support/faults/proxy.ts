import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Messages, Statements } from './wire.js';

interface Ambush {
  matches(sql: string): boolean;
  sprung(): void;
  refuseFor: number;
}

/**
 * Stands between the application and PostgreSQL, and cuts. It can let a statement through to the server, wait until
 * the server has answered that it is done, and cut before a byte of that answer gets back.
 */
export class DatabaseProxy {
  private readonly pairs = new Set<[Socket, Socket]>();
  private ambush: Ambush | undefined;
  private refusing = false;

  private constructor(
    private readonly server: Server,
    private target: number,
  ) {
    server.on('connection', (client: Socket) => this.join(client));
  }

  static async to(port: number): Promise<DatabaseProxy> {
    const server = createServer();
    const proxy = new DatabaseProxy(server, port);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  leadTo(port: number): void {
    this.target = port;
  }

  /** Ends every connection where it stands. @returns how many */
  cutAll(): number {
    const { size } = this.pairs;
    for (const pair of this.pairs) this.cut(pair);
    return size;
  }

  /**
   * Cuts the next connection whose statement matches, when the server has done it and before the client hears so.
   * @param refuseFor milliseconds for which nobody can connect afterwards
   */
  async cutAfter(matches: (sql: string) => boolean, refuseFor = 0): Promise<void> {
    await new Promise<void>((sprung) => {
      this.ambush = { matches, sprung, refuseFor };
    });
  }

  async close(): Promise<void> {
    this.cutAll();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(client: Socket): void {
    if (this.refusing) {
      client.destroy();
      return;
    }
    const server = connect(this.target, '127.0.0.1');
    const pair: [Socket, Socket] = [client, server];
    this.pairs.add(pair);
    for (const socket of pair) {
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => this.cut(pair));
    }
    const statements = new Statements();
    const asked = new Messages(true);
    const answered = new Messages(false);
    /** How often the client has asked to hear that the server is ready, and how often the server said so. */
    let syncs = 0;
    let ready = 0;
    let caught: { ambush: Ambush; answeredBy: number; kept: Buffer[] } | undefined;
    client.on('data', (piece: Buffer) => {
      for (const message of asked.take(piece)) {
        if (['', 'Q', 'S'].includes(message.letter)) syncs += 1;
        const sql = statements.runBy(message);
        if (sql === undefined || !this.ambush?.matches(sql)) continue;
        caught = { ambush: this.ambush, answeredBy: message.letter === 'Q' ? syncs : syncs + 1, kept: [] };
        this.ambush = undefined;
      }
      server.write(piece);
    });
    server.on('data', (piece: Buffer) => {
      let refused = false;
      for (const { letter } of answered.take(piece)) {
        if (letter === 'E' && caught && ready < caught.answeredBy) refused = true;
        if (letter === 'Z') ready += 1;
      }
      if (!caught) {
        client.write(piece);
        return;
      }
      caught.kept.push(piece);
      if (refused) {
        // Nothing was committed: lie in wait for the next one.
        this.ambush = caught.ambush;
        for (const kept of caught.kept) client.write(kept);
        caught = undefined;
      } else if (ready >= caught.answeredBy) {
        this.refuse(caught.ambush.refuseFor);
        this.cut(pair);
        caught.ambush.sprung();
      }
    });
  }

  /** Those who are connected go too: whoever asks at once what became of it gets no answer. */
  private refuse(milliseconds: number): void {
    if (milliseconds === 0) return;
    this.refusing = true;
    this.cutAll();
    setTimeout(() => {
      this.refusing = false;
    }, milliseconds);
  }

  private cut(pair: [Socket, Socket]): void {
    this.pairs.delete(pair);
    for (const socket of pair) socket.destroy();
  }
}

/** What commits a command, a reaction, and a batch of a projection, into a reaction's inbox or of several reactions. */
export const COMMITS = {
  'a command': (sql: string) => sql.includes('INSERT INTO bus.outbox_event') && sql.includes('idempotency_record'),
  'a reaction': (sql: string) => sql.includes('INSERT INTO bus.outbox_event') && sql.includes('UPDATE inbox_event'),
  'a batch': (sql: string) => sql === 'COMMIT',
} as const;
