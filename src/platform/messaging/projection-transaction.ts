import type pg from 'pg';
import type { Statement } from '../database/module-database.js';

/** The consumer's own transaction: effects written here are committed with the offset, or not at all. */
export class ProjectionTransaction {
  /** Rows that a stale version would have touched; counted, never applied. */
  stale = 0;

  constructor(
    private readonly client: pg.PoolClient,
    /** The application's clock when the batch was taken up. */
    readonly now: Date,
  ) {}

  async query<Row extends pg.QueryResultRow>(statement: Statement): Promise<Row[]> {
    return (await this.client.query<Row>(statement)).rows;
  }

  /** Writes rows that remember a version per source; whatever is not newer than the row is counted as stale. */
  async upsert(statement: Statement, rows: number): Promise<void> {
    const { rowCount } = await this.client.query(statement);
    this.stale += rows - (rowCount ?? 0);
  }
}
