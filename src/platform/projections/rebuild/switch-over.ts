import type { Transaction } from '../../database/transaction.js';
import { LEASE_LOST, PAUSED } from '../../messaging/consumer-offset.js';
import type { Cursor } from '../../messaging/log-reader.js';
import { replayOf } from './rebuild-slots.js';

interface StoredOffset {
  snapshot: string;
  until: string | null;
  position: string | null;
}

const cursorOf = ({ snapshot, until, position }: StoredOffset): Cursor =>
  until === null ? { snapshot } : { snapshot, until, position: position ?? '0' };

const OFFSET = `SELECT snapshot, until_snapshot AS until, position FROM consumer_offset WHERE consumer_name = $1`;

/** The offset of the consumer that readers depend on, as it last committed it. */
export const liveOffset = (consumer: string): { name: string; text: string; values: unknown[] } => ({
  name: 'live_offset',
  text: OFFSET,
  values: [consumer],
});

export const cursorIn = (rows: readonly StoredOffset[], consumer: string): Cursor => {
  const [row] = rows;
  if (!row) throw new Error(`${consumer} has no offset.`);
  return cursorOf(row);
};

/** The same, locked until the transaction ends: whoever holds the consumer waits with its commit. */
export async function lockLiveOffset(transaction: Transaction, consumer: string): Promise<Cursor> {
  const { rows } = await transaction.query<StoredOffset>({
    name: 'live_offset_locked',
    text: `${OFFSET} FOR UPDATE`,
    values: [consumer],
  });
  return cursorIn(rows, consumer);
}

/** Revokes the lease: its holder learns of it at the next commit and acquires it again. */
export function revokeLease(transaction: Transaction, consumer: string): void {
  transaction.send({
    name: 'lease_revoked',
    text: `WITH taken AS (
             UPDATE consumer_offset SET epoch = epoch + 1, holder = NULL, lease_until = NULL WHERE consumer_name = $1 RETURNING 1
           )
           SELECT bus.require(EXISTS (SELECT 1 FROM taken), '${LEASE_LOST}'),
             bus.require(NOT EXISTS (SELECT 1 FROM bus.control WHERE paused AND name IN ('relay', $1)), '${PAUSED}')`,
    values: [consumer],
  });
}

/**
 * Lets readers see the slot that was filled, in a transaction that holds the consumer's offset. What was parked of
 * the rows that nobody sees any more is settled; what the rebuild parked takes its place, unless an operator gave it
 * up before.
 * @param switched called when that is written, and not committed yet
 */
export function switchOver(
  transaction: Transaction,
  consumer: string,
  { jobId, epoch, at }: { jobId: string; epoch: string; at: Date },
  switched: () => void,
): void {
  const replay = replayOf(consumer);
  transaction.send({
    text: `UPDATE inbox_event SET status = 'PROCESSED', processed_at = clock_timestamp(), envelope = NULL,
             next_attempt_at = NULL
           WHERE consumer_name = $1 AND status IN ('PENDING', 'DEAD')`,
    values: [consumer],
  });
  transaction.send({
    text: `INSERT INTO inbox_event AS known (consumer_name, event_id, event_type, event_key, aggregate_version, related_key,
             position, status, attempts, received_at, next_attempt_at, last_error, envelope)
           SELECT $1, event_id, event_type, event_key, aggregate_version, related_key, position, status, attempts, received_at,
             next_attempt_at, last_error, envelope
           FROM inbox_event WHERE consumer_name = $2 AND status IN ('PENDING', 'DEAD')
           ON CONFLICT (consumer_name, event_id) DO UPDATE SET status = excluded.status, attempts = excluded.attempts,
             processed_at = NULL, next_attempt_at = excluded.next_attempt_at, last_error = excluded.last_error,
             envelope = excluded.envelope
           WHERE known.status <> 'DISCARDED'`,
    values: [consumer, replay],
  });
  transaction.send({ text: 'DELETE FROM inbox_event WHERE consumer_name = $1', values: [replay] });
  const turned = {
    text: `WITH ended AS (DELETE FROM consumer_offset WHERE consumer_name = $2 AND epoch = $3 RETURNING 1),
             switched AS (
               UPDATE projection_slot SET active_slot = CASE active_slot WHEN 'a' THEN 'b' ELSE 'a' END,
                 version = rebuild_version, switched_at = $5, switched_by = rebuild_job, rebuild_job = NULL,
                 rebuild_version = NULL
               WHERE projection = split_part($1, '.', 2) AND rebuild_job = $4 RETURNING 1
             )
           SELECT bus.require(EXISTS (SELECT 1 FROM ended) AND EXISTS (SELECT 1 FROM switched), '${LEASE_LOST}')`,
    values: [consumer, replay, epoch, jobId, at],
  };
  transaction.send(turned, switched);
  revokeLease(transaction, consumer);
}
