import type { BenchDatabase } from '../server/bench-server.js';

/** From commit to commit, in milliseconds, of every event that was committed between two moments of the database. */
export async function lagsBetween(
  { admin }: Pick<BenchDatabase, 'admin'>,
  table: string,
  from: Date,
  to: Date,
): Promise<number[]> {
  const { rows } = await admin.query<{ lag: number }>(
    `SELECT (1000 * extract(epoch FROM applied - committed))::float8 AS lag FROM (
       SELECT pg_xact_commit_timestamp(e.xmin) AS committed, pg_xact_commit_timestamp(r.xmin) AS applied
       FROM bus.outbox_event e JOIN ${table} r ON r.last_event_id = e.id
     ) AS times WHERE committed BETWEEN $1 AND $2`,
    [from, to],
  );
  return rows.map(({ lag }) => lag);
}

/** The database's clock, by which commits are timed. */
export async function databaseTime({ admin }: Pick<BenchDatabase, 'admin'>): Promise<Date> {
  const { rows } = await admin.query<{ now: Date }>('SELECT clock_timestamp() AS now');
  return rows[0]?.now ?? new Date();
}
