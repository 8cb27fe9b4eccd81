import type { QueryConfig } from 'pg';
import { ACTOR, NUMBER, PARTY_NAME, type CaseRows } from './case-writes.js';

/** One named statement that writes a case and everything with it, as lean as it can be written by hand. */
const REGISTER = `
  WITH allocated AS (
    INSERT INTO case_registry.case_number_counter AS counter (case_type_code, year, last_number)
    VALUES ($1, $2, 1)
    ON CONFLICT (case_type_code, year) DO UPDATE SET last_number = counter.last_number + 1
    RETURNING case_type_code || '-' || year || '-' || lpad(last_number::text, 6, '0') AS value
  ), header AS (
    INSERT INTO case_registry.case_header (case_id, version, case_number, case_type_code, title, summary, classification,
      restricted_to_team, team, location, received_on, registered_at, registered_by)
    SELECT $3, 1, value, $1, $4, $5, 'INTERNAL', false, 'central', $6, $7, $8, '${ACTOR}' FROM allocated
  ), party AS (
    INSERT INTO case_registry.case_party (case_id, party_id, role, party_name_at_registration,
      party_version_at_registration, registered_at)
    VALUES ($3, $9, 'SUBJECT', '${PARTY_NAME}', 1, $8)
  ), lifecycle AS (
    INSERT INTO case_registry.case_lifecycle (case_id, version, epoch, status) VALUES ($3, 0, 1, 'REGISTERED')
  ), events AS (
    INSERT INTO bus.outbox_event (id, producer, aggregate_type, aggregate_id, aggregate_version, event_type,
      event_version, topic, event_key, payload_json, classification, correlation_id, causation_id, trace_context,
      occurred_at)
    SELECT $10, 'case-registry', 'case_header', $3, 1, 'CaseRegistered', 1, 'case-registry', $3,
      replace($11, '${NUMBER}', value)::jsonb, 'INTERNAL', $12, $13, NULL, $8 FROM allocated
    UNION ALL
    SELECT $14, 'case-registry', 'audit_event', $15, 1, 'AuditStaged', 1, 'audit', $15, $16::jsonb, 'CONFIDENTIAL',
      $12, $13, NULL, $8
  ), answer AS (
    INSERT INTO case_registry.idempotency_record (actor_id, idempotency_key, digest, status, etag, location, body,
      command_id, created_at)
    SELECT '${ACTOR}', $17, $18, 201, '"1"', '/cases/' || $3, replace($19, '${NUMBER}', value), $13, $8 FROM allocated
  )
  SELECT value FROM allocated`;

export function caseStatement(rows: CaseRows): QueryConfig {
  const { caseId, at, body, partyId, event, audit, answer, commandId, correlationId } = rows;
  return {
    name: 'register_case',
    text: REGISTER,
    values: [
      body.caseTypeCode,
      at.getUTCFullYear(),
      caseId,
      body.title,
      body.summary,
      body.location,
      body.receivedOn,
      at,
      partyId,
      event.id,
      JSON.stringify(event.payload),
      correlationId,
      commandId,
      audit.id,
      audit.auditId,
      JSON.stringify(audit.payload),
      answer.key,
      answer.digest,
      JSON.stringify(answer.body),
    ],
  };
}
