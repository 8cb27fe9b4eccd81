import { newId } from '../../src/platform/base/ids.js';
import { SUMMARY } from '../load/requests.js';
import type { BenchDatabase } from './bench-server.js';
import { CASE_TYPES } from './case-catalogue.js';

/**
 * Makes a database that looks as if so many cases had been registered, delivered and read long ago: their rows, two
 * events each, and what the read models hold of them. The application must have run once and be stopped.
 */
export async function fillCases(database: BenchDatabase, cases: number, partyId: string): Promise<void> {
  const stamp = newId('evt').slice(4, 14);
  const settings = { cases: String(cases), stamp, party: partyId, types: `{${CASE_TYPES.join(',')}}` };
  const client = await database.admin.connect();
  try {
    await client.query('SET synchronous_commit = off');
    for (const [name, value] of Object.entries(settings))
      await client.query('SELECT set_config($1, $2, false)', [`bench.${name}`, value]);
    for (const statement of [NUMBERED, HEADERS, PARTIES, LIFECYCLES, EVENTS, DOSSIERS, WORKLIST])
      await client.query(statement);
    await standAtPresent(database);
    for (const statement of ['DROP TABLE pg_temp.numbered', 'VACUUM (ANALYZE)', 'CHECKPOINT'])
      await client.query(statement);
  } finally {
    client.release(true);
  }
}

/** Every consumer is where the log ends now. */
async function standAtPresent({ admin }: BenchDatabase): Promise<void> {
  const { rows } = await admin.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE tablename = 'consumer_offset'`,
  );
  for (const { name } of rows)
    await admin.query(
      `UPDATE ${name} SET snapshot = pg_current_snapshot()::text, until_snapshot = NULL, position = NULL`,
    );
}

const NUMBERED = `
  CREATE TEMP TABLE numbered AS SELECT n, stamp || lpad(n::text, 16, '0') AS id, type,
    type || '-2025-' || lpad((n / 200 + 1)::text, 6, '0') AS case_number,
    timestamptz '2025-01-01Z' + n * interval '1 second' AS at, current_setting('bench.party') AS party
  FROM generate_series(0, current_setting('bench.cases')::int - 1) AS n,
    LATERAL (SELECT current_setting('bench.stamp') AS stamp,
      (current_setting('bench.types')::text[])[n % 200 + 1] AS type) AS named`;

const HEADERS = `
  INSERT INTO case_registry.case_header (case_id, version, case_number, case_type_code, title, summary, classification,
    restricted_to_team, team, location, received_on, registered_at, registered_by)
  SELECT 'case_' || id, 1, case_number, type, 'Discharge above the weir ' || n, '${SUMMARY}', 'INTERNAL', false, 'central',
    'Mill Lane, River Ash', '2025-01-01', at, 'intake_ines' FROM numbered`;

const PARTIES = `
  INSERT INTO case_registry.case_party (case_id, party_id, role, party_name_at_registration,
    party_version_at_registration, registered_at)
  SELECT 'case_' || id, party, 'SUBJECT', 'Weir Paper Ltd', 1, at FROM numbered`;

const LIFECYCLES = `
  INSERT INTO case_registry.case_lifecycle (case_id, version, epoch, status)
  SELECT 'case_' || id, 0, 1, 'REGISTERED' FROM numbered`;

const FACTS = `'caseId', 'case_' || id, 'caseNumber', case_number, 'caseTypeCode', type, 'status', 'REGISTERED',
  'title', 'Discharge above the weir ' || n, 'classification', 'INTERNAL', 'restrictedToTeam', false, 'team', 'central',
  'location', 'Mill Lane, River Ash', 'receivedOn', '2025-01-01'`;

const PARTY = `jsonb_build_array(jsonb_build_object('partyId', party, 'role', 'SUBJECT', 'partyVersionAtRegistration', 1))`;

const EVENTS = `
  INSERT INTO bus.outbox_event (id, producer, aggregate_type, aggregate_id, aggregate_version, event_type, event_version,
    topic, event_key, payload_json, classification, correlation_id, causation_id, occurred_at)
  SELECT 'evt_' || id || kind.suffix, 'case-registry', kind.aggregate, kind.prefix || id, 1, kind.event, 1, kind.topic,
    kind.prefix || id,
    CASE kind.event WHEN 'CaseRegistered' THEN jsonb_build_object(${FACTS}, 'parties', ${PARTY})
      ELSE jsonb_build_object('auditId', 'audit_' || id, 'eventType', 'CaseRegisteredAudit', 'occurredAt', at,
        'actor', jsonb_build_object('actorId', 'intake_ines', 'role', 'INTAKE_OFFICER'), 'action', 'REGISTER_CASE',
        'subject', jsonb_build_object('caseId', 'case_' || id), 'sourceCommandId', 'cmd_' || id) END,
    'INTERNAL', 'corr_' || id, 'cmd_' || id, at
  FROM numbered, (VALUES ('CaseRegistered', 'case_header', 'case_', 'case-registry', ''),
    ('AuditStaged', 'audit_event', 'audit_', 'audit', 'a')) AS kind (event, aggregate, prefix, topic, suffix)
  ORDER BY n`;

const TOUCHED = `jsonb_build_object('case_header:case_' || id, 1), 'evt_' || id, at, at`;

const DOSSIERS = `
  INSERT INTO reporting.case_dossier_a (case_id, case_number, case_type_code, title, status, classification,
    restricted_to_team, team, location, received_on, registered_at, parties, links, sources, last_event_id,
    last_event_occurred_at, projected_at)
  SELECT 'case_' || id, case_number, type, 'Discharge above the weir ' || n, 'REGISTERED', 'INTERNAL', false, 'central',
    'Mill Lane, River Ash', '2025-01-01', at, ${PARTY}, '[]', ${TOUCHED} FROM numbered`;

const WORKLIST = `
  INSERT INTO reporting.worklist_case_a (case_id, case_number, case_type_code, title, status, classification,
    restricted_to_team, team, location, registered_at, subjects, sources, last_event_id, last_event_occurred_at,
    projected_at)
  SELECT 'case_' || id, case_number, type, 'Discharge above the weir ' || n, 'REGISTERED', 'INTERNAL', false, 'central',
    'Mill Lane, River Ash', at, ARRAY[party], ${TOUCHED} FROM numbered`;
