import pg from 'pg';
import type { BenchDatabase, BenchServer } from '../server/bench-server.js';
import { TITLE } from '../contexts/item.js';
import { hotItem } from './writers.js';

export async function makeHotItems({ admin }: BenchDatabase, count: number): Promise<void> {
  await admin.query(
    `INSERT INTO source.item (item_id, version, title) SELECT id, 0, $2 FROM unnest($1::text[]) AS id`,
    [Array.from({ length: count }, (_, index) => hotItem(index)), TITLE],
  );
}

export interface Trouble {
  events: number;
  lost: number;
  twice: number;
  outOfOrder: number;
}

/** What became of every event, by what was written down about each in the order of application. */
export async function trouble({ admin }: BenchDatabase): Promise<Trouble> {
  const { rows } = await admin.query<Trouble>(`
    SELECT (SELECT count(*)::int FROM bus.outbox_event) AS events,
      (SELECT count(*)::int FROM bus.outbox_event e
       WHERE NOT EXISTS (SELECT 1 FROM sink.trace t WHERE t.last_event_id = e.id)) AS lost,
      (SELECT count(*)::int - count(DISTINCT last_event_id)::int FROM sink.trace) AS twice,
      (SELECT count(*)::int FROM (
         SELECT version, lag(version) OVER (PARTITION BY item_id ORDER BY applied) AS before FROM sink.trace
       ) AS pairs WHERE version < before) AS "outOfOrder"`);
  return rows[0] ?? { events: 0, lost: NaN, twice: NaN, outOfOrder: NaN };
}

/** Keeps a transaction that has written something open in a database of the same cluster. */
export async function foreignTransaction(url: string): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('BEGIN; SELECT pg_current_xact_id()');
  return () => client.end();
}

/** The cluster's own database, in which Remit has nothing. */
export function elsewhere({ url }: BenchServer): string {
  const other = new URL(url);
  other.pathname = '/postgres';
  return other.toString();
}
