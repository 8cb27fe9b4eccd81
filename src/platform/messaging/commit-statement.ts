import { createHash } from 'node:crypto';
import pg from 'pg';
import type { DataSource, EntityMetadata, ObjectLiteral } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import type { Statement } from '../database/statement.js';

const name = pg.escapeIdentifier;
/** Statements with more rows than this are rare in shape and would fill the server's plan cache. */
const NAMED_UP_TO = 40;
const statementNames = new Map<string, string>();

/**
 * Composes a whole unit of work as one data-modifying statement: one round trip and one commit, planned once a
 * connection. Measured, this is 1.8 times the rate of the same inserts inside BEGIN and COMMIT, and 9 times that of
 * `save()`.
 */
export class CommitStatement {
  private readonly parts: string[] = [];
  private readonly conditions: string[] = [];
  private readonly values: unknown[] = [];
  private allocation: { token: string; parameter?: string } | undefined;
  private rows = 0;

  constructor(private readonly source: DataSource) {}

  /**
   * Adds a part that allocates a value inside the statement (a gapless number), so that its row is locked only from
   * here to the commit. Wherever `token` stands in a later text, the value takes its place.
   */
  allocate(token: string, sql: string, values: unknown[]): void {
    this.parts.push(`allocated AS (${this.bind(sql, values)})`);
    this.allocation = { token };
  }

  insert(entity: ObjectLiteral): void {
    const metadata = this.source.getMetadata(entity.constructor);
    this.insertRow(metadata.tablePath, this.columnsOf(metadata, entity));
  }

  /** Changes the row only if it is still as it was loaded. */
  update(entity: ObjectLiteral, loaded: { version: number; revision?: number } | undefined): void {
    const metadata = this.source.getMetadata(entity.constructor);
    const columns = this.columnsOf(metadata, entity);
    const changes = columns
      .filter(({ primary }) => !primary)
      .map((column) => `${name(column.name)} = ${this.parameter(column)}`);
    const where = columns
      .filter(({ primary }) => primary)
      .map((column) => `${name(column.name)} = ${this.parameter(column)}`);
    for (const [column, value] of Object.entries(loaded ?? {})) where.push(`${column} = ${this.push(value)}`);
    const label = this.label();
    this.parts.push(
      `${label} AS (UPDATE ${metadata.tablePath} SET ${changes.join(', ')} WHERE ${where.join(' AND ')} RETURNING 1)`,
    );
    this.conditions.push(`bus.require((SELECT count(*) FROM ${label}) = 1, 'VERSION_MISMATCH')`);
  }

  remove(entity: ObjectLiteral): void {
    const metadata = this.source.getMetadata(entity.constructor);
    const where = this.columnsOf(metadata, entity)
      .filter(({ primary }) => primary)
      .map((column) => `${name(column.name)} = ${this.parameter(column)}`);
    this.parts.push(`${this.label()} AS (DELETE FROM ${metadata.tablePath} WHERE ${where.join(' AND ')})`);
  }

  insertRow(table: string, columns: readonly Column[]): void {
    this.insertRows(table, [columns]);
  }

  /**
   * Inserts rows with the same columns in the order given. PostgreSQL runs the parts of a statement in no order that
   * one may rely on (the last first, in fact), so rows whose order matters must be one part.
   */
  insertRows(table: string, rows: readonly (readonly Column[])[]): void {
    const [first] = rows;
    if (!first) return;
    const names = first.map((column) => name(column.name));
    const label = this.label();
    const values = rows.map((row) => `(${row.map((column) => this.parameter(column)).join(', ')})`);
    this.rows += rows.length - 1;
    this.parts.push(`${label} AS (INSERT INTO ${table} (${names.join(', ')}) VALUES ${values.join(', ')})`);
  }

  /** Adds a statement of the use case's own; with a code, it must touch exactly one row or everything is refused. */
  statement(sql: string, values: unknown[], code?: string): void {
    const label = this.label();
    this.parts.push(`${label} AS (${this.bind(sql, values)})`);
    if (code) this.conditions.push(`bus.require((SELECT count(*) FROM ${label}) = 1, ${pg.escapeLiteral(code)})`);
  }

  build(): Statement {
    const result = [...this.conditions, ...(this.allocation ? ['(SELECT value FROM allocated) AS allocated'] : [])];
    const parts = this.parts.length > 0 ? `WITH ${this.parts.join(',\n')}\n` : '';
    const text = `${parts}SELECT ${result.join(', ') || '1'}`;
    if (this.rows > NAMED_UP_TO) return { text, values: this.values };
    let statementName = statementNames.get(text);
    if (!statementName) {
      statementName = `work_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`;
      statementNames.set(text, statementName);
    }
    return { name: statementName, text, values: this.values };
  }

  private label(): string {
    this.rows += 1;
    return `p${this.parts.length}`;
  }

  private push(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }

  /** Renumbers the parameters of a statement that was written on its own. */
  private bind(sql: string, values: unknown[]): string {
    const offset = this.values.length;
    this.values.push(...values);
    return sql.replace(/\$(\d+)/g, (_, index: string) => `$${Number(index) + offset}`);
  }

  private parameter({ value, type }: Column): string {
    const parameter = this.push(value);
    if (!this.allocation || typeof value !== 'string' || !value.includes(this.allocation.token)) return parameter;
    // Bound at its first use: PostgreSQL refuses a parameter whose type nothing tells.
    this.allocation.parameter ??= this.push(this.allocation.token);
    return `replace(${parameter}::text, ${this.allocation.parameter}::text, (SELECT value FROM allocated))::${type}`;
  }

  private columnsOf(metadata: EntityMetadata, entity: ObjectLiteral): Column[] {
    return metadata.columns.map((column: ColumnMetadata) => ({
      name: column.databaseName,
      primary: column.isPrimary,
      type: this.source.driver.normalizeType(column),
      value: (this.source.driver.preparePersistentValue(column.getEntityValue(entity), column) as unknown) ?? null,
    }));
  }
}

export interface Column {
  name: string;
  value: unknown;
  /** PostgreSQL's type, needed where an allocated value is put into a text. */
  type: string;
  primary?: boolean;
}
