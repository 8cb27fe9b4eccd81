import type { ModuleDatabase } from '../database/module-database.js';
import type { Transaction } from '../database/transaction.js';
import type { Start } from '../ownership/declaration.js';
import { BEGINNING, type Cursor } from './log-reader.js';
import { isRebuilding } from './projection-slot.js';
import { SERVER_RUN } from './server-run.js';

/** Seconds, by the database's clock: how long a consumer stays with a process that says nothing. */
const LEASE_SECONDS = 6;
/** How often to poll a lease that another process holds, when nobody notifies this one that it was released. */
const LEASE_POLL_MS = 1_000;

/** Another process holds the consumer now, or the server has crashed: what was about to be committed must not be. */
export class LeaseLost extends Error {}

/** Delivery to this consumer, or all delivery, is paused: nothing was committed. */
export class Paused extends Error {}

export const LEASE_LOST = 'REMIT_LEASE_LOST';
export const PAUSED = 'REMIT_PAUSED';

export interface Lease {
  epoch: string;
  cursor: Cursor;
  /** Everything committed before this moment has been applied. */
  watermark: Date;
  /** The run of the server in which it was acquired: what was stored before a crash may be gone after it. */
  run: string;
}

/**
 * A consumer's stored offset, and the lease of the process that may move it: what `Consumer` says is stored. A process
 * that was frozen and comes back finds another epoch and cannot commit. Leases instead of session locks, which leak
 * behind a connection pooler.
 */
export class ConsumerOffset {
  private nextPoll = 0;
  private run = '';
  private rebuilding = false;

  constructor(
    private readonly database: ModuleDatabase,
    private readonly consumer: string,
    private readonly holder: string,
    private readonly starts: Start = 'beginning',
    /** Whose pause stops it, where that is another than itself. */
    private readonly paused = consumer,
  ) {}

  /** Whether the consumer's rows were being made anew when this was last written. */
  get isRebuilding(): boolean {
    return this.rebuilding;
  }

  /**
   * Gives a new consumer its offset; one that has an offset keeps it. Of replicas that start at once the first decides.
   * What starts at its deployment has then seen whatever is visible now, and nothing of what is still in progress.
   */
  async establish(): Promise<void> {
    await this.database.query({
      text: `INSERT INTO consumer_offset (consumer_name, snapshot)
             VALUES ($1, coalesce($2, pg_current_snapshot()::text)) ON CONFLICT DO NOTHING`,
      values: [this.consumer, this.starts === 'beginning' ? BEGINNING.snapshot : null],
    });
  }

  /**
   * Acquires the lease if nobody holds it.
   * @param alone this process is known to be the only one, so that what a killed one left behind counts for nothing
   */
  async acquire(alone: boolean): Promise<Lease | undefined> {
    if (Date.now() < this.nextPoll) return undefined;
    const leaseMs = await this.leaseOfAnother();
    if (leaseMs === undefined) await this.establish();
    else if (leaseMs > 0 && !alone) {
      this.nextPoll = Date.now() + Math.min(leaseMs, LEASE_POLL_MS);
      return undefined;
    }
    const [row] = await this.database.query<{
      epoch: string;
      snapshot: string;
      until_snapshot: string | null;
      position: string | null;
      watermark: Date | null;
      run: string;
      rebuilding: boolean;
    }>({
      name: 'offset_acquire',
      text: `UPDATE consumer_offset SET holder = $2, epoch = epoch + 1,
               lease_until = clock_timestamp() + make_interval(secs => $3)
             WHERE consumer_name = $1 AND (lease_until IS NULL OR lease_until < clock_timestamp() OR holder = $2 OR $4)
             RETURNING epoch, snapshot, until_snapshot, position, watermark, ${SERVER_RUN} AS run,
               ${isRebuilding('$1')} AS rebuilding`,
      values: [this.consumer, this.holder, LEASE_SECONDS, alone],
    });
    if (!row) return undefined;
    const { epoch, snapshot, until_snapshot: until, position } = row;
    const cursor = until === null ? { snapshot } : { snapshot, until, position: position ?? '0' };
    this.run = row.run;
    this.rebuilding = row.rebuilding;
    return { epoch, cursor, watermark: row.watermark ?? new Date(0), run: row.run };
  }

  /** Some lease was released: poll at once whether it is this one. */
  pollNow(): void {
    this.nextPoll = 0;
  }

  /**
   * A candidate writes nothing. What it reads decides nothing: the statement that acquires the lease checks again.
   * @returns milliseconds until the lease may be acquired; undefined when nobody has ever held it
   */
  private async leaseOfAnother(): Promise<number | undefined> {
    const [row] = await this.database.query<{ left: number }>({
      name: 'offset_lease',
      text: `SELECT CASE WHEN holder = $2 THEN 0 ELSE
               ceil(1000 * greatest(0, extract(epoch FROM lease_until - clock_timestamp())))::int END AS left
             FROM consumer_offset WHERE consumer_name = $1`,
      values: [this.consumer, this.holder],
    });
    return row?.left;
  }

  /** Extends the lease, and notes how far the consumer is although it had nothing to apply. */
  async renew(epoch: string, cursor: Cursor, watermark: Date): Promise<boolean> {
    const [renewed] = await this.database.query<{ rebuilding: boolean }>({
      name: 'offset_renew',
      text: `UPDATE consumer_offset SET lease_until = clock_timestamp() + make_interval(secs => $3), snapshot = $4,
               until_snapshot = $5, position = $6, watermark = $7
             WHERE consumer_name = $1 AND epoch = $2 AND ${SERVER_RUN} = $8
             RETURNING ${isRebuilding('$1')} AS rebuilding`,
      values: [this.consumer, epoch, LEASE_SECONDS, ...placeOf(cursor), watermark, this.run],
    });
    this.rebuilding = renewed?.rebuilding ?? this.rebuilding;
    return renewed !== undefined;
  }

  /** Keeps a lease that has not ended while a batch takes long. The offset is moved by the batch alone. */
  async extend(epoch: string): Promise<void> {
    await this.database.query({
      name: 'offset_extend',
      text: `UPDATE consumer_offset SET lease_until = clock_timestamp() + make_interval(secs => $3)
             WHERE consumer_name = $1 AND epoch = $2 AND lease_until > clock_timestamp() AND ${SERVER_RUN} = $4`,
      values: [this.consumer, epoch, LEASE_SECONDS, this.run],
    });
  }

  /** Releases the lease, so that another process need not wait for its end. */
  async release(epoch: string, cursor: Cursor, watermark: Date): Promise<void> {
    if (!(await this.renew(epoch, cursor, watermark))) return;
    await this.database.query({
      text: 'UPDATE consumer_offset SET lease_until = NULL, holder = NULL WHERE consumer_name = $1 AND epoch = $2',
      values: [this.consumer, epoch],
    });
  }

  /**
   * Moves the offset inside the transaction that applies the events. That fails, as `whyNotMoved` tells, when delivery
   * to this consumer is paused, another process holds it, or the server has crashed since the lease was acquired.
   */
  move(transaction: Transaction, epoch: string, cursor: Cursor, watermark: Date): void {
    const statement = {
      name: 'offset_move',
      text: `WITH moved AS (
               UPDATE consumer_offset SET lease_until = clock_timestamp() + make_interval(secs => $3), snapshot = $4,
                 until_snapshot = $5, position = $6, watermark = $7
               WHERE consumer_name = $1 AND epoch = $2 AND ${SERVER_RUN} = $8 RETURNING 1
             )
             SELECT bus.require(EXISTS (SELECT 1 FROM moved), '${LEASE_LOST}'),
               bus.require(NOT EXISTS (SELECT 1 FROM bus.control WHERE paused AND name IN ('relay', $9)), '${PAUSED}'),
               ${isRebuilding('$1')} AS rebuilding`,
      values: [this.consumer, epoch, LEASE_SECONDS, ...placeOf(cursor), watermark, this.run, this.paused],
    };
    const at = { consumer: this.consumer, epoch, transaction };
    this.database.faults.reach('before the offset is moved', at);
    transaction.send(statement, ({ rows: [moved] }) => {
      this.rebuilding = (moved as { rebuilding: boolean }).rebuilding;
      this.database.faults.reach('after the offset is moved', at);
    });
  }

  /** Passes the point of a refusal, if that is why a batch was not committed. */
  noteRefusal(fault: unknown): void {
    if (!(fault instanceof LeaseLost)) return;
    this.database.faults.reach('after the offset is refused', { consumer: this.consumer });
  }

  /** Keeps the offset where it is until the transaction ends. That fails when another process holds the consumer. */
  hold(transaction: Transaction, epoch: string): void {
    transaction.send({
      name: 'offset_hold',
      text: `WITH held AS (SELECT 1 FROM consumer_offset WHERE consumer_name = $1 AND epoch = $2 FOR SHARE)
             SELECT bus.require(EXISTS (SELECT 1 FROM held), '${LEASE_LOST}')`,
      values: [this.consumer, epoch],
    });
  }
}

/** The fault of a transaction in which the offset was to be moved: LeaseLost, Paused, or the one given. */
export function whyNotMoved(fault: unknown): unknown {
  const { message } = (fault ?? {}) as { message?: unknown };
  if (message === LEASE_LOST) return new LeaseLost();
  return message === PAUSED ? new Paused() : fault;
}

const placeOf = ({ snapshot, until, position }: Cursor): [string, string | null, string | null] => [
  snapshot,
  until ?? null,
  position ?? null,
];
