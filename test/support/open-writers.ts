import pg from 'pg';
import type { EventContract } from '../../src/platform/messaging/envelope.js';
import type { TestDatabase } from './database.js';

/** A connection of its own as one of the modules, for transactions that a test holds open. */
export async function connectAs({ connections }: TestDatabase, module: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: connections.get(module) });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Writes events as a module's role would, in whatever transaction is open. */
export async function writeEvents(
  writer: pg.Client,
  { type, version }: Pick<EventContract, 'type' | 'version'>,
  ids: readonly string[],
): Promise<void> {
  await writer.query(
    `INSERT INTO bus.outbox_event (id, producer, aggregate_type, aggregate_id, aggregate_version, event_type,
       event_version, topic, event_key, payload_json, classification, correlation_id, causation_id, occurred_at)
     SELECT id, 'party', 'party', id, 1, $2, $3, 'party', id, '{}', 'INTERNAL', 'corr', 'cmd', '2025-01-01Z'
     FROM unnest($1::text[]) AS id`,
    [ids, type, version],
  );
}
