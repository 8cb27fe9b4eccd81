import pg from 'pg';
import { takePauseLock } from '../../../src/platform/messaging/pause-lock.js';
import { eventually } from '../eventually.js';
import { cloneDatabase, type TestDatabase } from '../database.js';
import { probeDeclarations } from './declarations.js';
import { Hold } from './hold.js';
import { type ECHOES, type LIST, ProbeProcess } from './probe-process.js';

interface HeldLock {
  /** Resolves when somebody waits at it. */
  waited(): Promise<unknown>;
  release(): Promise<void>;
}

/** A database with the probe's modules, the processes on it, and an administrator who may look and meddle. */
export class ProbeDatabase {
  private readonly processes: ProbeProcess[] = [];
  private readonly holds: Hold[] = [];
  private readonly heldLocks: HeldLock[] = [];

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

  /** Pauses or resumes as the platform does for an operator: effective when this resolves. */
  async setPaused(name: string, paused: boolean): Promise<void> {
    await this.sql(`SELECT bus.set_paused($1, $2, 'test', 'otto', clock_timestamp())`, [name, paused]);
    await this.sql(takePauseLock(name));
  }

  /** Holds a consumer's pause lock exclusively until released, so that each of its batches waits. */
  async holdPauseLock(name: string): Promise<HeldLock> {
    const client = new pg.Client({ connectionString: this.database.url });
    client.on('error', () => undefined);
    await client.connect();
    await client.query(`BEGIN; ${takePauseLock(name)}`);
    const waiting = `pg_locks WHERE locktype = 'advisory' AND NOT granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
    const lock = {
      waited: () =>
        eventually(
          () => this.count(waiting),
          (count) => count > 0,
        ),
      release: () => client.end(),
    };
    this.heldLocks.push(lock);
    return lock;
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

  /** Ends every process and takes everything away that was written, for the next test. */
  async clear(): Promise<void> {
    await this.end();
    const schemas = probeDeclarations().map(({ database: { schema } }) => schema);
    const [tables] = await this.sql<{ list: string }>(
      `SELECT string_agg(format('%I.%I', schemaname, tablename), ', ') AS list FROM pg_tables
       WHERE schemaname = ANY ($1) AND tablename NOT IN ('schema_migration', 'projection_slot')`,
      [schemas],
    );
    await this.sql(`TRUNCATE ${tables?.list ?? ''}`);
    await this.sql(
      `UPDATE mirror.projection_slot SET active_slot = 'a', version = 1, rebuild_job = NULL, rebuild_version = NULL`,
    );
  }

  async drop(): Promise<void> {
    await this.end();
    await this.administrator.end();
    await this.database.drop();
  }

  /** Lets go whatever a failed test still holds, so that it fails alone. */
  private async end(): Promise<void> {
    for (const hold of this.holds.splice(0)) hold.release();
    await Promise.all(this.heldLocks.splice(0).map((lock) => lock.release()));
    await Promise.all(this.processes.splice(0).map((process) => process.close()));
  }
}
