import type pg from 'pg';
import type { Statement } from '../database/statement.js';
import type { Transaction } from '../database/transaction.js';

/** The consumer's own transaction: effects written here are committed with the offset, or not at all. */
export class ProjectionTransaction {
  /** Rows that a stale version would have touched; counted, never applied. Complete when the batch is committed. */
  stale = 0;

  constructor(
    private readonly transaction: Transaction,
    /** The application's clock when the batch was taken up. */
    readonly now: Date,
  ) {}

  async query<Row extends pg.QueryResultRow>(statement: Statement): Promise<Row[]> {
    return (await this.transaction.query<Row>(statement)).rows;
  }

  /** Writes without waiting for the answer, which is several times as fast event by event. A fault fails the batch. */
  write(statement: Statement): void {
    this.transaction.send(statement);
  }

  /** Writes rows that remember a version per source; whatever is not newer than the row is counted as stale. */
  upsert(statement: Statement, rows: number): void {
    this.transaction.send(statement, ({ rowCount }) => {
      this.stale += rows - (rowCount ?? 0);
    });
  }
}
