import { createHash } from 'node:crypto';

/** A number for an advisory lock, the same in every process. */
const lockOf = (text: string): string =>
  createHash('sha256').update(`remit delivery ${text}`).digest().readBigInt64BE().toString();

/**
 * Begins a consumer's transaction: it shares the pause locks of all delivery and of this consumer. A pause takes its lock
 * exclusively for a moment, so that once answered it is effective: batches begun before it have ended, and batches begun
 * after it see it.
 */
export const sharePauseLock = (consumer: string): string =>
  `SELECT pg_advisory_xact_lock_shared(${lockOf('relay')}), pg_advisory_xact_lock_shared(${lockOf(consumer)})`;

/** The same for a single statement: a part of it that shares the locks, and finds no row while delivery is paused. */
export const unlessPaused = (consumer: string): { sql: string; values: unknown[] } => ({
  sql: 'SELECT 1 WHERE bus.admits($1, $2, $3)',
  values: [consumer, lockOf('relay'), lockOf(consumer)],
});

/** Takes the lock exclusively, which waits until every batch that began before has ended. */
export const takePauseLock = (name: string): string => `SELECT pg_advisory_xact_lock(${lockOf(name)})`;
