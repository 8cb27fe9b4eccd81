import { Injectable } from '@nestjs/common';
import { AUDIT_EVENT, type AuditStaged, type Envelope } from '../../platform/messaging/envelope.js';
import { Projection, type ProjectionHandler } from '../../platform/messaging/handlers.js';
import type { ProjectionTransaction } from '../../platform/messaging/projection-transaction.js';
import { append, BEGINNING, chainOf, type AuditRecord, type ChainEnd } from './audit-record.js';
import { canonicalJson } from './canonical-json.js';
import { COLUMNS, rowOf } from './stored-record.js';

/**
 * Puts every staged audit event at the end of its chain. Four statements a batch, however large: one that holds the
 * chains, one that reads their ends, one that looks for repeats and one that inserts.
 */
@Injectable()
@Projection({
  name: 'records',
  consumes: [{ type: AUDIT_EVENT, version: 1 }],
  // A record that is applied once more has another time and so another hash, and heads of chains are given out.
  durable: true,
})
export class RecordsProjection implements ProjectionHandler {
  /** @throws Error when an event carries the id of a record that says something else: it is parked, never dropped */
  async apply(events: readonly Envelope[], transaction: ProjectionTransaction): Promise<void> {
    const recordedAt = transaction.now.toISOString();
    const arrived = (events as readonly Envelope<AuditStaged>[]).map(({ id, producer, payload }) => ({
      chain: chainOf(payload, producer),
      eventId: id,
      producer,
      recordedAt,
      record: payload,
    }));
    const chains = [...new Set(arrived.map(({ chain }) => chain))];
    hold(transaction, chains);
    const auditIds = arrived.map(({ record }) => record.auditId);
    const [ends, known] = await Promise.all([endsOf(transaction, chains), knownOf(transaction, auditIds)]);
    const added: AuditRecord[] = [];
    for (const each of arrived) {
      const { auditId } = each.record;
      const first = known.get(auditId);
      if (first && canonicalJson(first) !== canonicalJson(each.record))
        throw new Error('An audit id was used for two different records.');
      if (first) continue;
      const record = append(ends.get(each.chain) ?? BEGINNING, each);
      ends.set(each.chain, record);
      known.set(auditId, each.record);
      added.push(record);
    }
    if (added.length > 0) insert(transaction, added);
  }
}

/**
 * Nobody else adds to these chains until the transaction ends. Locks are taken in one order, so that two batches
 * cannot wait for each other; the ends are read in a later statement, which sees what the one before committed.
 */
function hold(transaction: ProjectionTransaction, chains: readonly string[]): void {
  transaction.write({
    name: 'audit_hold',
    text: `SELECT pg_advisory_xact_lock(key) FROM (
             SELECT DISTINCT hashtextextended('remit audit chain ' || chain, 0) AS key
             FROM unnest($1::text[]) AS chain ORDER BY key) AS keys`,
    values: [chains],
  });
}

async function endsOf(transaction: ProjectionTransaction, chains: readonly string[]): Promise<Map<string, ChainEnd>> {
  const rows = await transaction.query<{ chain: string; seq: string; hash: string }>({
    name: 'audit_ends',
    text: `SELECT c.chain, r.seq, r.hash FROM unnest($1::text[]) AS c (chain) CROSS JOIN LATERAL (
             SELECT seq, hash FROM audit_record WHERE subject = c.chain ORDER BY seq DESC LIMIT 1) AS r`,
    values: [chains],
  });
  return new Map(rows.map(({ chain, seq, hash }) => [chain, { seq: Number(seq), hash }]));
}

async function knownOf(
  transaction: ProjectionTransaction,
  auditIds: readonly string[],
): Promise<Map<string, AuditStaged>> {
  const rows = await transaction.query<{ audit_id: string; record: AuditStaged }>({
    name: 'audit_known',
    text: 'SELECT audit_id, record FROM audit_record WHERE audit_id = ANY ($1)',
    values: [auditIds],
  });
  return new Map(rows.map(({ audit_id, record }) => [audit_id, record]));
}

function insert(transaction: ProjectionTransaction, added: readonly AuditRecord[]): void {
  transaction.write({
    name: 'audit_insert',
    text: `INSERT INTO audit_record (${COLUMNS}) SELECT ${COLUMNS} FROM jsonb_populate_recordset(NULL::audit_record, $1)`,
    values: [JSON.stringify(added.map(rowOf))],
  });
}
