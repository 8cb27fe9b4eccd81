import pg from 'pg';
import type { ModuleDatabase } from '../database/module-database.js';

const CHANNEL = 'remit_log';
/** NOTIFY takes a lock that every committing transaction waits for: one for many commits, on its own connection. */
const COALESCE_MS = 10;
const RECONNECT_MS = 1_000;

/** Tells the other processes on this database that something was committed, and hears it from them. */
export class Neighbours {
  private client: pg.Client | undefined;
  private telling: NodeJS.Timeout | undefined;
  private reconnecting: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly bus: ModuleDatabase,
    private readonly heard: () => void,
  ) {}

  async start(): Promise<void> {
    const { connectionString } = this.bus.pool.options;
    const client = new pg.Client({ connectionString, application_name: 'remit neighbours' });
    client.on('notification', this.heard);
    client.on('error', () => {
      this.lost();
    });
    client.on('end', () => {
      this.lost();
    });
    await client.connect();
    await client.query(`LISTEN ${CHANNEL}`);
    this.client = client;
  }

  /** The poll still finds everything when telling fails: this only makes it quicker. */
  tell(): void {
    this.telling ??= setTimeout(() => {
      this.telling = undefined;
      this.client?.query(`NOTIFY ${CHANNEL}`).catch(() => undefined);
    }, COALESCE_MS);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.telling);
    clearTimeout(this.reconnecting);
    await this.client?.end();
  }

  private lost(): void {
    this.client = undefined;
    if (this.stopped || this.reconnecting) return;
    this.reconnecting = setTimeout(() => {
      this.reconnecting = undefined;
      this.start().catch(() => {
        this.lost();
      });
    }, RECONNECT_MS);
  }
}
