import type pg from 'pg';
import { declarations } from '../../../src/platform/start.js';

/** Records of what was refused are no change of what was to be changed. */
const RECORDS = ['platform', 'audit'];

/** The tables of every fact that a module owns, such as `party.party`. */
const ownedTables = (): string[] =>
  declarations()
    .filter(({ module }) => !RECORDS.includes(module))
    .flatMap(({ database, aggregates }) =>
      Object.values(aggregates).flatMap(({ tables }) => tables.map((table) => `${database.schema}.${table}`)),
    );

/** Tells whether a row of any owner is another one than before. */
export class OwnedRows {
  private readonly text: string;

  constructor(private readonly admin: pg.Client) {
    const tables = ownedTables();
    if (tables.length < 20) throw new Error('The declarations name hardly any table: nothing would be compared.');
    this.text = tables
      .map((table) => `SELECT '${table}' AS table, count(*), sum(hashtextextended(t::text, 0)) FROM ${table} t`)
      .join(' UNION ALL ');
  }

  /** Differs when a row differs. */
  async fingerprint(): Promise<string> {
    return JSON.stringify((await this.admin.query(this.text)).rows);
  }
}
