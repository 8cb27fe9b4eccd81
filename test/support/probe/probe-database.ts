import pg from 'pg';
import { eventually } from '../eventually.js';
import { cloneDatabase, type TestDatabase } from '../database.js';
import { probeDeclarations } from './declarations.js';
import { Hold } from './hold.js';
import { type ECHOES, type LIST, ProbeProcess } from './probe-process.js';

/** A database with the probe's modules, the processes on it, and an administrator who may look and meddle. */
export class ProbeDatabase {
  private readonly processes: ProbeProcess[] = [];
  private readonly holds: Hold[] = [];

  private constructor(
    readonly database: TestDatabase,
    private readonly administrator: pg.Pool,
  ) {}

  static async clone(): Promise<ProbeDatabase> {
    const database = await cloneDatabase(probeDeclarations(), 'remit_probe_template');
    const administrator = new pg.Pool({ connectionString: database.url, max: 3 });
    // Dropping the database ends idle connections too.
    administrator.on('error', () => undefined);
    return new ProbeDatabase(database, administrator);
  }

  async process(): Promise<ProbeProcess> {
    const process = await ProbeProcess.open(this.database);
    this.processes.push(process);
    return process;
  }

  /** A place for a handler to wait at; it is released at the end, whatever became of the test. */
  hold(): Hold {
    const hold = new Hold();
    this.holds.push(hold);
    return hold;
  }

  /** As the administrator, who may do anything. */
  async sql<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.administrator.query<Row>(text, values)).rows;
  }

  async count(fromAndWhere: string, values: unknown[] = []): Promise<number> {
    const [row] = await this.sql<{ count: number }>(`SELECT count(*)::int AS count FROM ${fromAndWhere}`, values);
    return row?.count ?? 0;
  }

  /** A connection of its own as one of the modules, for transactions that a test holds open. */
  async connectAs(module: string): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.database.connections.get(module) });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  /** What the projection made of each gadget: how many events, and their versions in the order of application. */
  async rows(): Promise<Map<string, number[]>> {
    const rows = await this.sql<{ id: string; versions: number[] }>(
      'SELECT gadget_id AS id, versions FROM mirror.gadget_row',
    );
    return new Map(rows.map(({ id, versions }) => [id, versions]));
  }

  /** The versions that the reaction echoed for each gadget, in the order of writing. */
  async echoes(): Promise<Map<string, number[]>> {
    const rows = await this.sql<{ id: string; versions: number[] }>(
      'SELECT gadget_id AS id, array_agg(gadget_version ORDER BY written) AS versions FROM mirror.echo GROUP BY 1',
    );
    return new Map(rows.map(({ id, versions }) => [id, versions]));
  }

  /** Waits until a consumer has handled this many events. */
  async handled(consumer: typeof LIST | typeof ECHOES, events: number): Promise<void> {
    await eventually(
      () => this.count(`mirror.inbox_event WHERE consumer_name = $1 AND status = 'PROCESSED'`, [consumer]),
      (count) => count === events,
    );
  }

  async drop(): Promise<void> {
    for (const hold of this.holds) hold.release();
    await Promise.all(this.processes.map((process) => process.close()));
    await this.administrator.end();
    await this.database.drop();
  }
}
