import type pg from 'pg';

/**
 * Statements of one transaction. They are sent without waiting for the answers before them, and the server takes them
 * in order: a round trip each cost an event applied by itself more than the statement did.
 */
export class Transaction {
  private readonly unanswered: Promise<void>[] = [];
  private firstFault: Error | undefined;

  constructor(private readonly client: pg.PoolClient) {}

  /** If it fails, nothing can be committed, whether or not the fault is caught. */
  async query<Row extends pg.QueryResultRow>(statement: pg.QueryConfig | string): Promise<pg.QueryResult<Row>> {
    try {
      return await this.client.query<Row>(statement);
    } catch (error) {
      this.firstFault ??= error as Error;
      throw error;
    }
  }

  /** Sends a statement whose answer nobody waits for. If it fails, `answered` says so and nothing can be committed. */
  send(statement: pg.QueryConfig | string, answered?: (result: pg.QueryResult) => void): void {
    const answer = this.client.query(statement).then(answered, (error: unknown) => {
      // Every later one fails because of the first.
      this.firstFault ??= error as Error;
    });
    this.unanswered.push(answer);
  }

  /** Ends the transaction. @throws the first fault of a statement, and nothing was committed */
  async commit(): Promise<void> {
    // What failed before it was sent, because a value of it cannot be, is known by now: the server knows nothing of it
    // and would commit the rest. Of a transaction in which a statement failed, the server itself makes a rollback.
    if (this.firstFault === undefined) this.send('COMMIT');
    await this.answered();
  }

  /** @throws the first fault of what was sent since the last call; after it, the fault given counts for nothing */
  async answered(fault?: unknown): Promise<void> {
    await Promise.all(this.unanswered.splice(0));
    const first = this.firstFault ?? fault;
    this.firstFault = undefined;
    if (first !== undefined) throw first as Error;
  }
}
