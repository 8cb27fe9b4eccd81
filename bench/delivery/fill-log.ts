import pg from 'pg';
import { ItemChanged, NOTE, TITLE } from '../contexts/item.js';
import { newId } from '../../src/platform/base/ids.js';
import type { BenchDatabase } from '../server/bench-server.js';

/** Ids are made in order: the first letters of each are the time. */
export const stampOf = (eventId: string): string => eventId.slice(4, 14);

/** Events of one item in a fill. */
const VERSIONS = 3;

/**
 * Logs events as commands would: each transaction with an id of its own, so that a reader has the same windows to find
 * them in. Only these transactions do not wait for the disk.
 * @param together events a transaction; 1 as commands do it, more to make a large log in good time
 * @param stamp the part of an event id that says when it was made; now unless given
 */
export async function fillLog(
  { url, admin }: BenchDatabase,
  events: number,
  together = 1,
  stamp = stampOf(newId('evt')),
): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`SET synchronous_commit = off; SET bench.stamp = '${stamp}'`);
    await client.query(`
      DO $$
      DECLARE stamp text := current_setting('bench.stamp'); items int := greatest(${events} / ${VERSIONS}, 1);
      BEGIN
        FOR begun IN 0 .. ${events - 1} BY ${together} LOOP
          INSERT INTO bus.outbox_event (id, producer, aggregate_type, aggregate_id, aggregate_version, event_type,
            event_version, topic, event_key, payload_json, classification, correlation_id, causation_id, occurred_at)
          SELECT 'evt_' || stamp || lpad(n::text, 16, '0'), 'source', 'item', item, n / items + 1,
            '${ItemChanged.type}', 1, 'source', item,
            jsonb_build_object('itemId', item, 'title', '${TITLE}', 'note', '${NOTE}'), 'INTERNAL',
            'corr_' || stamp || lpad(n::text, 16, '0'), 'cmd_' || stamp || lpad(n::text, 16, '0'), clock_timestamp()
          FROM generate_series(begun, least(begun + ${together}, ${events}) - 1) AS n,
            LATERAL (SELECT 'item_' || stamp || lpad((n % items)::text, 16, '0') AS item) named;
          COMMIT;
        END LOOP;
      END $$`);
  } finally {
    await client.end();
  }
  // The planner should know what it would know of a log that had grown by itself, and no checkpoint be owed.
  await admin.query('ANALYZE bus.outbox_event');
  await admin.query('CHECKPOINT');
}
