import type { ModuleDatabase } from '../../database/module-database.js';
import { otherSlot, slotTable, type Slot } from '../../ownership/slots.js';
import type { Transaction } from '../../database/transaction.js';
import { BEGINNING } from '../../messaging/log-reader.js';

/** The name under which a rebuild has its offset in the log and what it parked. */
export const replayOf = (consumer: string): string => `${consumer}:rebuild`;

/** Nobody who reads a slot waits longer than this for one that is being emptied. */
const SHORT_LOCK_TIMEOUT = `SET LOCAL lock_timeout = '200ms'`;

interface Row {
  active: Slot;
  rebuild_job: string | null;
  rebuild_version: number | null;
  switched_by: string | null;
}

/** The slots of one projection, as its rebuild changes them. Whoever changes them holds their row until the commit. */
export class RebuildSlots {
  constructor(
    private readonly database: ModuleDatabase,
    readonly consumer: string,
    private readonly projection: string,
  ) {}

  /** What is declared now: the code that runs is what fills the slot. */
  get version(): number {
    return this.database.declaration.projections[this.projection]?.version ?? 0;
  }

  /** The slot that readers do not see. */
  async idle(): Promise<Slot> {
    const { rows } = await this.database.pool.query<{ active: Slot }>(
      'SELECT active_slot AS active FROM projection_slot WHERE projection = $1',
      [this.projection],
    );
    return otherSlot(required(rows[0], this.consumer).active);
  }

  /**
   * Empties the idle slot and goes back to the beginning of the log, unless this job has begun to fill it by this code.
   * @returns false when the job has switched already
   * @throws what the fence throws, and a lock timeout while somebody reads the slot for long (a backup)
   */
  async begin(jobId: string, fence: (transaction: Transaction) => void): Promise<boolean> {
    this.database.faults.reach('before a rebuild begins');
    const begun = await this.database.transaction(async (transaction) => {
      fence(transaction);
      const row = await this.hold(transaction);
      if (row.switched_by === jobId) return false;
      if (row.rebuild_job === jobId && row.rebuild_version === this.version) return true;
      this.empty(transaction, otherSlot(row.active));
      this.forget(transaction);
      // From the clock, so that no process that filled this slot before can take itself for the one that does now.
      transaction.send({
        text: `INSERT INTO consumer_offset (consumer_name, snapshot, epoch) VALUES ($2, $3, 0),
                 ($1, $3, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint) ON CONFLICT DO NOTHING`,
        values: [replayOf(this.consumer), this.consumer, BEGINNING.snapshot],
      });
      transaction.send({
        text: 'UPDATE projection_slot SET rebuild_job = $2, rebuild_version = $3 WHERE projection = $1',
        values: [this.projection, jobId, this.version],
      });
      return true;
    }, SHORT_LOCK_TIMEOUT);
    this.database.faults.reach('after a rebuild has begun');
    return begun;
  }

  /**
   * Gives up the room that the rows took before the switch. Plans of readers are made anew by it: those that were made
   * when the slot was empty would scan all that is in it now.
   */
  async emptyOther(jobId: string): Promise<void> {
    this.database.faults.reach('before the old slot is emptied');
    await this.database.transaction(async (transaction) => {
      const row = await this.hold(transaction);
      if (row.switched_by === jobId && row.rebuild_job === null) this.empty(transaction, otherSlot(row.active));
    }, SHORT_LOCK_TIMEOUT);
    this.database.faults.reach('after the old slot is emptied');
  }

  private async hold(transaction: Transaction): Promise<Row> {
    const { rows } = await transaction.query<Row>({
      text: `SELECT active_slot AS active, rebuild_job, rebuild_version, switched_by FROM projection_slot
             WHERE projection = $1 FOR UPDATE`,
      values: [this.projection],
    });
    return required(rows[0], this.consumer);
  }

  private empty(transaction: Transaction, slot: Slot): void {
    const tables = this.database.declaration.projections[this.projection]?.tables ?? [];
    transaction.send(`TRUNCATE ${tables.map((table) => slotTable(table, slot)).join(', ')}`);
  }

  private forget(transaction: Transaction): void {
    for (const table of ['consumer_offset', 'inbox_event'])
      transaction.send({
        text: `DELETE FROM ${table} WHERE consumer_name = $1`,
        values: [replayOf(this.consumer)],
      });
  }
}

function required<T>(row: T | undefined, consumer: string): T {
  if (!row) throw new Error(`${consumer} has no slots.`);
  return row;
}
