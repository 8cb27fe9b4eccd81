import pg from 'pg';
import type { Declaration } from '../ownership/declaration.js';
import { LogRanks } from './log-ranks.js';
import { inTransaction } from './provision.js';

export interface ClusterState {
  /** The cluster in which the log was written, unless nothing was noted yet. */
  known: string | null;
  /** The cluster that this is; null where the server does not tell. */
  present: string | null;
}

/** In which cluster the log was written and which this is, as `pg_control_system()` names them. */
export async function clusterState(connection: pg.ClientBase): Promise<ClusterState> {
  const known = await connection.query<{ id: string }>('SELECT system_identifier AS id FROM bus.cluster_identity');
  return { known: known.rows[0]?.id ?? null, present: await presentCluster(connection) };
}

async function presentCluster(connection: pg.ClientBase): Promise<string | null> {
  try {
    const { rows } = await connection.query<{ id: string }>('SELECT system_identifier AS id FROM pg_control_system()');
    return rows[0]?.id ?? null;
  } catch (error) {
    // Everybody may call it unless the server's administrator has decided otherwise.
    const INSUFFICIENT_PRIVILEGE = '42501';
    if ((error as { code?: string }).code !== INSUFFICIENT_PRIVILEGE) throw error;
    return null;
  }
}

/**
 * Notes the cluster of a new log. A log that came here from another cluster by other means than ours is given numbers
 * that hold here: its consumers have then seen, and not seen, what they had there.
 *
 * One rewrite of the log instead of an update, which would leave every row behind a second time. The caller holds the
 * preparation lock, and nobody else is at work on a database that has only just been moved.
 * @returns whether it was rewritten.
 */
export async function settleCluster(admin: pg.Client, declarations: readonly Declaration[]): Promise<boolean> {
  const { known, present } = await clusterState(admin);
  if (present === null || present === known) return false;
  const note = `INSERT INTO bus.cluster_identity (system_identifier) VALUES (${present})
    ON CONFLICT (singleton) DO UPDATE SET system_identifier = excluded.system_identifier`;
  if (known === null) {
    await admin.query(note);
    return false;
  }
  const ranks = await LogRanks.read(admin, declarations);
  const offsets = declarations
    .filter(({ module }) => module !== 'platform')
    .map(({ database: { schema } }) => `${pg.escapeIdentifier(schema)}.consumer_offset`);
  await inTransaction(admin, [
    'SET LOCAL statement_timeout = 0',
    `ALTER TABLE bus.outbox_event ALTER COLUMN txid TYPE xid8 USING ${ranks.ofEvent}`,
    ...offsets.map(
      (table) => `UPDATE ${table} SET snapshot = ${ranks.ofSnapshot('snapshot')},
        until_snapshot = ${ranks.ofSnapshot('until_snapshot')}, holder = NULL, lease_until = NULL, epoch = epoch + 1`,
    ),
    // What carries rows over need not carry sequences.
    `SELECT setval('bus.outbox_position', greatest(last_value, (SELECT coalesce(max(position), 1) FROM bus.outbox_event)))
     FROM bus.outbox_position WHERE EXISTS (SELECT 1 FROM bus.outbox_event)`,
    note,
  ]);
  return true;
}
