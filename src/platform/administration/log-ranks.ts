import pg from 'pg';
import type { Declaration } from '../ownership/declaration.js';

const literal = pg.escapeLiteral;
const name = pg.escapeIdentifier;

/**
 * What consumers have seen of the log, in numbers that mean the same in every cluster.
 *
 * Transaction ids and snapshots are numbers of one cluster; in another they may lie in the future, and everything would
 * be delivered again and again. But all that a consumer needs of them is which events its snapshot sees. Of one
 * cluster's snapshots each later one sees whatever an earlier one saw, so the stored ones are in one order, and an event
 * is told from the others by how many of them do not see it yet. That count, from 1, takes the place of its transaction
 * id, and the snapshots are written to match: exactly the same events are seen and unseen as before, holes included.
 * The numbers are smaller than the id of any transaction of any cluster: initdb alone uses up some seven hundred.
 */
export class LogRanks {
  private constructor(private readonly snapshots: readonly string[]) {}

  /** Ranks by the offsets that are visible to this connection. */
  static async read(admin: pg.ClientBase, declarations: readonly Declaration[]): Promise<LogRanks> {
    const tables = declarations
      .filter(({ module }) => module !== 'platform')
      .map(({ database: { schema } }) => `${name(schema)}.consumer_offset`);
    const { rows: there } = await admin.query<{ table: string }>(
      'SELECT t AS table FROM unnest($1::text[]) AS t WHERE to_regclass(t) IS NOT NULL',
      [tables],
    );
    if (there.length === 0) return new LogRanks([]);
    const all = there.map(({ table }) => `SELECT snapshot, until_snapshot FROM ${table}`).join(' UNION ALL ');
    const { rows } = await admin.query<{ snapshot: string }>(`
      SELECT s AS snapshot FROM (${all}) AS o CROSS JOIN LATERAL unnest(ARRAY[snapshot, until_snapshot]) AS s
      WHERE s IS NOT NULL GROUP BY s
      ORDER BY pg_snapshot_xmax(s::pg_snapshot), (SELECT count(*) FROM pg_snapshot_xip(s::pg_snapshot)) DESC`);
    return new LogRanks(rows.map(({ snapshot }) => snapshot));
  }

  /** SQL for the rank of an event of `bus.outbox_event`, in place of its transaction id. */
  get ofEvent(): string {
    const unseen = this.snapshots.map((each) => `(NOT pg_visible_in_snapshot(txid, ${literal(each)}))::int`);
    return `(${['1', ...unseen].join(' + ')})::text::xid8`;
  }

  /** SQL for the snapshot, of a row of `consumer_offset`, that sees of the ranks what this column's saw of the log. */
  ofSnapshot(column: 'snapshot' | 'until_snapshot'): string {
    const cases = this.snapshots.map((each, index) => `WHEN ${literal(each)} THEN '1:${index + 2}:'`);
    return cases.length === 0 ? column : `CASE ${column} ${cases.join(' ')} END`;
  }
}
