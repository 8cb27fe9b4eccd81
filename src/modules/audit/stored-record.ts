import type { AuditStaged } from '../../platform/messaging/envelope.js';
import { caseOf, partyOf, type AuditRecord } from './audit-record.js';

/** What a row repeats of its record, to be searched by. */
export interface Copies {
  audit_id: string;
  occurred_at: string;
  actor_id: string;
  role: string;
  action: string;
  event_type: string;
  case_id: string | null;
  party_id: string | null;
  policy_decision_id: string;
  source_command_id: string;
  correlation_id: string;
}

/** A row as it lies in the table. */
export interface StoredRecord {
  audit: AuditRecord;
  copies: Copies;
}

/** @throws when the record lacks what every audit record has */
export const copiesOf = (record: AuditStaged): Copies => ({
  audit_id: record.auditId,
  occurred_at: new Date(record.occurredAt).toISOString(),
  actor_id: record.actor.actorId,
  role: record.actor.role,
  action: record.action,
  event_type: record.eventType,
  case_id: caseOf(record),
  party_id: partyOf(record),
  policy_decision_id: record.policyDecisionId,
  source_command_id: record.sourceCommandId,
  correlation_id: record.correlationId,
});

/** The columns of a row, by name. */
export const rowOf = ({ chain, seq, previousHash, hash, eventId, producer, recordedAt, record }: AuditRecord) => ({
  subject: chain,
  seq,
  previous_hash: previousHash,
  hash,
  event_id: eventId,
  producer,
  recorded_at: recordedAt,
  record,
  // Last: an object literal that begins with a spread takes ten times as long to make.
  ...copiesOf(record),
});

/** Named one by one: a statement that is planned already must not change its result when a column is added. */
export const COLUMNS = `audit_id, subject, seq, previous_hash, hash, event_id, producer, recorded_at, occurred_at,
  actor_id, role, action, event_type, case_id, party_id, policy_decision_id, source_command_id, correlation_id, record`;

/** As the driver reads a row. */
export type ReadRow = Omit<ReturnType<typeof rowOf>, 'seq' | 'recorded_at' | 'occurred_at'> & {
  seq: string;
  recorded_at: Date;
  occurred_at: Date;
};

/** Somebody who tampers may write `infinity`, which the driver reads as a number: no reason to stop verifying. */
const textOf = (time: Date): string =>
  time instanceof Date && !Number.isNaN(time.getTime()) ? time.toISOString() : String(time);

export const storedOf = (row: ReadRow): StoredRecord => {
  const { subject, seq, previous_hash, hash, event_id, producer, recorded_at, record, occurred_at, ...copies } = row;
  return {
    audit: {
      chain: subject,
      seq: Number(seq),
      previousHash: previous_hash,
      hash,
      eventId: event_id,
      producer,
      recordedAt: textOf(recorded_at),
      record,
    },
    copies: { ...copies, occurred_at: textOf(occurred_at) },
  };
};

/** A record as readers get it: what was staged at the top level, and beside it its place in the chain. */
export type ShownRecord = AuditStaged & Omit<AuditRecord, 'record'>;

export const shown = (row: ReadRow): ShownRecord => {
  const { record, ...place } = storedOf(row).audit;
  return { ...record, ...place };
};
