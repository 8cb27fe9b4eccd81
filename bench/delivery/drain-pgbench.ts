import { touchRow } from '../contexts/handlers.js';
import { pgbench } from '../floors/pgbench.js';
import type { BenchDatabase } from '../server/bench-server.js';

const BATCH = 500;

/** As lean as a drain can be: a cursor over the position, batches of 500, the inbox and the row, nothing updated. */
const DRAIN = `WITH batch AS MATERIALIZED (
  SELECT id, aggregate_id, aggregate_version, event_type, event_key, position, payload_json ->> 'title' AS title
  FROM bus.outbox_event WHERE position > (SELECT position FROM public.bench_cursor) ORDER BY position LIMIT ${BATCH}
), inbox AS (
  INSERT INTO sink.inbox_event (consumer_name, event_id, event_type, event_key, aggregate_version, position, status,
    processed_at)
  SELECT 'floor', id, event_type, event_key, aggregate_version, position, 'PROCESSED', clock_timestamp() FROM batch
  ON CONFLICT DO NOTHING
), written AS (
  INSERT INTO sink.rows_b (item_id, applied, version, title, last_event_id)
  SELECT aggregate_id, count(*), max(aggregate_version), max(title), max(id) FROM batch GROUP BY aggregate_id
  ${touchRow('rows_b')}
)
UPDATE public.bench_cursor SET position = coalesce((SELECT max(position) FROM batch), position)`;

/** Begins after what is in the log now. */
export async function placeCursor({ admin }: BenchDatabase): Promise<void> {
  await admin.query(`CREATE TABLE IF NOT EXISTS public.bench_cursor (position bigint NOT NULL);
    TRUNCATE public.bench_cursor;
    INSERT INTO public.bench_cursor SELECT coalesce(max(position), 0) FROM bus.outbox_event`);
}

/** Drains what was logged after the cursor was placed. Answers events a second. */
export async function drainByPgbench(program: string, { url, admin }: BenchDatabase, events: number): Promise<number> {
  const transactions = Math.ceil(events / BATCH);
  const perSecond = await pgbench(program, {
    url,
    script: `${DRAIN.replaceAll('\n', ' ')};\n`,
    clients: 1,
    for: { transactions },
  });
  const { rows } = await admin.query<{ left: number }>(
    'SELECT count(*)::int AS left FROM bus.outbox_event WHERE position > (SELECT position FROM public.bench_cursor)',
  );
  if (rows[0]?.left !== 0) throw new Error(`pgbench left ${rows[0]?.left ?? '?'} events.`);
  return (perSecond * events) / transactions;
}
