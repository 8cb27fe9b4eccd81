import type pg from 'pg';
import { slotTable, type Slot } from '../ownership/slots.js';
import type { Statement } from '../database/statement.js';
import type { Transaction } from '../database/transaction.js';

/** The consumer's own transaction: effects written here are committed with the offset, or not at all. */
export class ProjectionTransaction {
  /** Rows that a stale version would have touched; counted, never applied. Complete when the batch is committed. */
  stale = 0;

  /** @param slot where the projection's rows are written; absent where there is but one place for them */
  constructor(
    private readonly transaction: Transaction,
    /** The application's clock when the batch was taken up. */
    readonly now: Date,
    private readonly slot?: Slot,
  ) {}

  /** The name by which to write to a table of the projection, and to read what was written there before. */
  table(declared: string): string {
    return this.slot ? slotTable(declared, this.slot) : declared;
  }

  async query<Row extends pg.QueryResultRow>(statement: Statement): Promise<Row[]> {
    return (await this.transaction.query<Row>(this.named(statement))).rows;
  }

  /** Writes without waiting for the answer, which is several times as fast event by event. A fault fails the batch. */
  write(statement: Statement): void {
    this.transaction.send(this.named(statement));
  }

  /** Writes rows that remember a version per source; whatever is not newer than the row is counted as stale. */
  upsert(statement: Statement, rows: number): void {
    this.transaction.send(this.named(statement), ({ rowCount }) => {
      this.stale += rows - (rowCount ?? 0);
    });
  }

  /** A connection remembers a statement's text by its name, and the text holds the slot. */
  private named(statement: Statement): Statement {
    return this.slot && statement.name ? { ...statement, name: `${statement.name}_${this.slot}` } : statement;
  }
}
