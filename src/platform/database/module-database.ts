import type pg from 'pg';
import { DataSource, type EntityTarget, type ObjectLiteral } from 'typeorm';
import type { Declaration } from '../ownership/declaration.js';
import { CONNECT_WITHIN_MS, explained } from './connected.js';
import { GUARANTEED, type ConnectionBudget } from './connection-budget.js';
import { NO_FAULTS, type FaultPoints } from './fault-points.js';
import { entityOf, findStatement, type Equal } from './find-rows.js';
import { variableOf } from './module-variables.js';
import { isUsableAfter } from './pooled-client.js';
import type { Statement } from './statement.js';
import { renewPasswords } from './renew-passwords.js';
import { Transaction } from './transaction.js';

/** What a request waits for a connection at most, before it is answered that the module is busy. */
const CONNECTION_WITHIN_MS = 5_000;

/**
 * One module's connections, under its own role. TypeORM reads entities through the same pool that the platform
 * writes through: two pools a module would double the connections.
 */
export class ModuleDatabase {
  private constructor(
    readonly declaration: Declaration,
    readonly source: DataSource,
    readonly pool: pg.Pool,
    /** Shared by the modules on the same server. */
    readonly budget: ConnectionBudget,
    readonly faults: FaultPoints,
  ) {}

  /**
   * @param budget of the server that the URL leads to
   * @param renewed how to connect after the password that is known was refused
   */
  static async open(
    declaration: Declaration,
    url: string,
    entities: EntityTarget<ObjectLiteral>[],
    budget: ConnectionBudget,
    renewed?: () => Promise<string | undefined>,
    faults = NO_FAULTS,
  ): Promise<ModuleDatabase> {
    const source = new DataSource({
      type: 'postgres',
      url,
      schema: declaration.database.schema,
      entities: entities as (new () => ObjectLiteral)[],
      synchronize: false,
      logging: false,
      installExtensions: false,
      poolSize: GUARANTEED,
      applicationName: `remit ${declaration.module}`,
      // Pipelined: a statement is sent at once, also behind one that is not yet answered.
      extra: {
        idleTimeoutMillis: 30_000,
        connectionTimeoutMillis: CONNECT_WITHIN_MS,
        Client: faults.client,
        budget: budget.connections,
        pipeline: true,
      },
      // An idle connection that the server ends is replaced at the next use.
      poolErrorHandler: () => undefined,
    });
    await source.initialize().catch((error: unknown) => {
      throw explained(error, variableOf(declaration.module), url);
    });
    const { master: pool } = source.driver as unknown as { master: pg.Pool };
    // A request is answered sooner than a start gives up.
    pool.options.connectionTimeoutMillis = CONNECTION_WITHIN_MS;
    budget.join(pool, declaration.database.weight ?? 1);
    if (renewed) renewPasswords(pool, renewed);
    return new ModuleDatabase(declaration, source, pool, budget, faults);
  }

  async query<Row extends pg.QueryResultRow>(statement: Statement): Promise<Row[]> {
    const client = await this.pool.connect();
    let broken: unknown;
    try {
      return (await client.query<Row>(statement)).rows;
    } catch (error) {
      // The pool's own `query` gives up the connection at every refusal, and the next user pays for another.
      if (!isUsableAfter(error)) broken = error;
      throw error;
    } finally {
      client.release(broken as Error | undefined);
    }
  }

  /** The entities with these values, in no order. */
  async find<T extends ObjectLiteral>(entity: EntityTarget<T>, where: Equal<T>): Promise<T[]> {
    const rows = await this.query(findStatement(this.source, entity, where));
    return rows.map((row) => entityOf(this.source, entity, row));
  }

  /**
   * Runs work in a transaction on one connection; for consumers, whose batch needs more than one statement.
   * @throws what the work throws, or the first fault of a statement
   */
  async transaction<T>(work: (transaction: Transaction) => Promise<T>, opening = ''): Promise<T> {
    const client = await this.pool.connect();
    const transaction = new Transaction(client);
    let broken: Error | undefined;
    const lost = (error: Error): void => {
      broken = error;
    };
    // A connection that ends between two statements fails the next one; unhandled, its error would end the process.
    client.on('error', lost);
    try {
      // Waited for: were it refused, each statement sent behind it would commit by itself.
      await client.query(`BEGIN;${opening}`);
      const result = await work(transaction);
      this.faults.reach('before the commit of a batch');
      await transaction.commit();
      this.faults.reach('after the commit of a batch');
      return result;
    } catch (error) {
      const rolledBack = client.query('ROLLBACK').catch(lost);
      const fault = await transaction.answered(error).catch((first: unknown) => first);
      await rolledBack;
      throw fault;
    } finally {
      client.off('error', lost);
      // A connection that cannot even roll back must not go to the next user of the pool.
      client.release(broken);
    }
  }

  /** All the connections that it may open at present are in use. */
  get isBusy(): boolean {
    return this.pool.idleCount === 0 && this.pool.totalCount >= this.pool.options.max;
  }

  async close(): Promise<void> {
    await this.source.destroy();
    this.budget.leave(this.pool);
  }
}
